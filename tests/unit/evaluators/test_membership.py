from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Tables
from evaluators.catalogue import CATALOGUE
from evaluators.neighbours import Rows
from evaluators.privacy import membership
from evaluators.run import measure
from evaluators.tables import align

AUC, TPR = "privacy.mia.auc", "privacy.mia.tpr_at_fpr"
ATTACKS = tuple(membership.ATTACKS)


def measured(rows: int, seed: int) -> pd.DataFrame:
    """Rows of two measures with decimals and a group: none is another's twin."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "weight": rng.normal(70, 12, rows),
            "height": rng.normal(170, 9, rows),
            "group": rng.choice(["a", "b", "c"], rows),
        }
    )


def released(synthetic: pd.DataFrame) -> Tables:
    return align(measured(2400, 1), measured(2400, 2), synthetic, None)


@pytest.fixture(scope="module")
def copy() -> Tables:
    return released(measured(2400, 1))


@pytest.fixture(scope="module")
def fresh() -> Tables:
    return released(measured(2400, 3))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_verbatim_copy_gives_every_member_away(one: Any, copy: Tables, attack: str) -> None:
    area, rate = one(copy, AUC, attack), one(copy, TPR, attack, "0.01")

    assert area.low > 0.99
    assert rate.value == 1.0
    assert rate.low > 0.99
    assert area.parameters["advantage"] == pytest.approx(2 * area.value - 1)
    assert rate.parameters["advantage"] == pytest.approx(0.99)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_independent_table_gives_nobody_away(one: Any, fresh: Tables, attack: str) -> None:
    area, rate = one(fresh, AUC, attack), one(fresh, TPR, attack, "0.01")

    assert area.low < 0.5 < area.high
    assert rate.low < 0.01 < rate.high


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_more_members_are_copied_the_more_are_found(one: Any, attack: str) -> None:
    tables = [
        released(pd.concat([measured(2400, 1).head(copied), measured(2400 - copied, 3)]))
        for copied in (0, 240, 1200)
    ]

    areas, rates = (
        [one(each, *scope) for each in tables] for scope in ((AUC, attack), (TPR, attack, "0.01"))
    )

    assert areas[0].high < areas[2].low
    assert areas[0].value < areas[1].value < areas[2].value
    assert [rate.value for rate in rates] == pytest.approx([0.01, 0.11, 0.505], abs=0.02)


def test_a_low_rate_that_too_few_rows_can_show_is_not_measurable(one: Any, fresh: Tables) -> None:
    found = one(fresh, TPR, "distance", "0.001")

    assert found.status == "not-measurable"
    assert found.cause == ("a false positive rate of 0.001 needs 10000 non-members, there are 2400")


def test_with_ten_thousand_non_members_it_is(one: Any) -> None:
    big = align(measured(10_000, 1), measured(10_000, 2), measured(300, 3), None)

    assert one(big, TPR, "distance", "0.001").status == "measured"
    assert one(big, TPR, "density-ratio", "0.001").status == "not-measurable"
    assert one(big, TPR, "density-ratio", "0.01").status == "measured"


def test_members_and_non_members_are_as_many(one: Any) -> None:
    tables = align(measured(500, 1), measured(300, 2), measured(200, 3), None)

    distance, ratio = (one(tables, AUC, attack).parameters for attack in ATTACKS)

    assert [distance[side] for side in ("members", "non_members")] == [300, 300]
    assert [ratio[side] for side in ("members", "non_members")] == [150, 150]
    assert [each["reference_rows"] for each in (distance, ratio)] == [0, 150]
    assert [each["synthetic_rows"] for each in (distance, ratio)] == [200, 200]


def test_no_more_rows_are_attacked_than_the_limit(
    one: Any, fresh: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "MOST", 200)

    for attack in ATTACKS:
        found = one(fresh, AUC, attack, seed=11)
        assert (found.n, found.parameters["members"]) == (400, 200)


def test_no_row_of_the_reference_is_attacked(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = align(draw(300, 1), draw(300, 2), draw(90, 3), None)
    searched: list[tuple[set[Any], set[Any]]] = []
    search = membership.nearest

    def spy(queries: Rows, candidates: Rows, k: int) -> Any:
        searched.append((contents(queries), contents(candidates)))
        return search(queries, candidates, k)

    monkeypatch.setattr(membership, "nearest", spy)
    membership.density_ratio(tables, 7)

    against_reference = [pair for pair in searched if len(pair[1]) == 150]
    assert len(against_reference) == 2
    assert [len(queries) for queries, _ in against_reference] == [150, 150]
    assert all(not queries & reference for queries, reference in against_reference)


def contents(rows: Rows) -> set[Any]:
    return set(zip(*rows.numbers.tolist(), *rows.codes.tolist(), strict=True))


def test_a_crowd_of_twins_is_no_evidence_of_membership(one: Any) -> None:
    """Everybody is one of three kinds: whoever is copied, nobody can be told from his twins."""
    kinds = pd.DataFrame({"a": ["x", "y", "z"] * 200, "b": [1.5, 2.5, 3.5] * 200})
    tables = align(kinds, kinds.copy(), kinds.copy(), None)

    for attack in ATTACKS:
        assert one(tables, AUC, attack).value == pytest.approx(0.5, abs=0.06)


def test_missing_values_are_attacked_like_any_other(one: Any, draw: Any) -> None:
    tables = [draw(400, seed) for seed in (1, 2, 1)]
    for table in tables:
        table.loc[::5, "pay"] = np.nan
        table.loc[::7, "job"] = None

    assert one(align(*tables, None), AUC, "distance").low > 0.9


def test_the_same_seed_gives_the_same_facts_and_another_other_rows(draw: Any) -> None:
    def facts(seed: int) -> list[dict[str, Any]]:
        tables = align(draw(400, 1), draw(300, 2), draw(300, 3), None)
        return [
            m.facts() for name in (AUC, TPR) for m in measure(tables, CATALOGUE[name], seed=seed)
        ]

    assert facts(7) == facts(7)
    assert facts(7)[1]["value"] != facts(8)[1]["value"]


def test_both_metrics_are_of_the_same_attacks(one: Any, fresh: Tables) -> None:
    assert one(fresh, AUC, "distance").seed == one(fresh, TPR, "distance", "0.01").seed


def test_every_scope_of_the_catalogue_is_attacked() -> None:
    assert CATALOGUE[AUC].places == tuple((attack,) for attack in ATTACKS)
    assert CATALOGUE[TPR].places == tuple(
        (attack, rate) for attack in ATTACKS for rate in membership.RATES
    )
