"""Charts show shares of each table, say so in words, and keep the figures beside them."""

from __future__ import annotations

import re

import pytest

from registry.errors import InvalidInput
from registry.reports.charts import chart
from registry.reports.intervals import interval_plot
from registry.reports.measurements import readings
from registry.reports.table import Row
from tests.unit.reports.example import HISTOGRAMS, quality_facts

AGE, HEALTH, _, SUPPRESSED = HISTOGRAMS
PAIR = {
    "column": "smoker",
    "kind": "boolean",
    "bins": [
        {"label": "no", "real": 75, "synthetic": 30},
        {"label": "yes", "real": 25, "synthetic": 30},
    ],
}


def lengths(picture: str, kind: str, side: str) -> list[float]:
    bars = re.findall(rf'<rect class="{kind}"[^>]*>', picture)
    return [float(re.search(rf'{side}="([\d.]+)"', bar)[1]) for bar in bars]  # type: ignore[index]


def behind(stored: dict[str, object]) -> tuple[Row, ...]:
    table = chart(stored, "k").table
    assert table is not None
    return table.rows


def test_bars_are_as_long_as_the_shares_of_their_own_table() -> None:
    picture = str(chart(PAIR, "k").picture)
    real, made = lengths(picture, "real", "width"), lengths(picture, "synthetic", "width")
    assert real[0] / real[1] == pytest.approx(3, rel=0.01)
    assert made[0] == made[1]
    assert real[0] / made[0] == pytest.approx(0.75 / 0.5, rel=0.01)


def test_numbers_stand_as_columns_and_categories_lie_as_bars() -> None:
    assert len(set(lengths(str(chart(AGE, "k").picture), "real", "width"))) == 1
    assert len(set(lengths(str(chart(HEALTH, "k").picture), "real", "height"))) == 1


def test_a_chart_describes_itself_to_those_who_cannot_see_it() -> None:
    picture = str(chart(HEALTH, "health").picture)
    assert 'role="img" aria-labelledby="health-title health-desc"' in picture
    assert "Distribution of health, real and synthetic</title>" in picture
    assert "differ most at excellent: 54.6% of the real rows, 47.1%" in picture


def test_the_table_behind_a_chart_holds_counts_and_shares() -> None:
    assert behind(PAIR) == (
        ("no", "75", "75.0%", "30", "50.0%"),
        ("yes", "25", "25.0%", "30", "50.0%"),
    )


def test_a_column_too_small_to_be_shown_says_so_and_draws_nothing() -> None:
    drawn = chart(SUPPRESSED, "k")
    assert drawn.picture is None
    assert "too few rows" in drawn.caption


def test_an_empty_table_has_shares_of_zero() -> None:
    empty = {"column": "a", "kind": "numeric", "bins": [{"label": "x", "real": 9, "synthetic": 0}]}
    assert behind(empty) == (("x", "9", "100.0%", "0", "0.0%"),)


@pytest.mark.parametrize(
    "bins",
    [
        None,
        "text",
        [3],
        [{"label": "a", "real": -1, "synthetic": 2}],
        [{"label": "a", "real": 1.5, "synthetic": 2}],
        [{"label": "a", "real": True, "synthetic": 2}],
        [{"label": "a", "real": 4}],
    ],
)
def test_a_histogram_of_another_shape_is_refused(bins: object) -> None:
    with pytest.raises(InvalidInput, match="cannot be drawn"):
        chart({"column": "a", "kind": "numeric", "bins": bins}, "k")


def test_privacy_intervals_lie_on_one_axis_and_are_told_in_words() -> None:
    found = [one for one in readings(quality_facts()) if one.family == "privacy"]
    picture = str(interval_plot(found, "k", "Privacy"))
    assert picture.count('class="value"') == 3
    assert "Inference risk: income 0.157, interval 0.092 to 0.223" in picture
    assert "Identical rows" not in picture  # its interval reaches below zero


def test_without_privacy_measurements_there_is_no_plot() -> None:
    assert interval_plot([], "k", "Privacy") is None
