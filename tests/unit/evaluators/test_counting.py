"""Joint counts by Ibis and DuckDB, against pandas and numpy on the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import combinations
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.config import Config

from evaluators.base import Declared, Kind, Tables, Whole
from evaluators.counting import Cells, Cut, cells, correlations
from evaluators.counting import source as sources
from evaluators.counting.coding import expression
from evaluators.counting.correlate import CHUNK
from evaluators.counting.values import in_order
from evaluators.encode import labels, numbers
from evaluators.sdmetrics_scores.quality import quality
from evaluators.sdmetrics_scores.shapes import continuous_shapes
from evaluators.tables import align

CUTS = [Cut("values"), Cut("width", 4), Cut("quantile", 5), Cut("own", 4), Cut("width", top=2)]


def mixed(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "x": x,
            "X": (x * 3 + rng.normal(size=rows)).round(1),  # SQL names ignore case
            "day": np.datetime64("2021-03-01") + (x * 90).astype("timedelta64[D]"),
            "word": rng.choice(["b", "a", "NA?", "é"], rows),
            "yes": rng.random(rows) < 0.3,
            "rank": rng.choice([1, 2, 10], rows),
        }
    ).mask(rng.random((rows, 6)) < 0.1)


@pytest.fixture(scope="module")
def tables() -> Tables:
    kinds = {"rank": Kind.ORDINAL}
    return align(mixed(300, 1), mixed(200, 2), mixed(250, 3), None, Declared(kinds=kinds))


def by_row(tables: Tables, way: tuple[str, ...], cut: Cut) -> list[Counter[tuple[Any, ...]]]:
    """The counts of each table, one row after the other."""
    return [
        Counter(zip(*(coded(tables, side, column, cut) for column in way), strict=True))
        for side in range(3)
    ]


def coded(tables: Tables, side: int, column: str, cut: Cut) -> list[Any]:
    """Cells of one column by numpy: anything hashable, missing as None."""
    table = tables.each[side]
    if not tables.kinds[column].continuous:
        text = labels(table[column])
        if cut.top is None:
            return list(text)
        often = Counter(v for v in labels(tables.real[column]) if v is not None)
        kept = sorted(often, key=lambda value: (-often[value], value))[: cut.top]
        return [v if v is None or v in kept else "(other)" for v in text]
    values = numbers(table[column])
    real = numbers((table if cut.numbers == "own" else tables.real)[column])
    real = real[~np.isnan(real)]
    codes = {
        "values": lambda: values,
        "width": lambda: np.digitize(values, np.histogram_bin_edges(real, cut.bins)[1:-1]),
        "own": lambda: np.digitize(values, np.histogram_bin_edges(real, cut.bins)),
        "quantile": lambda: quantile_codes(values, real, cut.bins),
    }[cut.numbers]()
    return [None if np.isnan(v) else code for v, code in zip(values, codes.tolist(), strict=True)]


def quantile_codes(values: Any, real: Any, bins: int) -> Any:
    edges = np.unique(np.quantile(real, np.linspace(0, 1, bins + 1)))
    bins_ = pd.cut(pd.Series(values), edges, include_lowest=True, labels=False).to_numpy()
    return np.where(values < edges[0], -1, np.where(values > edges[-1], bins + 1, bins_))


@pytest.mark.parametrize("cut", CUTS)
def test_cells_hold_the_counts_of_every_distinct_row(tables: Tables, cut: Cut) -> None:
    ways = [(c,) for c in tables.columns] + list(combinations(tables.columns, 2))
    ways.append(("word", "x", "rank"))

    for way, cell in zip(ways, cells(tables, ways, cut), strict=True):
        expected = by_row(tables, way, cut)
        together = expected[0] | expected[1] | expected[2]
        assert cell.columns == way
        assert sorted(zip(*(counts.tolist() for counts in sides(cell)), strict=True)) == sorted(
            tuple(rows[row] for rows in expected) for row in together
        )


@pytest.mark.parametrize("cut", CUTS)
def test_missing_is_a_cell_of_its_own(tables: Tables, cut: Cut) -> None:
    for cell in cells(tables, [(c,) for c in tables.columns], cut):
        gaps = [int(table[cell.columns[0]].isna().sum()) for table in tables.each]
        missing = cell.missing[:, 0]
        assert missing.tolist() == [False] * (len(missing) - 1) + [True]
        assert [int(c[missing].sum()) for c in sides(cell)] == gaps


def sides(cell: Cells) -> tuple[Any, Any, Any]:
    return cell.real, cell.holdout, cell.synthetic


def test_values_are_in_order_and_named(tables: Tables) -> None:
    x, day, word, rank = cells(tables, [("x",), ("day",), ("word",), ("rank",)], Cut("values"))

    every = pd.concat(list(tables.each))
    assert x.values == (*sorted(every["x"].dropna().unique()), None)
    assert day.values == (*sorted(set(numbers(every["day"].dropna()))), None)
    assert word.values == ("NA?", "a", "b", "é", None)
    assert rank.values == ("0", "1", "2", None)


def test_codes_of_values_are_the_same_alone_and_together(tables: Tables) -> None:
    (alone,) = cells(tables, [("x",)], Cut("values"))
    (joint,) = cells(tables, [("x", "word")], Cut("values"))

    present = joint.codes[~joint.missing[:, 0], 0]
    assert set(present) == set(alone.codes[~alone.missing[:, 0], 0])
    assert (np.lexsort(joint.codes.T[::-1]) == np.arange(len(joint.codes))).all()


def test_the_most_frequent_real_values_are_kept_and_ties_go_by_text() -> None:
    real = pd.DataFrame({"w": ["c", "b", "b", "a", "d"], "v": range(5)})
    other = pd.DataFrame({"w": ["z", "z", "z", "a", "c"], "v": range(5)})
    tables = align(real, real, other, None, Declared(kinds={"w": Kind.CATEGORICAL}))

    (cell,) = cells(tables, [("w",)], Cut("values", top=2))

    assert cell.values == ("a", "b", "(other)")
    assert cell.real.tolist() == [1, 2, 2]
    assert cell.synthetic.tolist() == [1, 0, 4]


def counted(tables: Tables) -> list[list[Any]]:
    ways = [(c,) for c in tables.columns] + list(combinations(tables.columns, 2))
    found = [cell for cut in CUTS for cell in cells(tables, ways, cut)]
    return [[cell.codes.tolist(), *(c.tolist() for c in sides(cell))] for cell in found]


def test_counts_depend_neither_on_threads_nor_on_the_order_of_rows(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = counted(tables)
    monkeypatch.setattr(sources, "THREADS", 1)
    frames = [table.sample(frac=1, random_state=5) for table in tables.each]

    shuffled = Tables(frames[0], frames[1], frames[2], tables.kinds, None, tables.declared)

    assert counted(shuffled) == expected


def test_correlations_are_over_complete_pairs(tables: Tables) -> None:
    for (a, b), found in correlations(tables).items():
        for table, r in zip(tables.each, (found.real, found.holdout, found.synthetic), strict=True):
            x, y = numbers(table[a]), numbers(table[b])
            both = ~(np.isnan(x) | np.isnan(y))
            assert r == pytest.approx(np.corrcoef(x[both], y[both])[0, 1], abs=1e-12)


def test_a_correlation_is_undefined_where_a_column_is_constant_among_complete_pairs() -> None:
    frame = pd.DataFrame({"x": [1.0, 1, 1, 9, 4], "y": [1.5, 2, 3, None, None], "z": 2.5})
    kinds = dict.fromkeys("xyz", Kind.NUMERIC)
    tables = align(frame, frame, frame, None, Declared(kinds=kinds))

    found = correlations(tables)

    assert [each.real for each in found.values()] == [None, None, None]


def test_a_correlation_keeps_its_digits_far_from_zero_and_its_bits_over_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(4)
    x = np.sort(rng.exponential(size=2 * CHUNK + 17)) ** 3  # the first rows are not like the rest
    frame = pd.DataFrame({"x": 1e9 + x, "y": 1e-9 * (x + rng.normal(size=len(x)))})

    def r() -> float | None:
        return correlations(Tables(frame, frame, frame, dict.fromkeys("xy", Kind.NUMERIC)))[
            "x", "y"
        ].real

    several = r()
    monkeypatch.setattr(sources, "THREADS", 1)

    assert several == r()
    assert several == pytest.approx(np.corrcoef(frame["x"], frame["y"])[0, 1], abs=1e-12)


@pytest.fixture
def spark_dialect() -> Iterator[None]:
    """What Ibis sets up when its Spark backend is loaded, without Spark."""

    class PySpark(Config):
        treat_nan_as_null: bool = False

    before = ibis.options.pyspark
    ibis.options.pyspark = PySpark()
    yield
    ibis.options.pyspark = before


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.usefixtures("spark_dialect")
def test_the_same_expressions_compile_for_spark(tables: Tables, cut: Cut) -> None:
    rows = expression(tables, tuple(tables.columns), cut)
    groups = rows.group_by("c0", "c3", "side").agg(n=rows.count())

    text = ibis.to_sql(groups, dialect="pyspark")

    assert "GROUP BY" in text
    assert "LEFT OUTER JOIN" in text


def test_values_in_order_are_the_same_sorted_or_grouped(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> list[Any]:
        batches = list(in_order(tables, "X"))
        return [np.concatenate(each).tolist() for each in zip(*batches, strict=True)]

    monkeypatch.setattr("evaluators.counting.values.CROWD", 0)
    grouped = found()
    monkeypatch.setattr("evaluators.counting.values.CROWD", 1000)

    assert found() == grouped


@pytest.mark.parametrize("held", [0, 1 << 20])
@pytest.mark.parametrize("cut", CUTS)
def test_wide_tables_are_counted_as_narrow_ones(
    tables: Tables, cut: Cut, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [(c,) for c in tables.columns] + list(combinations(tables.columns, 2))
    ways.append(("word", "X", "rank"))

    def found() -> list[list[Any]]:
        return [
            [cell.columns, cell.values, *(each.tolist() for each in (cell.codes, cell.missing))]
            + [each.tolist() for each in sides(cell)]
            for cell in cells(tables, ways, cut)
        ]

    narrow = found()
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", 1)
    monkeypatch.setattr("evaluators.counting.wide.HELD", held)  # nothing held: codes lie in a file
    monkeypatch.setattr("evaluators.counting.wide.DENSE", 60)  # several lots, and some too large
    monkeypatch.setattr("evaluators.counting.wide.BLOCK", 2)
    tables = Tables(*tables.each, tables.kinds, None, tables.declared)

    assert found() == narrow


def test_kolmogorov_smirnov_is_the_same_sorted_in_memory_or_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(8)
    frames = [
        pd.DataFrame({"x": rng.normal(m, 1, n).round(4)}) for m, n in ((0, 999), (0, 500), (1, 777))
    ]
    kinds = {"x": Kind.NUMERIC}

    def found() -> Any:
        return continuous_shapes(Tables(*frames, kinds))

    monkeypatch.setattr("evaluators.counting.values.CROWD", 1)
    in_memory = found()
    monkeypatch.setattr("evaluators.counting.values.HELD", 0)

    assert found() == in_memory


def test_numbers_computed_ahead_on_files_are_those_computed_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{role}.parquet" for role in ("real", "holdout", "synthetic")]
    for seed, path in enumerate(paths):
        mixed(400, seed)[["x", "word", "yes"]].to_parquet(path)
    kinds = {"x": Kind.NUMERIC, "word": Kind.CATEGORICAL, "yes": Kind.BOOLEAN}

    def found() -> list[Any]:
        none = pd.DataFrame(columns=list(kinds))
        whole = Whole(paths[0], paths[1], paths[2], (400, 400, 400))
        return list(quality(Tables(none, none, none, kinds, whole=whole), 0))

    ahead = found()
    monkeypatch.setattr("evaluators.sdmetrics_scores.quality.numbers_ahead", nullcontext)

    assert found() == ahead
