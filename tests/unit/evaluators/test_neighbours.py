from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.base import Declared, Kind, NotMeasurable, Tables
from evaluators.neighbours import Rows, encode, nearest, nearest_leaving_out, view
from evaluators.tables import align

Array = npt.NDArray[Any]
MANY = 40  # columns, more than 32 bits hold


def mixed(rows: int, seed: int) -> pd.DataFrame:
    """Coarse values, so that there are many ties, and some are missing."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": rng.integers(0, 7, rows).astype(float),
            "job": rng.choice(["a", "b", "c"], rows).astype(object),
            "pay": rng.normal(size=rows).round(1),
            "ill": rng.integers(0, 2, rows).astype(bool).astype(object),
        }
    )
    frame.loc[frame.index[::5], "size"] = np.nan
    frame.loc[frame.index[::7], "job"] = None
    return frame


def by_hand(queries: Rows, candidates: Rows, left: str = "") -> Array:
    """All distances in steps, (queries, candidates), without the column ``left``."""
    total = np.zeros((len(queries), len(candidates)), dtype=np.int64)
    for i, name in enumerate(candidates.stored):
        if name == left:
            continue
        if name in candidates.numeric:
            a, b = queries.numbers[i].astype(np.int64), candidates.numbers[i].astype(np.int64)
            total += np.minimum(np.abs(a[:, None] - b[None, :]), candidates.one)
        else:
            j = i - len(candidates.numeric)
            total += (queries.codes[j][:, None] != candidates.codes[j][None, :]) * candidates.one
    return total


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 2500), st.integers(1, 6), st.integers(0, 99))
def test_the_nearest_are_those_of_a_stable_sort_of_all_distances(
    some: int, many: int, k: int, seed: int
) -> None:
    queries, candidates = encode(mixed(some, seed), mixed(many, seed + 1))
    k = min(k, many)
    every = by_hand(queries, candidates)
    order = np.argsort(every, axis=1, kind="stable")[:, :k]

    distances, positions = nearest(queries, candidates, k)

    assert np.array_equal(positions, order)
    assert np.array_equal(distances * candidates.one, np.take_along_axis(every, order, axis=1))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(1, 2500), st.integers(0, 99))
def test_leaving_out_a_column_is_a_search_by_all_others(some: int, many: int, seed: int) -> None:
    queries, candidates = encode(mixed(some, seed), mixed(many, seed + 1))

    distances, positions = nearest_leaving_out(queries, candidates)

    assert distances.shape == positions.shape == (4, some)
    for i, name in enumerate(candidates.names):
        every = by_hand(queries, candidates, left=name)
        assert np.array_equal(positions[i], every.argmin(axis=1))
        assert np.array_equal(distances[i] * candidates.one, every.min(axis=1))


def test_no_row_is_its_own_neighbour_unless_asked_for() -> None:
    (rows,) = encode(mixed(1500, 1))
    every = by_hand(rows, rows)
    np.fill_diagonal(every, np.iinfo(np.int64).max)

    itself, _ = nearest(rows, rows, 1)
    distances, positions = nearest(rows, rows, 1, exclude_self=True)

    assert not itself.any()
    assert np.array_equal(positions[:, 0], every.argmin(axis=1))
    assert np.array_equal(distances[:, 0] * rows.one, every.min(axis=1))


def test_any_number_of_threads_finds_the_same() -> None:
    queries, candidates = encode(mixed(101, 1), mixed(1500, 2))

    alone = (*nearest(queries, candidates, 3), *nearest_leaving_out(queries, candidates))
    three = (
        *nearest(queries, candidates, 3, threads=3),
        *nearest_leaving_out(queries, candidates, threads=3),
    )

    assert all(np.array_equal(a, b) for a, b in zip(alone, three, strict=True))


def test_columns_can_be_chosen() -> None:
    frames = mixed(30, 1), mixed(200, 2)
    queries, candidates = encode(*frames)
    alone = encode(*(frame[["job", "pay"]] for frame in frames))

    chosen = nearest(queries, candidates, 2, columns=["pay", "job"])

    assert all(np.array_equal(a, b) for a, b in zip(chosen, nearest(*alone, 2), strict=True))
    with pytest.raises(KeyError, match="height"):
        nearest(queries, candidates, 1, columns=["height"])


def test_a_missing_value_is_near_a_missing_value_only() -> None:
    frame = pd.DataFrame({"x": [0.0, 4.0, np.nan], "c": ["a", None, "b"]})
    (rows,) = encode(frame)

    by_number = nearest(rows, rows, 3, columns=["x"])
    by_category = nearest(rows, rows, 3, columns=["c"])

    assert by_number[0].tolist() == [[0, 1, 1], [0, 1, 1], [0, 1, 1]]
    assert by_number[1].tolist() == [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
    assert by_category[0].tolist() == [[0, 1, 1], [0, 1, 1], [0, 1, 1]]


def test_wide_tables_are_as_exact_as_narrow_ones() -> None:
    rng = np.random.default_rng(3)
    frames = [pd.DataFrame(rng.random((rows, MANY))) for rows in (20, 300)]
    span = pd.concat(frames).max() - pd.concat(frames).min()
    a, b = ((frame / span).to_numpy() for frame in frames)
    truth = np.abs(a[:, None, :] - b[None, :, :]).sum(axis=2).min(axis=1)

    queries, candidates = encode(*frames)

    assert candidates.numbers.dtype == np.int64
    assert nearest(queries, candidates, 1)[0][:, 0] == pytest.approx(truth, abs=1e-9)


def test_one_wild_synthetic_value_changes_no_other_distance() -> None:
    real, holdout, synthetic = mixed(60, 1), mixed(60, 2), mixed(60, 3)
    wild = pd.concat([synthetic, synthetic.head(1).assign(pay=1e12)])
    plain, changed = (view(align(real, holdout, made, None)) for made in (synthetic, wild))

    before, after = (
        nearest(rows.synthetic, rows.real, 1, columns=["pay"])[0] for rows in (plain, changed)
    )

    assert sorted(after[:, 0]) == [*sorted(before[:, 0]), 1.0]


def test_dates_and_ranks_are_numbers_and_excluded_columns_are_left_out() -> None:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2020-01-01", "2020-01-03", "2020-01-05"]),
            "grade": [0.0, 1.0, 2.0],
            "note": ["one", "two", "three"],
        }
    )
    kinds = {"grade": Kind.ORDINAL, "note": Kind.TEXT}
    rows = view(align(frame, frame, frame, None, Declared(kinds=kinds))).real

    assert rows.names == rows.numeric == ("day", "grade")
    assert nearest(rows, rows, 3)[0].tolist()[0] == [0.0, 1.0, 2.0]


def test_more_neighbours_than_rows_are_refused() -> None:
    (rows,) = encode(mixed(3, 1))

    with pytest.raises(ValueError, match="4 neighbours of each row are asked for among 3 rows"):
        nearest(rows, rows, 4)
    with pytest.raises(ValueError, match="3 neighbours"):
        nearest(rows, rows, 3, exclude_self=True)
    with pytest.raises(ValueError, match="sought among themselves"):
        nearest(rows.take(np.array([0])), rows, 1, exclude_self=True)


def test_tables_without_a_measured_column_have_no_distances() -> None:
    frame = pd.DataFrame({"note": ["one", "two"]})
    tables = Tables(frame, frame, frame, {"note": Kind.TEXT})

    with pytest.raises(NotMeasurable, match="no column to compare rows by"):
        view(tables)
