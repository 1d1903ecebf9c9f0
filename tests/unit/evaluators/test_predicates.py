from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from anonymeter.evaluators.singling_out_evaluator import (
    _evaluate_queries,
    _query_from_record,
    _random_queries,
    univariate_singling_out_queries,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.base import Declared, Kind, Tables
from evaluators.privacy import predicates as of
from evaluators.privacy.predicates import MISSING, Ranks, by_rank, distinct_ranks, fits, predicates
from evaluators.privacy.singling_out import (
    COLUMNS,
    _beyond,
    _median,
    random_predicates,
    rare_rows,
    rare_values,
)
from evaluators.tables import align

TESTS = {
    of.EQUAL: operator.eq,
    of.UNEQUAL: operator.ne,
    of.ABOVE: operator.gt,
    of.BELOW: operator.lt,
    of.AT_LEAST: operator.ge,
    of.AT_MOST: operator.le,
}


@st.composite
def tried(draw: Any) -> tuple[Ranks, np.ndarray, np.ndarray, np.ndarray]:
    """A table of ranks, and predicates on it as columns, values and tests."""
    seed, rows = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 12))
    rng = np.random.default_rng(seed)
    table = rng.integers(MISSING, 4, (4, rows)).astype(np.int32)
    columns = np.sort(rng.random((20, 4)).argsort(axis=1)[:, : draw(st.integers(1, 3))], axis=1)
    return (
        table,
        columns,
        rng.integers(MISSING, 4, columns.shape),
        rng.integers(6, size=columns.shape),
    )


def holds(table: Ranks, column: int, value: int, test: int) -> np.ndarray:
    """What Anonymeter's random predicates mean: nothing compares with a missing value."""
    known = table[column] != MISSING
    if value == MISSING:
        return known if test != of.EQUAL else ~known
    return np.asarray(known & TESTS[test](table[column], value))


@settings(deadline=None)
@given(tried())
def test_a_predicate_fits_the_rows_that_meet_all_its_conditions(case: Any) -> None:
    table, columns, values, tests = case

    found = fits(by_rank(table), predicates(columns, values, tests))

    expected = [
        min(2, np.all([holds(table, *one) for one in zip(*three, strict=True)], axis=0).sum())
        for three in zip(columns, values, tests, strict=True)
    ]
    assert found.tolist() == expected


@pytest.fixture(scope="module")
def mixed() -> Tables:
    """Numbers, labels and missing values, all rows distinct."""
    frames = []
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(
            {
                "age": rng.integers(18, 60, 300).astype(float),
                "job": rng.choice(["clerk", "cook", "nurse"], 300),
                "pay": rng.normal(0, 100, 300).round(1),
                "town": [f"town {number}" for number in rng.geometric(0.05, 300)],
            }
        )
        frame.loc[rng.random(300) < 0.1, "age"] = np.nan
        frame.loc[rng.random(300) < 0.1, "job"] = None
        frames.append(frame)
    return align(*frames, None)


def ordered(tables: Tables) -> np.ndarray:
    return np.array([tables.kinds[name].ordered for name in tables.columns])


def test_multivariate_predicates_mean_what_anonymeter_means(mixed: Tables) -> None:
    synthetic, ranks = pl.from_pandas(mixed.synthetic), distinct_ranks(mixed)[2]
    rng = np.random.default_rng(5)
    columns = np.sort(rng.random((300, 4)).argsort(axis=1)[:, :COLUMNS], axis=1)
    values, middle = ranks[columns, np.arange(300)[:, None]], np.array([_median(r) for r in ranks])

    ours = fits(by_rank(ranks), _beyond(columns, values, ordered(mixed), middle))

    known = dict(synthetic.schema), synthetic.median().to_dicts()[0]
    queries = [
        _query_from_record(record, known[0], [mixed.columns[i] for i in chosen], known[1], rng)
        for record, chosen in zip(synthetic.to_dicts(), columns, strict=True)
    ]
    theirs = _evaluate_queries(synthetic, queries)
    assert ours.tolist() == [min(2, count) for count in theirs]
    assert 0 < (ours == 1).sum() < 300


def test_univariate_predicates_are_those_of_anonymeter(mixed: Tables) -> None:
    real, _, synthetic = (pl.from_pandas(frame) for frame in mixed.each)
    ranks, _, made = distinct_ranks(mixed)

    ours = rare_values(made, ordered(mixed), 10_000, np.random.default_rng(5))

    theirs = univariate_singling_out_queries(synthetic, 10_000, np.random.default_rng(5))
    assert len(ours) == len(theirs) > 100
    assert (fits(by_rank(made), ours) == 1).all()
    successes = sum(count == 1 for count in _evaluate_queries(real, theirs))
    assert (fits(by_rank(ranks), ours) == 1).sum() == successes > 0


def test_learnt_predicates_fit_one_synthetic_row_each_and_none_comes_twice(mixed: Tables) -> None:
    made = distinct_ranks(mixed)[2]

    learnt = rare_rows(made, ordered(mixed), 200, np.random.default_rng(5))

    assert len(learnt) == 200
    assert (fits(by_rank(made), learnt) == 1).all()
    every = np.hstack([learnt.columns, learnt.low, learnt.high])
    assert len(np.unique(every, axis=0)) == 200


def test_no_more_univariate_predicates_are_drawn_than_are_wanted(mixed: Tables) -> None:
    made = distinct_ranks(mixed)[2]
    every = rare_values(made, ordered(mixed), 10_000, np.random.default_rng(5))

    some = [rare_values(made, ordered(mixed), 50, np.random.default_rng(seed)) for seed in (5, 6)]

    assert [len(one) for one in some] == [50, 50]
    assert len(every) > 50
    assert some[0].low.tolist() != some[1].low.tolist()


def test_random_predicates_single_out_as_often_as_anonymeters(mixed: Tables) -> None:
    """Anonymeter draws from values in the order that polars' hash tables give them, which no seed
    settles: so many are drawn that a difference of a hundredth shows, and chance hardly ever does.
    """
    real, _, synthetic = (pl.from_pandas(frame) for frame in mixed.each)
    ranks, _, made = distinct_ranks(mixed)
    first = second = 0
    for seed in range(5):
        ours = random_predicates(made, ordered(mixed), 4000, COLUMNS, np.random.default_rng(seed))
        theirs = _random_queries(synthetic, 4000, COLUMNS, np.random.default_rng(seed))
        first += int((fits(by_rank(ranks), ours) == 1).sum())
        second += sum(count == 1 for count in _evaluate_queries(real, theirs))

    together = (first + second) / 40_000
    deviation = (together * (1 - together) * 2 / 20_000) ** 0.5
    assert abs(first - second) / 20_000 < 4 * deviation  # by chance once in 16,000 runs
    assert 4 * deviation < 0.012
    assert second > 500


def test_a_label_with_a_quote_and_a_date_are_singled_out_like_any_other() -> None:
    days = pd.date_range("2024-01-01", periods=200).to_numpy()
    frame = pd.DataFrame({"name": [f"o'{i}" for i in range(200)], "day": days})
    tables = align(frame, frame, frame, None, Declared(kinds={"name": Kind.CATEGORICAL}))
    ranks, _, made = distinct_ranks(tables)

    learnt = rare_values(made, ordered(tables), 1000, np.random.default_rng(5))

    # One for each of 200 names and 200 days, and one for each end of the days.
    assert len(learnt) == 402
    assert (fits(by_rank(ranks), learnt) == 1).all()
