from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator

from evaluators.base import Kind, Tables
from evaluators.intervals import newcombe, wilson
from evaluators.privacy import attacks, singling_out
from evaluators.privacy.attacks import attacker_view, residual_risk
from evaluators.privacy.exact_match import reference_variance
from evaluators.privacy.inference import successes
from evaluators.tables import align

ATTACKS = ("privacy.singling_out", "privacy.linkability")


def test_the_wilson_interval_by_hand() -> None:
    low, high = wilson(5, 10)

    assert (low, high) == pytest.approx((0.2365930905, 0.7634069095))
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_a_verbatim_copy_matches_entirely_and_far_beyond_chance(one: Any, copied: Tables) -> None:
    match = one(copied, "privacy.exact_match")
    excess = one(copied, "privacy.exact_match.excess")

    assert (match.value, match.high) == (1.0, 1.0)
    assert excess.value > 0.9
    assert excess.low > 0.9


def test_an_independent_resample_has_no_excess(one: Any) -> None:
    rng = np.random.default_rng(4)
    chances = np.array([0.5, 0.2, 0.1] + [0.2 / 97] * 97)
    real = pd.DataFrame({"a": rng.choice(100, 600, p=chances), "b": rng.choice(3, 600)})
    holdout = pd.DataFrame({"a": rng.choice(100, 600, p=chances), "b": rng.choice(3, 600)})
    tables = align(real, holdout.tail(300), holdout.head(300), None)

    excess = one(tables, "privacy.exact_match.excess")

    assert one(tables, "privacy.exact_match").value > 0.5
    assert excess.low < 0 < excess.high
    assert excess.parameters["reference_rows"] == 300


def test_exact_match_by_hand(one: Any) -> None:
    real = pd.DataFrame({"x": [0.5] * 30, "c": ["a", "b", None] * 10})
    synthetic = pd.DataFrame({"x": [0.5] * 20 + [1.5] * 10, "c": ["a", None] * 15})

    found = one(align(real, real, synthetic, None), "privacy.exact_match")

    assert found.value == pytest.approx(20 / 30)
    assert (found.low, found.high) == pytest.approx(wilson(20, 30))


@pytest.mark.parametrize(("kinds", "m"), [(300, 300), (2000, 600)])
def test_the_excess_of_independent_samples_varies_as_estimated(kinds: int, m: int) -> None:
    rng = np.random.default_rng(8)
    values, estimates = [], []
    for _ in range(400):
        real, holdout, synthetic = (rng.integers(kinds, size=n) for n in (300, 300, m))
        hit = np.isin(synthetic, real).astype(float) - np.isin(synthetic, holdout)
        values.append(hit.mean())
        estimates.append(hit.var() / m + reference_variance(real, holdout, synthetic))

    assert np.mean(estimates) == pytest.approx(np.var(values), rel=0.25)


@pytest.mark.filterwarnings("ignore:Attack is as good")
def test_the_residual_risk_of_anonymeter_in_closed_form() -> None:
    found = residual_risk(
        500,
        attack=16,
        baseline=20,
        control=9.229904771462817,  # type: ignore[arg-type]
        parameters={},
    )

    assert found.value == pytest.approx(0.013741062122476706, abs=1e-15)
    assert (found.low, found.high) == pytest.approx((0.0, 0.034101211562263624), abs=1e-15)
    low, high = wilson(16, 500)
    assert found.parameters["attack_rate_wilson"] == pytest.approx((low + high) / 2)
    assert found.parameters["attack_error_wilson"] == pytest.approx((high - low) / 2)
    assert found.parameters["attack_beats_baseline"] is False


def test_linkability_counts_as_anonymeter_does_when_every_row_is_attacked(
    one: Any, draw: Any
) -> None:
    tables = align(draw(120, 1), draw(120, 2), draw(120, 1).head(120), None)
    real, holdout, synthetic = attacker_view(tables)
    halves = (list(real.columns[:3]), list(real.columns[3:]))
    theirs = LinkabilityEvaluator(real, synthetic, halves, 120, 1, holdout).evaluate(n_jobs=1)

    ours = one(tables, "privacy.linkability")

    results = theirs.results()
    assert ours.n == 120
    assert ours.parameters["attack_rate_wilson"] == results.attack_rate.value
    assert ours.parameters["control_rate_wilson"] == results.control_rate.value
    assert (ours.low, ours.high) == results.risk().ci


@pytest.mark.parametrize("secret", ["age", "job"])
@pytest.mark.filterwarnings("ignore")
def test_inference_counts_as_anonymeter_does_when_every_row_is_attacked(
    one: Any, draw: Any, secret: str
) -> None:
    tables = align(draw(120, 1), draw(120, 2), draw(120, 3), None)
    real, holdout, synthetic = attacker_view(tables)
    at = f"c{tables.columns.index(secret):05d}"
    aux = [name for name in real if name != at]
    theirs = InferenceEvaluator(
        real, synthetic, aux, at, tables.kinds[secret] is Kind.NUMERIC, 120, holdout
    ).evaluate(n_jobs=1)

    ours = one(tables, "privacy.inference", secret)

    assert ours.parameters["attack_rate_wilson"] == theirs.results().attack_rate.value
    assert ours.parameters["control_rate_wilson"] == theirs.results().control_rate.value


@pytest.mark.parametrize("metric", ATTACKS)
def test_a_copy_is_at_greater_risk_than_an_independent_table(
    one: Any, copied: Tables, independent: Tables, metric: str
) -> None:
    copy, fresh = one(copied, metric), one(independent, metric)

    assert copy.low > fresh.value
    assert fresh.low == 0.0


def test_a_copy_gives_away_secrets_that_no_other_table_does(
    one: Any, copied: Tables, independent: Tables
) -> None:
    assert one(copied, "privacy.inference", "age").low > 0.2
    assert one(independent, "privacy.inference", "age").low == 0.0


def test_the_newcombe_interval_as_published() -> None:
    # Newcombe (1998), table II, columns (a) and (f), method 10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(0, 10, 0, 20) == pytest.approx((-0.1611, 0.2775), abs=5e-5)


def test_the_newcombe_interval_keeps_its_coverage_for_rare_and_common_secrets() -> None:
    rng = np.random.default_rng(8)
    for p, q in ((0.02, 0.02), (0.5, 0.4), (0.97, 0.95)):
        pairs = zip(rng.binomial(500, p, 2000), rng.binomial(500, q, 2000), strict=True)
        covered = [
            low <= p - q <= high for low, high in (newcombe(a, 500, b, 500) for a, b in pairs)
        ]

        assert 0.93 <= np.mean(covered) <= 0.97


def test_both_inference_figures_are_of_the_same_attacks(one: Any, independent: Tables) -> None:
    risk = one(independent, "privacy.inference", "job")
    advantage = one(independent, "privacy.inference.advantage", "job")

    rates = [advantage.parameters[f"{side}_rate"] for side in ("attack", "control")]
    assert advantage.value == pytest.approx(rates[0] - rates[1])
    assert risk.seed == advantage.seed
    # Anonymeter's rates are centres of Wilson intervals, drawn a little towards one half.
    assert risk.parameters["attack_rate_wilson"] == pytest.approx(rates[0], abs=0.01)


def test_a_copy_has_a_large_advantage_and_an_independent_table_none(
    one: Any, copied: Tables, independent: Tables
) -> None:
    copy = one(copied, "privacy.inference.advantage", "age")
    fresh = one(independent, "privacy.inference.advantage", "age")

    assert copy.low > 0.2
    assert fresh.low <= 0.0 <= fresh.high


def test_a_negative_guess_must_be_near_to_be_right() -> None:
    guesses, secrets = np.array([-100.0, -100.0, 0.0]), np.array([50.0, -101.0, 0.0])

    assert successes(guesses, secrets, Kind.NUMERIC) == 2


def test_a_missing_secret_is_guessed_by_a_missing_value_only() -> None:
    nothing = np.array([np.nan, np.nan, 1.0])
    texts = np.array([None, None, "a"], dtype=object)

    assert successes(nothing, np.array([np.nan, 1.0, np.nan]), Kind.NUMERIC) == 1
    assert successes(texts, np.array([None, "a", None], dtype=object), Kind.CATEGORICAL) == 1


def test_a_date_is_guessed_on_its_day() -> None:
    assert successes(np.array([1.1, 1.9]), np.array([1.8, 2.0]), Kind.DATETIME) == 1


def test_the_baseline_guesses_as_often_as_chance(one: Any, independent: Tables) -> None:
    rate = one(independent, "privacy.inference", "job").parameters["baseline_rate_wilson"]

    assert rate == pytest.approx(0.5**2 + 0.3**2 + 0.2**2, abs=0.08)


def test_too_few_predicates_are_no_measurement(
    one: Any, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluators.privacy.singling_out.ATTEMPTS", 2000)
    coarse = [draw(150, i)[["age", "job", "ill"]].assign(age=1) for i in (1, 2, 3)]
    found = one(align(*coarse, None), "privacy.singling_out")

    assert found.status == "not-measurable"
    assert "predicates single out" in found.cause


@pytest.mark.parametrize(("made", "status"), [(100, "measured"), (99, "not-measurable")])
def test_rates_are_over_the_predicates_evaluated_if_there_are_a_hundred(
    one: Any, independent: Tables, monkeypatch: pytest.MonkeyPatch, made: int, status: str
) -> None:
    every = singling_out._predicates
    monkeypatch.setattr(singling_out, "_predicates", lambda *given: every(*given)[:made])

    found = one(independent, "privacy.singling_out")

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

    for metric, scope in ((ATTACKS[0], ()), (ATTACKS[1], ()), ("privacy.inference", ("pay",))):
        assert one(aligned, metric, *scope).status == "measured"


def test_a_small_table_is_attacked_no_more_often_than_it_has_rows(draw: Any) -> None:
    assert attacks.attacks(align(draw(120, 1), draw(110, 2), draw(130, 3), None)) == 110
    assert attacks.attacks(align(draw(900, 1), draw(800, 2), draw(700, 3), None)) == 700
