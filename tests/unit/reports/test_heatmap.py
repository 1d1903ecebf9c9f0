"""Associations are drawn as they are stored, in colours that a table behind them spells out."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.reports.association import Association, association
from registry.reports.heatmap import MOST, colour, heatmap
from tests.unit.reports.example_figures import ASSOCIATION


def stored(**changes: object) -> dict[str, object]:
    return {**ASSOCIATION, **changes}


def read(**changes: object) -> Association:
    found = association((stored(**changes),))
    assert found is not None
    return found


def many(columns: int) -> Association:
    pairs = len(list(combinations(range(columns), 2)))
    values = [round(place / pairs, 2) for place in range(pairs)]
    return read(
        columns=[f"c{place}" for place in range(columns)],
        coefficients=["pearson"] * pairs,
        real=[0.0] * pairs,
        synthetic=values,
    )


def test_each_pair_has_its_values_in_both_tables() -> None:
    pairs = {(one.first, one.second): one for one in read().pairs}

    assert (pairs["age", "income"].real, pairs["age", "income"].synthetic) == (0.41, -0.02)
    assert pairs["visits", "health"].apart is None


def test_the_pairs_furthest_apart_come_first_after_those_that_cannot_be_told() -> None:
    order = read().worst_first()

    assert [one.apart is None for one in order].index(False) == 4
    assert (order[4].first, order[4].second) == ("age", "income")


def test_the_table_behind_the_picture_spells_out_both_values_and_the_difference() -> None:
    figure = heatmap(read(), "k")
    assert figure.table is not None

    assert ("age and income", "Pearson", "0.41", "-0.02", "-0.43") in figure.table.rows
    assert "undefined" in {row[4] for row in figure.table.rows}


def test_every_pair_is_a_square_on_both_sides_of_the_diagonal_in_each_of_three_grids() -> None:
    picture = str(heatmap(read(), "k").picture)
    defined = 10 + 6 + 6  # real all ten; four pairs are undefined in the synthetic table

    assert len(re.findall(r'<rect fill="#', picture)) == 2 * defined + 3 + 21  # paper and scale
    assert picture.count('class="undefined"') == 2 * 2 * (4 + 4)


def test_colours_run_from_blue_through_white_to_orange_and_stop_at_the_ends() -> None:
    assert [colour(at) for at in (-1, 0, 1)] == ["#0072b2", "#ffffff", "#d55e00"]
    assert (colour(-1.7), colour(1.7)) == (colour(-1), colour(1))


def test_of_many_columns_those_that_differ_most_are_drawn_and_the_caption_says_so() -> None:
    figure = heatmap(many(40), "k")
    assert figure.table is not None

    names = re.findall(r">(c\d+) \d+</text>", str(figure.picture))
    assert len(names) == MOST and "c39" in names
    assert f"Drawn are {MOST} of 40 columns" in figure.caption
    assert "more pairs are no further apart" in figure.table.caption


def test_without_stored_associations_there_is_nothing_to_draw() -> None:
    assert association(()) is None
    assert association(({"figure": "roc"},)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"real": [0.1]},
        {"synthetic": [2.0] * 10},
        {"real": ["0.1"] * 10},
        {"real": [True] * 10},
        {"real": [float("nan")] * 10},
        {"columns": "age"},
        {"coefficients": None},
    ],
)
def test_associations_of_another_shape_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="cannot be drawn"):
        read(**changes)
