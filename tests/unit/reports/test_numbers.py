"""Figures never round onto a better figure, and times never lose their zone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.reports.numbers import (
    between,
    figure,
    listed,
    moment,
    observed,
    plural,
    signed,
    words,
)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.9617, "0.962"),
        (1.0, "1.000"),
        (0.0, "0.000"),
        (0.99996, ">0.999"),
        (0.0001, "1.0e-04"),
        (-0.25, "-0.250"),
        (float("inf"), "infinite"),
    ],
)
def test_a_figure_is_printed_to_three_decimals(value: float, printed: str) -> None:
    assert figure(value) == printed


def test_counts_are_whole_with_thousands_separated() -> None:
    assert figure(20190.0, "rows") == "20,190"


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_no_share_short_of_perfect_reads_as_zero_or_one(value: float) -> None:
    assert figure(value) not in ("0.000", "1.000")


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_observed_value_stays_on_its_side_of_the_limit(value: float, limit: float) -> None:
    read = float(observed(value, value - limit))
    assert (read < limit, read > limit) == (value < limit, value > limit)


def test_a_missing_observation_reads_not_evaluated() -> None:
    assert observed(None, None) == "not evaluated"


def test_a_missing_bound_is_said() -> None:
    assert between(0.1, None) == "none stated"


def test_a_time_is_printed_in_utc_to_the_second() -> None:
    assert moment("2026-03-01T10:30:00.000000+01:00") == "2026-03-01 09:30:00 UTC"


@pytest.mark.parametrize("stored", ["yesterday", "2026-03-01T09:30:00"])
def test_a_time_without_a_zone_is_refused(stored: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be printed"):
        moment(stored)


def test_identifiers_read_as_words_and_prefixes_keep_their_hyphen() -> None:
    assert words("model-development") == "model development"
    assert words("re-identification") == "re-identification"


def test_long_lists_say_how_many_more_there_are() -> None:
    assert listed(tuple("abcdefgh")) == "a, b, c, d, e, f and 2 more"
    assert plural(1, "rule") == "1 rule" and plural(1200, "rule") == "1,200 rules"


def test_what_a_rule_saw_without_bound_is_a_word() -> None:
    assert observed(math.inf, -math.inf) == "infinite"
    assert signed(-math.inf) == "-infinite"
