"""Axes hold what is drawn on them, and marks stand where their values are."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from registry.reports.plots.axis import SHARES, Axis, linear, logarithmic, written
from registry.reports.plots.frame import Frame
from registry.reports.plots.lines import Series, line_plot
from registry.reports.plots.points import Point, point_plot
from registry.reports.plots.ranges import Mark, Row, range_plot


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 1.0],
        [0.934, 0.973],
        [-0.2, 0.4],
        [5.0],
        [0.0],
        [-3.0],
        [1e-9, 2e-9],
        [12345.0, 99000.0],
    ],
)
def test_a_linear_axis_holds_every_value_between_a_few_round_marks(values: list[float]) -> None:
    axis = linear("score", values)

    assert axis.ticks[0] <= min(values) and axis.ticks[-1] >= max(values)
    assert 2 <= len(axis.ticks) <= 8
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert all(0 <= axis.at(value) <= 1 for value in values)


@pytest.mark.parametrize("values", [[3.0], [1.0], [0.1, 10.0], [0.001, 100.0], [2.0, 5.0]])
def test_equal_factors_are_equal_distances(values: list[float]) -> None:
    axis = logarithmic("epsilon", values)

    assert axis.ticks[0] < min(values) and axis.ticks[-1] > max(values)
    assert len(axis.ticks) <= 12
    first, second = (axis.at(one * values[0]) for one in (1.0, 1.05))
    assert math.isclose(second - first, math.log(1.05) / math.log(axis.ticks[-1] / axis.ticks[0]))


def test_what_has_no_end_or_lies_beyond_is_drawn_at_the_end() -> None:
    assert linear("x", [0.0, math.inf, 1.0]).ticks[-1] == 1.0
    axis = Axis("x", SHARES)
    assert (axis.at(-3.0), axis.at(7.0)) == (0.0, 1.0)


def test_marks_are_written_as_people_write_them() -> None:
    assert [written(one) for one in (0.1 + 0.2, 1000.0, 5.0, 1e-05)] == [
        "0.3",
        "1,000",
        "5",
        "1e-05",
    ]


def test_a_line_runs_through_its_points() -> None:
    frame = Frame(Axis("x", SHARES), Axis("y", SHARES), wide=100.0, tall=100.0)
    picture = line_plot(
        "key", "t", "s", frame, [Series("line-real", "n", ((0.0, 0.0), (1.0, 1.0)))]
    )

    assert 'points="54,134 154,34"' in str(picture)


def test_names_of_points_that_lie_close_do_not_cover_each_other() -> None:
    frame = Frame(Axis("x", SHARES), Axis("y", SHARES))
    points = [
        Point(f"@{at}", "version-other", (0.2, 0.2, 0.2), (0.5, 0.5 + at / 1000, 0.6))
        for at in range(5)
    ]
    picture = str(point_plot("key", "t", "s", frame, points, {"version-other": "other"}))
    heights = sorted(float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*>@', picture))

    assert len(heights) == 5
    assert all(b - a >= 12.9 for a, b in itertools.pairwise(heights))


def test_beyond_fourteen_points_only_the_first_kind_is_named() -> None:
    frame = Frame(Axis("x", SHARES), Axis("y", SHARES))
    kinds = {"version-this": "this", "version-other": "other"}
    points = [
        Point(f"@{at}", "version-this" if at == 7 else "version-other", (at / 20,) * 3, (0.5,) * 3)
        for at in range(20)
    ]
    picture = str(point_plot("key", "t", "s", frame, points, kinds))

    assert re.findall(r">(@\d+)<", picture) == ["@7"]


def test_intervals_are_as_long_as_they_are_wide() -> None:
    rows = [Row("name", (Mark("line-real", 0.5, 0.25, 0.75), Mark("line-other", 0.5)))]
    picture = str(range_plot("key", "t", "s", Axis("x", SHARES), rows, {}, 0.5))

    (span,) = re.findall(r'class="line-real span" x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"', picture)
    assert float(span[1]) - float(span[0]) == pytest.approx(394 / 2)
    assert "line-other span" not in picture
    assert 'class="ceiling" x1="209"' in picture


def test_names_are_escaped_and_long_ones_cut() -> None:
    rows = [Row("<b>" + "x" * 90, (Mark("line-real", 0.5),))]
    picture = str(range_plot("key", "t", "s", Axis("x", SHARES), rows, {}))

    assert "<b>" not in picture
    assert "…" in picture
