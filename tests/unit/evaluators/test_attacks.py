from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator
from anonymeter.stats.confidence import success_rate

from evaluators.base import Declared, Kind, NotMeasurable, Tables
from evaluators.intervals import newcombe
from evaluators.privacy import singling_out
from evaluators.privacy.attacks import Successes, attacks, risk_found, strength_found
from evaluators.privacy.inference import right
from evaluators.privacy.k_map import k_map
from evaluators.privacy.linkability import links
from evaluators.tables import align

RISKS = ("privacy.singling_out", "privacy.linkability")
WHOLE = (*RISKS, "privacy.singling_out.univariate")


def test_a_risk_says_how_often_each_side_succeeds_and_whether_the_attack_beats_guessing() -> None:
    found = risk_found(Successes(500, attack=16, baseline=20, control=9, parameters={"n_cols": 3}))

    for side, successes in (("attack", 16), ("baseline", 20), ("control", 9)):
        theirs = success_rate(500, successes, 0.95)
        assert found.parameters[f"{side}_rate_wilson"] == pytest.approx(theirs.value, abs=1e-12)
        assert found.parameters[f"{side}_error_wilson"] == pytest.approx(theirs.error, abs=1e-12)
    assert found.parameters["attack_beats_baseline"] is False
    assert (found.parameters["n_attacks"], found.parameters["n_cols"]) == (500, 3)
    assert found.interval == "koopman-95"


def test_a_strength_is_the_attack_rate_less_the_baseline_rate() -> None:
    found = strength_found(Successes(80, attack=56, baseline=48, control=0))

    assert found.value == pytest.approx(0.1)
    assert (found.low, found.high) == newcombe(56, 80, 48, 80)
    assert found.parameters["attack_beats_baseline"] is True


def test_a_strength_on_the_same_targets_has_a_narrower_interval() -> None:
    paired = strength_found(Successes(400, attack=300, baseline=280, control=0, both=270))
    apart = strength_found(Successes(400, attack=300, baseline=280, control=0))

    assert paired.value == apart.value
    assert apart.low < paired.low < paired.value < paired.high < apart.high


def shared_ends(*frames: pd.DataFrame) -> Tables:
    """Tables whose numbers have one range everywhere, so that every scale is the same."""
    numbers = list(frames[0].select_dtypes("number"))
    low, high = (pd.concat(frames)[numbers].agg(end) for end in ("min", "max"))
    for frame in frames:
        frame.loc[[0, 1], numbers] = np.array([low, high])
    return align(*frames, None, Declared(kinds={"ill": Kind.CATEGORICAL}))


def as_anonymeter_reads(tables: Tables) -> list[pd.DataFrame]:
    return [table.astype({"ill": str}) for table in tables.each]


@pytest.mark.parametrize("k", [1, 10])
def test_linkability_counts_as_anonymeter_does_when_every_row_is_attacked(
    draw: Any, k: int
) -> None:
    tables = shared_ends(draw(120, 1), draw(120, 2), draw(120, 1))
    real, holdout, synthetic = as_anonymeter_reads(tables)
    halves = (tables.columns[:3], tables.columns[3:])
    theirs = LinkabilityEvaluator(real, synthetic, halves, 120, k, holdout).evaluate(n_jobs=1)

    ours = links(tables, 7, k)

    results = theirs.results()
    assert (ours.made, ours.attack, ours.control) == (120, results.n_success, results.n_control)
    assert ours.attack > ours.control > 0


@pytest.mark.parametrize("secret", ["age", "job", "ill"])
@pytest.mark.filterwarnings("ignore")
def test_inference_counts_as_anonymeter_does_when_every_row_is_attacked(
    one: Any, draw: Any, secret: str
) -> None:
    tables = shared_ends(draw(120, 1), draw(120, 2), draw(120, 3))
    real, holdout, synthetic = as_anonymeter_reads(tables)
    aux = [name for name in tables.columns if name != secret]
    theirs = InferenceEvaluator(
        real, synthetic, aux, secret, tables.kinds[secret] is Kind.NUMERIC, 120, holdout
    ).evaluate(n_jobs=1)

    ours = one(tables, "privacy.inference.advantage", secret)

    assert ours.parameters["attack_rate"] == theirs.results().n_success / 120
    assert ours.parameters["control_rate"] == theirs.results().n_control / 120


@pytest.mark.parametrize("metric", WHOLE)
def test_a_copy_is_at_greater_risk_than_an_independent_table(
    one: Any, copied: Tables, independent: Tables, metric: str
) -> None:
    copy, fresh = one(copied, metric), one(independent, metric)

    assert copy.low > fresh.value
    assert fresh.low == 0.0
    assert fresh.high > 0.0


@pytest.mark.parametrize("metric", WHOLE)
def test_a_strength_is_of_the_attacks_that_the_risk_is_of(
    one: Any, copied: Tables, metric: str
) -> None:
    risk, strength = one(copied, metric), one(copied, f"{metric}.strength")

    assert risk.seed == strength.seed
    assert risk.n == strength.n
    rates = strength.parameters["attack_rate"], strength.parameters["baseline_rate"]
    assert strength.value == pytest.approx(rates[0] - rates[1])
    assert strength.low > 0
    # Anonymeter's rates are centres of Wilson intervals, drawn a little towards one half.
    assert risk.parameters["attack_rate_wilson"] == pytest.approx(rates[0], abs=0.01)


def test_all_inference_figures_are_of_the_same_attacks(one: Any, independent: Tables) -> None:
    risk = one(independent, "privacy.inference", "job")
    advantage = one(independent, "privacy.inference.advantage", "job")
    strength = one(independent, "privacy.inference.strength", "job")

    rates = {side: advantage.parameters[f"{side}_rate"] for side in ("attack", "control")}
    assert advantage.value == pytest.approx(rates["attack"] - rates["control"])
    assert strength.parameters["attack_rate"] == rates["attack"]
    assert risk.seed == advantage.seed == strength.seed
    assert risk.parameters["attack_rate_wilson"] == pytest.approx(rates["attack"], abs=0.01)


def test_a_copy_gives_away_secrets_that_no_other_table_does(
    one: Any, copied: Tables, independent: Tables
) -> None:
    assert one(copied, "privacy.inference", "age").low > 0.2
    assert one(independent, "privacy.inference", "age").low == 0.0


def test_a_copy_has_a_large_advantage_and_an_independent_table_none(
    one: Any, copied: Tables, independent: Tables
) -> None:
    copy = one(copied, "privacy.inference.advantage", "age")
    fresh = one(independent, "privacy.inference.advantage", "age")

    assert copy.low > 0.2
    assert fresh.low <= 0.0 <= fresh.high


def test_a_table_that_says_nothing_of_a_secret_gives_a_weak_attack(one: Any, draw: Any) -> None:
    real, holdout, synthetic = (draw(400, seed).assign(coin=0) for seed in (1, 2, 3))
    for seed, table in enumerate((real, holdout, synthetic)):
        table["coin"] = np.random.default_rng(seed).choice(["head", "tail"], 400)

    strength = one(align(real, holdout, synthetic, None), "privacy.inference.strength", "coin")

    assert strength.low < 0 < strength.high


def test_a_negative_guess_must_be_near_to_be_right() -> None:
    guesses, secrets = np.array([-100.0, -100.0, 0.0]), np.array([50.0, -101.0, 0.0])

    assert right(guesses, secrets, Kind.NUMERIC).tolist() == [False, True, True]


def test_a_missing_secret_is_guessed_by_a_missing_value_only() -> None:
    nothing = np.array([np.nan, np.nan, 1.0])
    texts, secrets = (np.array(x, dtype=object) for x in ([None, None, "a"], [None, "a", None]))

    for kind in (Kind.NUMERIC, Kind.DATETIME, Kind.ORDINAL):
        found = right(nothing, np.array([np.nan, 1.0, np.nan]), kind)
        assert found.tolist() == [True, False, False]
    assert right(texts, secrets, Kind.CATEGORICAL).tolist() == [True, False, False]


def test_a_date_is_guessed_on_its_day_and_a_rank_by_itself() -> None:
    guesses, secrets = np.array([1.1, 1.9]), np.array([1.8, 2.0])

    assert right(guesses, secrets, Kind.DATETIME).tolist() == [True, False]
    assert right(np.array([20.0]), np.array([21.0]), Kind.ORDINAL).tolist() == [False]


def test_the_baseline_guesses_as_often_as_chance(one: Any, independent: Tables) -> None:
    rate = one(independent, "privacy.inference", "job").parameters["baseline_rate_wilson"]

    assert rate == pytest.approx(0.5**2 + 0.3**2 + 0.2**2, abs=0.08)


@pytest.mark.parametrize("mode", ["", ".univariate"])
def test_too_few_predicates_are_no_measurement(
    one: Any, draw: Any, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(singling_out, "ATTEMPTS", 5000)
    coarse = [draw(150, i)[["age", "job", "ill"]].assign(age=1) for i in (1, 2, 3)]
    found = one(align(*coarse, None), f"privacy.singling_out{mode}")

    assert found.status == "not-measurable"
    assert found.cause.startswith("only ")
    assert found.cause.endswith(" predicates single out a synthetic row, 100 are needed")


@pytest.mark.parametrize(("limit", "status"), [(100, "measured"), (99, "not-measurable")])
def test_rates_are_over_the_predicates_evaluated_if_there_are_a_hundred(
    one: Any, independent: Tables, monkeypatch: pytest.MonkeyPatch, limit: int, status: str
) -> None:
    every = singling_out.rare_rows
    monkeypatch.setattr(
        singling_out, "rare_rows", lambda table, ordered, _, rng: every(table, ordered, limit, rng)
    )

    fresh = align(*independent.each, "ill")  # for which no result is kept
    found = one(fresh, "privacy.singling_out")

    assert found.status == status
    if status == "measured":
        assert (found.n, found.parameters["n_attacks"]) == (100, 100)
        assert found.parameters["n_requested"] == 400
    else:
        assert found.cause == "only 99 predicates single out a synthetic row, 100 are needed"


def test_missing_values_do_not_stop_an_attack(one: Any, draw: Any) -> None:
    tables = [draw(150, seed) for seed in (1, 2, 3)]
    for table in tables:
        table.loc[::5, "pay"] = np.nan
        table.loc[::7, "job"] = None

    aligned = align(*tables, None)

    for metric, scope in (*((metric, ()) for metric in WHOLE), ("privacy.inference", ("pay",))):
        assert one(aligned, metric, *scope).status == "measured"


def test_an_ordinal_column_is_attacked_like_any_other(one: Any, draw: Any) -> None:
    frames = [draw(150, seed).assign(size=lambda t: t["age"] // 20 % 3) for seed in (1, 2, 3)]
    words = np.array(["low", "middle", "high"], dtype=object)
    for frame in frames:
        frame["size"] = pd.Categorical(words[frame["size"]], words, ordered=True)
    tables = align(*frames, None)

    assert tables.kinds["size"] is Kind.ORDINAL
    for metric in ("privacy.inference", "privacy.inference.strength"):
        assert one(tables, metric, "size").status == "measured"
    assert one(tables, "privacy.singling_out").status == "measured"


@pytest.mark.parametrize(
    ("columns", "metric", "cause"),
    [
        (["age"], "privacy.linkability", "two halves"),
        (["age"], "privacy.inference", "no other column"),
        (["age", "pay"], "privacy.singling_out", "join 3 columns"),
    ],
)
def test_an_attack_that_needs_more_columns_is_no_measurement(
    one: Any, draw: Any, columns: list[str], metric: str, cause: str
) -> None:
    tables = align(*(draw(120, seed)[columns] for seed in (1, 2, 3)), None)
    scope = ("age",) if metric == "privacy.inference" else ()

    found = one(tables, metric, *scope)

    assert cause in found.cause


def test_a_small_table_is_attacked_no_more_often_than_it_has_rows(draw: Any) -> None:
    assert attacks(align(draw(120, 1), draw(110, 2), draw(130, 3), None)) == 110
    assert attacks(align(draw(900, 1), draw(800, 2), draw(700, 3), None)) == 700


def towns(*counts: tuple[str, float, int]) -> pd.DataFrame:
    rows = [(town, age) for town, age, times in counts for _ in range(times)]
    return pd.DataFrame(rows, columns=["town", "age"]).assign(pay=lambda t: range(len(t)))


def test_a_k_map_by_hand(one: Any) -> None:
    real = towns(("A", 30.5, 2), ("A", 41.5, 1), ("B", 30.5, 3))
    holdout = towns(("A", 30.5, 1), ("B", np.nan, 1), ("C", 30.5, 1))
    synthetic = towns(("A", 30.5, 1), ("A", 41.5, 2), ("B", 30.5, 1), ("B", np.nan, 1), ("D", 1, 3))
    declared = Declared(quasi_identifiers=("town", "age"), minimum_cell=3)

    found = one(align(real, holdout, synthetic, None, declared), "privacy.k_map")

    # Held by 1 or 2 of nine real rows: A at 41.5 twice, B of no age once; nobody lives in D.
    assert (found.value, found.low, found.high) == (3 / 8, 3 / 8, 3 / 8)
    assert found.interval == "exact"
    # Of the holdout, A at 30.5 has two others; the other two have none.
    assert found.parameters["ceiling"] == 1 / 3
    assert found.parameters["k"] == 3


def test_a_k_map_over_all_columns_of_a_copy_points_at_single_people(copied: Tables) -> None:
    declared = Declared(quasi_identifiers=tuple(copied.columns))
    tables = align(*copied.each, None, declared)

    (_, found), *_ = k_map(tables, 0)

    assert not isinstance(found, NotMeasurable)
    assert found.value == 1.0
    assert found.parameters["ceiling"] == 0.0
