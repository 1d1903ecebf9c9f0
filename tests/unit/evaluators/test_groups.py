"""TSTR by subgroup, and importances: whole, rounded, and without a small cell."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.base import Declared, Kind, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.evaluation import in_order
from evaluators.run import measure
from evaluators.tables import align
from evaluators.utility.groups import groups_of

TRTR, AGREEMENT = "utility.trtr.score", "utility.importance.agreement"


def drawn(tables: Tables, metric: str, kind: str) -> list[dict[str, Any]]:
    found = measure(tables, CATALOGUE[metric], seed=1)
    return [dict(one) for each in found for one in each.figures if one["figure"] == kind]


def grouped(draw: Any, target: str = "ill", **declared: Any) -> Tables:
    declared = {"subgroups": ("job",), **declared}
    return align(draw(900, 1), draw(900, 2), draw(900, 3), target, Declared(**declared))


@pytest.mark.parametrize(("target", "metric"), [("ill", "AUC"), ("pay", "R2")])
def test_each_group_has_both_scores_and_their_difference(
    draw: Any, target: str, metric: str
) -> None:
    boosted, linear = drawn(grouped(draw, target), TRTR, "subgroup")

    assert (boosted["model"], linear["model"]) == ("gradient-boosting", "linear")
    assert (boosted["by"], boosted["metric"], boosted["target"]) == ("job", metric, target)
    assert [one["group"] for one in boosted["groups"]] == ["clerk", "cook", "nurse"]
    for one in boosted["groups"]:
        assert one["cause"] is None
        for score in ("tstr", "trtr", "difference"):
            assert one[f"{score}_low"] < one[score] < one[f"{score}_high"]
        assert one["difference"] == pytest.approx(one["tstr"] - one["trtr"], abs=0.0011)
    assert sum(one["rows"] for one in boosted["groups"]) == 900


def test_one_group_that_holds_every_row_has_the_scores_of_the_whole(draw: Any) -> None:
    frames = [draw(500, seed).assign(job="cook") for seed in (1, 2, 3)]
    tables = align(*frames, "ill", Declared(subgroups=("job",)))
    whole = {
        metric: measure(tables, CATALOGUE[f"utility.{metric}.score"], seed=1)[0].value
        for metric in ("tstr", "trtr")
    }

    (group,) = drawn(tables, TRTR, "subgroup")[0]["groups"]

    assert {name: group[name] for name in whole} == pytest.approx(whole, abs=0.0006)


def test_a_group_in_which_a_class_is_rare_has_a_cause_and_no_score(draw: Any) -> None:
    frames = [draw(900, seed) for seed in (1, 2, 3)]
    for frame in frames:
        frame.loc[frame["job"] == "nurse", "ill"] = 0

    groups = drawn(align(*frames, "ill", Declared(subgroups=("job",))), TRTR, "subgroup")[0]

    nurse = next(one for one in groups["groups"] if one["group"] == "nurse")
    assert nurse["cause"] == "fewer than 10 rows of a class of the target"
    assert nurse["tstr"] is nurse["trtr_high"] is nurse["difference_low"] is None
    assert nurse["rows"] >= 10


def test_the_target_is_no_subgroup_of_itself(draw: Any) -> None:
    tables = grouped(draw, "job", subgroups=("job",))

    assert drawn(tables, TRTR, "subgroup") == []


def test_a_holdout_below_the_minimum_cell_is_no_group(draw: Any) -> None:
    assert drawn(grouped(draw, minimum_cell=901), TRTR, "subgroup") == []
    assert len(drawn(grouped(draw, minimum_cell=900), TRTR, "subgroup")) == 2


def test_levels_are_named_and_not_numbered(draw: Any) -> None:
    tables = grouped(draw, levels={"job": ("cook", "clerk", "nurse")})
    assert tables.kinds["job"] is Kind.ORDINAL

    names = [one["group"] for one in drawn(tables, TRTR, "subgroup")[0]["groups"]]

    assert set(names) == {"cook", "clerk", "nurse"}


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=3, max_size=8),
    st.lists(st.integers(0, 40), min_size=3, max_size=8),
    st.integers(1, 20),
)
def test_no_group_is_small_and_none_can_be_found_by_subtraction(
    real: list[int], holdout: list[int], minimum: int
) -> None:
    def people(sizes: list[int]) -> pd.DataFrame:
        named = [name for size, name in zip(sizes, "abcdefgh", strict=False) for _ in range(size)]
        job = [*named, *["big"] * 100, *[None] * 50]
        return pd.DataFrame({"job": job, "ill": np.arange(len(job)) % 2})

    declared = Declared(kinds={"job": Kind.CATEGORICAL}, minimum_cell=minimum)
    tables = align(people(real), people(holdout), people(real), "ill", declared)

    shown = pd.Series(groups_of(tables, "job")).value_counts()

    known = tables.real["job"].value_counts()
    assert shown.min() >= minimum
    assert shown.sum() == len(tables.holdout)
    assert all(known[name] >= minimum for name in set(shown.index) - {"other", "missing"})


def test_a_group_of_one_person_is_in_no_figure(draw: Any) -> None:
    frames = [draw(900, seed) for seed in (1, 2, 3)]
    for frame in frames:
        frame.loc[7, "job"] = "Zwentibold"
    tables = align(*frames, "ill", Declared(subgroups=("job",)))

    figures = [
        figure
        for metric in ("fidelity.quality", "utility.tstr.score", TRTR, AGREEMENT)
        for one in measure(tables, CATALOGUE[metric], seed=1)
        for figure in one.figures
    ]

    assert {one["figure"] for one in figures} == {
        *("association", "roc", "calibration", "subgroup", "importance")
    }
    assert "Zwentibold" not in json.dumps(figures)


def test_importances_sum_to_one_and_put_first_what_is_recorded_first(draw: Any) -> None:
    for one in measure(grouped(draw), CATALOGUE[AGREEMENT], seed=1):
        (figure,) = one.figures
        features: Any = figure["features"]
        for side in ("real", "synthetic"):
            ranked = sorted(features, key=lambda feature: -feature[side])
            top: Any = one.parameters[f"top_{side}"]
            assert sum(feature[side] for feature in features) == pytest.approx(1, abs=0.003)
            assert ranked[0]["column"] == top[0]


def test_figures_are_the_same_bytes_whatever_the_number_of_workers(draw: Any) -> None:
    tables = grouped(draw)
    infos = [
        CATALOGUE[name]
        for name in ("fidelity.quality", "fidelity.trend", "utility.tstr.score", TRTR, AGREEMENT)
    ]

    one, two = (
        [f for m in in_order(tables, infos, seed=7, jobs=jobs, time_limit=None) for f in m.figures]
        for jobs in (1, 2)
    )

    assert json.dumps(one) == json.dumps(two)
    assert json.dumps(one, allow_nan=False) and len(one) == 13
