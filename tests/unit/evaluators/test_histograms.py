from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluators.base import Declared, Kind, Tables
from evaluators.histograms import histograms, round_edges
from evaluators.tables import align

WORDS = st.sampled_from(["a", "b", "c", "d", "e", None])
NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.5, 20.0]))


@st.composite
def columns(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 80))
    return pd.DataFrame(
        {
            "x": pd.Series(draw(st.lists(NUMBERS, min_size=rows, max_size=rows)), dtype=float),
            "c": pd.Series(draw(st.lists(WORDS, min_size=rows, max_size=rows)), dtype=object),
        }
    )


def bins(tables: Tables, column: str) -> list[Any]:
    return next(h["bins"] for h in histograms(tables) if h["column"] == column)  # type: ignore[return-value]


@settings(max_examples=150, deadline=None)
@given(columns(), columns())
def test_no_small_cell_is_shown_and_no_row_is_lost(
    real: pd.DataFrame, synthetic: pd.DataFrame
) -> None:
    for shown in histograms(align(real, real, synthetic, None)):
        cells: Any = shown["bins"]
        assert all(cell["real"] >= 10 for cell in cells)
        assert all(cell["synthetic"] == 0 or cell["synthetic"] >= 10 for cell in cells)
        assert not cells or sum(cell["real"] for cell in cells) == len(real)
        assert not cells or sum(cell["synthetic"] for cell in cells) == len(synthetic)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(-1e7, 1e7).filter(lambda v: len(repr(v).rstrip("0")) > 10),
)
def test_a_value_one_real_row_has_is_never_shown(seed: int, planted: float) -> None:
    rng = np.random.default_rng(seed)
    real = pd.DataFrame({"x": rng.normal(50, 20, 200), "c": rng.choice(["u", "v"], 200)})
    real.loc[7] = [planted, "Zwentibold"]

    text = json.dumps(histograms(align(real, real, real, None)))

    assert "Zwentibold" not in text
    assert repr(planted) not in text
    assert not any(repr(float(value)) in text for value in real["x"])


def test_ends_are_open_and_edges_round(draw: Any) -> None:
    tables = align(draw(2000, 1), draw(2000, 2), draw(2000, 3), None)

    shown = bins(tables, "age")

    assert shown[0] == {**shown[0], "low": None, "label": f"< {shown[0]['high']:g}"}
    assert shown[-1] == {**shown[-1], "high": None, "label": f">= {shown[-1]['low']:g}"}
    assert all(cell["high"] % 5 == 0 for cell in shown[:-1])
    assert [c["high"] for c in shown[:-1]] == [c["low"] for c in shown[1:]]


def test_rare_and_invented_categories_are_pooled() -> None:
    real = pd.DataFrame({"c": ["a"] * 50 + ["b"] * 9 + ["z"] * 3, "x": 1})
    synthetic = pd.DataFrame({"c": ["a"] * 40 + ["new"] * 22, "x": 1})

    shown = bins(align(real, real, synthetic, None), "c")

    assert [(c["label"], c["real"], c["synthetic"]) for c in shown] == [
        ("a", 50, 40),
        ("other", 12, 22),
    ]


def test_a_pool_that_is_too_small_takes_in_the_smallest_category() -> None:
    real = pd.DataFrame({"c": ["a"] * 50 + ["b"] * 20 + ["z"] * 3, "x": 1})

    shown = bins(align(real, real, real, None), "c")

    assert [(c["label"], c["real"]) for c in shown] == [("a", 50), ("other", 23)]


@pytest.mark.parametrize(("missing", "labels"), [(30, ["missing"]), (3, ["or missing"]), (0, [])])
def test_missing_values_have_a_cell_or_join_the_last(missing: int, labels: list[str]) -> None:
    values = np.arange(200.0) + 0.5
    values[:missing] = np.nan
    real = pd.DataFrame({"x": values, "c": "a"})

    shown = bins(align(real, real, real, None), "x")

    assert [label in shown[-1]["label"] for label in labels] == [True] * len(labels)
    assert sum("missing" in cell["label"] for cell in shown) == len(labels)


def test_a_whole_column_below_the_minimum_is_not_shown() -> None:
    real = pd.DataFrame({"x": [0.5] * 9, "c": ["a"] * 9})

    assert [h["bins"] for h in histograms(align(real, real, real, None))] == [[], []]


def test_dates_are_cut_at_round_dates() -> None:
    days = pd.date_range("2001-03-05", periods=4000, freq="D").to_series(index=range(4000))
    real = pd.DataFrame({"d": days, "c": "a"})

    shown = bins(align(real, real, real, None), "d")

    assert [cell["label"] for cell in shown[:2]] == ["< 2002", "2002 to < 2003"]


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.booleans())
def test_edges_are_few_rising_and_enclose_the_range(low: float, span: float, whole: bool) -> None:
    assume(span > 1e-6 * abs(low))
    high = low + span

    edges = round_edges(low, high, whole=whole)

    assert edges == sorted(edges)
    assert 2 <= len(edges) <= 19
    assert edges[0] <= low + 1e-6 * span
    assert edges[-1] >= high - 1e-6 * span


def test_levels_come_in_their_order_and_missing_values_last() -> None:
    scale = pd.CategoricalDtype(["low", "mid", "high", "never"], ordered=True)
    values = ["high"] * 60 + ["low"] * 20 + [None] * 15 + ["mid"] * 30
    real = pd.DataFrame({"s": pd.Series(values, dtype=scale), "c": "a"})

    shown = bins(align(real, real, real, None), "s")

    assert [(cell["label"], cell["real"]) for cell in shown] == [
        ("low", 20),
        ("mid", 30),
        ("high", 60),
        ("missing", 15),
    ]


def test_free_text_and_identifiers_have_no_histogram() -> None:
    real = pd.DataFrame({"id": range(200), "word": "a", "note": "b"})
    tables = align(real, real, real, None, Declared(kinds={"note": Kind.TEXT}))

    assert [shown["column"] for shown in histograms(tables)] == ["word"]


def test_the_declared_minimum_cell_is_the_smallest_shown() -> None:
    real = pd.DataFrame({"c": ["a"] * 50 + ["b"] * 30 + ["z"] * 20, "x": 1})

    shown = bins(align(real, real, real, None, Declared(minimum_cell=25)), "c")

    assert [(cell["label"], cell["real"]) for cell in shown] == [("a", 50), ("other", 50)]
