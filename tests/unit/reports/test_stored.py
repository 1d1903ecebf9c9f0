"""Figures of models are read as they were stored, or refused with one clear error."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from registry.errors import InvalidInput
from registry.reports.tstr.stored import Calibration, Importance, Roc, Subgroups, figures
from tests.unit.reports.example import evaluation
from tests.unit.reports.example_figures import FIGURES, IMPORTANCE, OF_A_NUMBER, SUBGROUP, roc
from tests.unit.reports.trade_example import with_figures

ROC, CALIBRATION = FIGURES[1], FIGURES[2]


def test_every_kind_of_figure_is_read() -> None:
    found = figures(with_figures(*FIGURES, OF_A_NUMBER))

    kinds = [type(one) for one in found]
    assert [kinds.count(kind) for kind in (Roc, Calibration, Importance, Subgroups)] == [2, 3, 1, 1]


def test_what_is_no_figure_of_a_model_is_left_to_others() -> None:
    assert figures(with_figures(FIGURES[0])) == ()


def test_open_ends_and_no_class_are_those_of_a_number() -> None:
    (one,) = figures(with_figures(OF_A_NUMBER))

    assert isinstance(one, Calibration)
    assert (one.positive, one.bins[0].low, one.bins[-1].high) == (None, None, None)


def test_a_group_that_could_not_be_scored_has_its_cause_and_no_score() -> None:
    (one,) = figures(with_figures(SUBGROUP))

    assert isinstance(one, Subgroups)
    last = one.groups[-1]
    assert (last.tstr, last.difference) == (None, None)
    assert last.cause is not None and last.cause.startswith("fewer than 10 rows")


def test_an_exploratory_evaluation_draws_nothing() -> None:
    assert figures(with_figures(*FIGURES, admissible=False)) == ()


def test_of_two_evaluations_the_later_one_is_drawn() -> None:
    old, new = (
        roc("m", "real", 0.6, [(0.0, 0.0), (1.0, 1.0)]),
        roc("m", "real", 0.7, [(0.0, 0.0), (1.0, 1.0)]),
    )
    facts = with_figures(new)
    earlier = replace(evaluation(), at="2026-01-01T00:00:00.000000Z", figures=(old,))

    (one,) = figures(replace(facts, evaluations=(*facts.evaluations, earlier)))

    assert isinstance(one, Roc) and one.auc == 0.7


@pytest.mark.parametrize(
    ("figure", "changed", "expected"),
    [
        (ROC, {"points": [[0.0, 0.0], [1.0]]}, "pairs of numbers"),
        (ROC, {"points": [[0.0, 0.0]]}, "at least two pairs"),
        (ROC, {"points": [[0.0, 0.0], [0.5, 1.5], [1.0, 1.0]]}, "rates from 0 to 1"),
        (ROC, {"points": [[0.0, 0.0], [0.5, 0.6], [0.4, 0.7], [1.0, 1.0]]}, "points that rise"),
        (ROC, {"points": [[0.1, 0.0], [1.0, 1.0]]}, "points that rise"),
        (ROC, {"points": "0,0"}, "points, a list"),
        (ROC, {"auc": float("nan")}, "auc, a number"),
        (ROC, {"auc": True}, "auc, a number"),
        (ROC, {"auc": 1.2}, "auc from 0 to 1"),
        (ROC, {"rows": -1}, "rows, a count"),
        (ROC, {"rows": 2.5}, "rows, a count"),
        (ROC, {"trained_on": "both"}, "trained_on, synthetic or real"),
        (ROC, {"model": ""}, "model, in words"),
        (ROC, {"target": None}, "target, in words"),
        (CALIBRATION, {"bins": []}, "bins, a list"),
        (CALIBRATION, {"bins": [3]}, "bins, each with its fields"),
        (CALIBRATION, {"bins": [{"low": 0.0, "high": 1.0, "predicted": 2.0}]}, "from 0 to 1"),
        (IMPORTANCE, {"features": [{"column": "age", "real": 0.1}]}, "synthetic, a number"),
        (SUBGROUP, {"groups": [{"group": "0", "rows": 3, "cause": None}]}, "tstr, a number"),
    ],
)
def test_any_other_shape_is_refused_by_name(
    figure: dict[str, object], changed: dict[str, object], expected: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        figures(with_figures({**figure, **changed}))

    assert expected in str(refused.value.expected)
    assert "figure" in str(refused.value.where)


@pytest.mark.parametrize("lost", ["positive", "bins", "target", "model"])
def test_a_field_that_is_not_there_is_not_the_same_as_none(lost: str) -> None:
    figure = deepcopy(CALIBRATION)
    del figure[lost]

    with pytest.raises(InvalidInput):
        figures(with_figures(figure))


def test_bounds_the_wrong_way_round_are_refused() -> None:
    group = {**SUBGROUP["groups"][0], "tstr_low": 0.9}  # type: ignore[index]

    with pytest.raises(InvalidInput):
        figures(with_figures({**SUBGROUP, "groups": [group]}))
