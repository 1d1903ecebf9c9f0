from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.base import Kind
from evaluators.kinds import kind_of
from evaluators.storage import stored

WORDS = ["storm", "came", "late", "then", "left", "quiet", "town", "river", "cold", "old"]


def kind(*columns: Sequence[object] | pd.Series) -> Kind:
    return kind_of([stored(pd.Series(values), "the table") for values in columns])


def sentences(rows: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, 6)) for _ in range(rows)]


def uuids(rows: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [str(UUID(bytes=rng.bytes(16))) for _ in range(rows)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1], Kind.BOOLEAN),
        ([1.0, 2.0, None], Kind.BOOLEAN),
        ([True, False, None], Kind.BOOLEAN),
        (list(range(10)), Kind.CATEGORICAL),
        (list(range(11)), Kind.NUMERIC),
        ([0.5, 1.5], Kind.NUMERIC),
        (["yes", "no"], Kind.CATEGORICAL),
        (pd.to_datetime(["2020-01-01", None]), Kind.DATETIME),
        ([None, None], Kind.CATEGORICAL),
    ],
)
def test_the_kind_follows_from_the_values(values: list[object], expected: Kind) -> None:
    assert kind(values) is expected


def test_words_that_never_repeat_in_a_real_table_are_an_identifier() -> None:
    real, holdout = ([f"P{i * 7919:06}" for i in range(a, a + 200)] for a in (0, 200))

    assert kind(real, holdout, ["P000000"] * 50) is Kind.IDENTIFIER
    assert kind(real, real) is Kind.IDENTIFIER  # a holdout that is none is another finding
    assert kind([*real, real[0]], holdout) is Kind.CATEGORICAL


@pytest.mark.parametrize("rows", [2, 300])
def test_uuids_are_an_identifier_however_few_and_however_often(rows: int) -> None:
    assert kind(uuids(rows, 1) * 2, uuids(rows, 2)) is Kind.IDENTIFIER
    assert kind([u.replace("-", "").upper() for u in uuids(rows, 1)]) is Kind.IDENTIFIER
    assert kind([*uuids(rows, 1), "none"] * 2) is Kind.CATEGORICAL


@pytest.mark.parametrize("scale", [1, 1.0])
def test_a_running_number_is_an_identifier(scale: float) -> None:
    order = np.random.default_rng(1).permutation(1000) + 50_000
    real, holdout = order[:600] * scale, order[600:] * scale

    assert kind(real, holdout, holdout) is Kind.IDENTIFIER
    assert kind([*real, None], holdout) is Kind.IDENTIFIER
    assert kind([*real, real[0]], holdout) is Kind.NUMERIC
    assert kind(real * 3, holdout * 3) is Kind.NUMERIC
    assert kind(real + 0.5, holdout) is Kind.NUMERIC


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(100, 400))
def test_a_nearly_unique_measurement_is_a_number(seed: int, rows: int) -> None:
    weights = np.random.default_rng(seed).integers(10_000, 1_500_000, rows)

    assert kind(weights, weights[: rows // 2]) is Kind.NUMERIC


def test_dates_that_never_repeat_are_dates() -> None:
    assert kind(pd.Series(pd.date_range("2000-01-01", periods=500))) is Kind.DATETIME


def test_sentences_that_mostly_differ_are_free_text() -> None:
    assert kind(sentences(300, 1), sentences(200, 2), ["a"] * 50) is Kind.TEXT
    assert kind([f"Ann {name}" for name in uuids(300, 1)]) is Kind.TEXT
    assert kind(sentences(20, 1) * 20, sentences(20, 2) * 20) is Kind.CATEGORICAL


def test_ten_thousand_short_codes_are_categories() -> None:
    rng = np.random.default_rng(1)
    real, holdout = ([f"{code:04x}" for code in rng.integers(0, 10_000, 20_000)] for _ in "ab")

    assert len(set(real)) > 8_000
    assert kind(real, holdout) is Kind.CATEGORICAL


def test_fewer_than_a_hundred_values_show_no_identifier_and_no_free_text() -> None:
    assert kind([f"P{i}" for i in range(99)]) is Kind.CATEGORICAL
    assert kind(range(99)) is Kind.NUMERIC
    assert kind(sentences(99, 1)) is Kind.CATEGORICAL
    assert kind([f"P{i}" for i in range(60)], [f"P{i}" for i in range(60, 100)]) is Kind.IDENTIFIER


def test_what_is_synthetic_makes_no_column_an_identifier() -> None:
    real = ["a", "b"] * 100

    assert kind(real, real, uuids(200, 1)) is Kind.CATEGORICAL
    assert kind(list(range(20)) * 10, list(range(20)), range(500)) is Kind.NUMERIC
