"""ROC and calibration curves: no small cell in or between them, and they tell the truth."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from evaluators.base import Declared, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align
from evaluators.utility import models
from evaluators.utility.curves import BINS, STEPS, of_class, of_number, stops_of

BOTH = ("utility.tstr.score", "utility.trtr.score")


def drawn(tables: Tables, *metrics: str) -> list[dict[str, Any]]:
    return [
        dict(figure)
        for metric in metrics or BOTH
        for one in measure(tables, CATALOGUE[metric], seed=1)
        for figure in one.figures
    ]


def labelled(rows: int, seed: int, classes: str = "abc") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(list(classes), rows)
    near = np.array([ord(one) for one in kind]) + rng.normal(0, 1.0, rows)
    return pd.DataFrame({"near": near, "noise": rng.normal(size=rows), "kind": kind})


@st.composite
def judged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Who is positive, chances with ties, and a minimum cell that both kinds of rows reach."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    minimum = draw(st.integers(1, 12))
    up, down = draw(st.integers(minimum, 150)), draw(st.integers(minimum, 150))
    positive = rng.permutation(np.repeat([True, False], [up, down]))
    said = rng.random(up + down) * 0.6 + positive * draw(st.floats(0.0, 0.4))
    return positive, np.round(said, draw(st.integers(0, 6))), minimum


@settings(max_examples=200, deadline=None)
@given(judged())
def test_no_cell_in_a_curve_or_between_two_of_them_is_small(
    case: tuple[np.ndarray, np.ndarray, int],
) -> None:
    positive, said, minimum = case
    ups, downs = int(positive.sum()), int((~positive).sum())
    roc, calibration = (dict(one) for one in of_class(positive, said, {}, minimum))

    reached = {(round(fpr * downs), round(tpr * ups)) for fpr, tpr in roc["points"]}
    inside = [(round(one["observed"] * one["rows"]), one["rows"]) for one in calibration["bins"]]
    seen = np.cumsum([(0, 0), *((rows - up, up) for up, rows in reversed(inside))], axis=0)
    stops = sorted(reached | {(int(down), int(up)) for down, up in seen})

    gained = np.diff(np.array(stops), axis=0)
    assert ((gained == 0) | (gained >= minimum)).all()
    assert seen[-1].tolist() == [downs, ups]


@settings(max_examples=100, deadline=None)
@given(judged())
def test_the_area_of_a_curve_is_the_score_within_its_grid(
    case: tuple[np.ndarray, np.ndarray, int],
) -> None:
    positive, said, minimum = case
    roc = dict(of_class(positive, said, {}, minimum)[0])

    (fpr, tpr), rounding = np.array(roc["points"]).T, 0.0005
    width, height = np.diff(fpr), np.diff(tpr)
    area = float((width * (tpr[1:] + tpr[:-1])).sum() / 2)
    truth = roc_auc_score(positive, said)
    assert roc["auc"] == pytest.approx(truth, abs=rounding + 1e-12)
    assert abs(area - truth) <= float((width * height).sum()) / 2 + 4 * rounding
    assert 2 <= len(fpr) <= STEPS + 1
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
    assert width.min() >= 0 and height.min() >= 0


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 50), st.integers(1, 20))
def test_stops_are_few_and_reach_the_end(seed: int, places: int, steps: int, minimum: int) -> None:
    counts = np.random.default_rng(seed).integers([1, 0], 5, (places, 2))
    counts[0] += minimum
    reached = np.concatenate([[[0, 0]], counts.cumsum(axis=0)])

    stops = stops_of(reached, steps, minimum)

    gained = np.diff(reached[stops], axis=0)
    assert stops[0] == 0 and stops[-1] == places and stops == sorted(set(stops))
    assert len(stops) <= steps + 2
    assert ((gained == 0) | (gained >= minimum)).all()


def test_the_curves_of_both_models_have_the_areas_that_are_measured(independent: Tables) -> None:
    scores = {
        (one.scope[0], one.parameters["trained_on"]): one.value
        for metric in BOTH
        for one in measure(independent, CATALOGUE[metric], seed=1)
    }
    areas = {
        (one["model"], one["trained_on"]): one["auc"]
        for one in drawn(independent)
        if one["figure"] == "roc"
    }

    assert areas == pytest.approx(scores, abs=0.0006)
    assert {one["positive"] for one in drawn(independent) if one["figure"] == "roc"} == {"1"}


def test_of_three_classes_each_has_a_curve_and_their_mean_is_the_score() -> None:
    tables = align(labelled(600, 1), labelled(600, 2), labelled(600, 3), "kind")
    (found, _) = measure(tables, CATALOGUE["utility.tstr.score"], seed=1)

    curves = [one for one in found.figures if one["figure"] == "roc"]

    assert [one["positive"] for one in curves] == ["a", "b", "c"]
    assert np.mean([one["auc"] for one in curves]) == pytest.approx(found.value, abs=0.0006)  # type: ignore[arg-type]


def test_a_class_with_fewer_rows_than_the_minimum_cell_is_not_named() -> None:
    rare = [
        pd.concat([labelled(300, seed), labelled(14, seed + 9).assign(kind="Zwentibold")])
        for seed in range(3)
    ]
    tables = align(*rare, "kind", Declared(minimum_cell=20))

    figures = drawn(tables)

    assert {one["positive"] for one in figures} == {"a", "b", "c"}
    assert "Zwentibold" not in json.dumps(figures)


def test_two_classes_of_which_one_is_too_small_have_no_curve() -> None:
    parts = [
        pd.concat([labelled(300, s, "a"), labelled(14, s + 9, "b")], ignore_index=True)
        for s in range(3)
    ]

    assert drawn(align(*parts, "kind", Declared(minimum_cell=20))) == []
    assert len(drawn(align(*parts, "kind", Declared(minimum_cell=10)))) == 8


def test_chances_that_are_right_lie_on_the_diagonal() -> None:
    rng = np.random.default_rng(3)
    chances = rng.random(20_000)
    positive = rng.random(20_000) < chances

    calibration: Any = of_class(positive, chances, {}, 10)[1]

    assert 8 <= len(calibration["bins"]) <= BINS + 1
    for one in calibration["bins"]:
        assert one["low"] <= one["predicted"] <= one["high"]
        assert one["observed"] == pytest.approx(one["predicted"], abs=0.04)
    assert (calibration["bins"][0]["low"], calibration["bins"][-1]["high"]) == (0.0, 1.0)


def test_numbers_that_are_right_lie_on_the_diagonal() -> None:
    rng = np.random.default_rng(4)
    said = rng.normal(50, 20, 5000)

    (calibration,) = of_number(said + rng.normal(0, 5, 5000), said, {}, 10)

    bins: Any = calibration["bins"]
    assert [one["low"] for one in bins][1:] == [one["high"] for one in bins][:-1]
    assert (bins[0]["low"], bins[-1]["high"], calibration["positive"]) == (None, None, None)
    assert sum(one["rows"] for one in bins) == 5000
    for one in bins:
        assert one["rows"] >= 10
        assert one["observed"] == pytest.approx(one["predicted"], abs=2)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.floats(1e3, 1e12), min_size=2, max_size=2))
def test_an_extreme_value_changes_no_mean(seed: int, extremes: list[float]) -> None:
    rng = np.random.default_rng(seed)
    truth, said = rng.normal(50, 20, 400), rng.normal(50, 20, 400)
    figures = []
    for extreme in extremes:
        for values in (truth, said):
            values[7] = extreme
        figures.append(of_number(truth, said, {}, 10))

    assert figures[0] == figures[1] != ()


def test_a_number_that_hardly_varies_has_no_curve() -> None:
    truth = np.append(np.zeros(300), [5.0, 9.0])

    assert of_number(truth, truth, {}, 10) == ()


def test_drawing_trains_no_model_again(
    independent: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[int] = []
    plain = models.trained

    def spied(estimator: Any, features: Any, truth: Any) -> Any:
        fits.append(len(truth))
        return plain(estimator, features, truth)

    monkeypatch.setattr(models, "trained", spied)
    fresh = align(
        independent.real,
        independent.holdout,
        independent.synthetic,
        "ill",
        Declared(subgroups=("job",)),
    )
    assert len(drawn(fresh)) == 10

    assert len(fits) == 4  # two models, each on real and on synthetic rows
