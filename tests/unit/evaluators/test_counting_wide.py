"""Wide tables, files and threads: the same counts whichever way they are made, and nothing left."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Declared, Kind, NotMeasurable, Tables, Whole
from evaluators.counting import Cells, Cut, cells, correlations
from evaluators.counting import count as counting
from evaluators.counting.source import source
from evaluators.counting.wide import COLUMNS
from evaluators.encode import labels, numbers
from evaluators.sdmetrics_scores.quality import quality
from evaluators.tables import align

CUTS = [Cut("width", 4), Cut("quantile", 10, 10), Cut("own", 10)]
NARROW = 10_000  # columns from which a table would be wide
MAKES = 10


def column(rng: np.random.Generator, rows: int, make: int) -> tuple[Any, Kind]:
    """One column of a make that is easily counted wrong."""
    words = ["1", "1.0", "True", "true", "01", " 1", "é", "\U0001f600"]
    match make:
        case 0:
            return rng.normal(size=rows), Kind.NUMERIC
        case 1:
            return rng.choice([0.0, -0.0, 0.1 + 0.2, 0.3, 1e149, -1e149], rows), Kind.NUMERIC
        case 2:
            return rng.choice([0.0, -0.0, 1.0, 2.5], rows), Kind.CATEGORICAL
        case 3:
            return rng.choice(words, rows).astype(object), Kind.CATEGORICAL
        case 4:
            return rng.random(rows) < 0.4, Kind.BOOLEAN
        case 5:
            return rng.integers(0, rng.integers(2, 9), rows), Kind.CATEGORICAL
        case 6:
            moments = rng.integers(-(10**6), 10**15, rows).astype("timedelta64[us]")
            return np.datetime64("1969-12-31T23:59:59.999999") + moments, Kind.DATETIME
        case 7:
            return rng.integers(-(2**60), 2**60, rows), Kind.NUMERIC
        case 8:
            many = np.char.add("v", rng.integers(0, 500, rows).astype(str))
            return many.astype(object), Kind.CATEGORICAL
        case _:
            return np.full(rows, 0.1), Kind.NUMERIC


def frames(seed: int, columns: int, rows: tuple[int, int, int]) -> tuple[list[Any], Declared]:
    """Real, holdout and synthetic of the same makes, some with gaps, and the kinds."""
    made: list[pd.DataFrame] = []
    kinds: dict[str, Kind] = {}
    for side, size in enumerate(rows):
        held = {}
        for place in range(columns):
            rng = np.random.default_rng([seed, side, place])
            values, kinds[f"x{place}"] = column(rng, size, (seed + place) % MAKES)
            gaps = rng.random(size) < (0.3 if place % 3 == 0 else 0.0)
            gaps[0] = False
            held[f"x{place}"] = pd.Series(values).mask(gaps)
        made.append(pd.DataFrame(held))
    return made, Declared(kinds=kinds)


def sides(cell: Cells) -> tuple[Any, Any, Any]:
    return cell.real, cell.holdout, cell.synthetic


def facts(cell: Cells) -> list[Any]:
    arrays = (cell.codes, cell.missing, *sides(cell))
    return [cell.columns, cell.values, *(each.tolist() for each in arrays)]


def some_ways(tables: Tables) -> list[tuple[str, ...]]:
    """All single columns, and enough pairs and triples to meet each make with each other."""
    names = tables.columns
    near = list(combinations(names[: MAKES + 1], 2))
    triples = list(zip(names, names[1:], names[3:], strict=False))[:6]
    return [(name,) for name in names] + near + list(pairwise(names[MAKES:])) + triples


def counted(tables: Tables, cut: Cut) -> list[list[Any]]:
    return [facts(cell) for cell in cells(tables, some_ways(tables), cut)]


def again(tables: Tables) -> Tables:
    """The same tables with nothing computed yet."""
    return Tables(*tables.each, tables.kinds, None, tables.declared, tables.whole)


def by_numpy(tables: Tables, way: tuple[str, ...], cut: Cut) -> list[tuple[int, ...]]:
    """Counts of every distinct row of cells in each table, in no order of cells."""
    each = [
        Counter(zip(*(codes(tables, side, name, cut) for name in way), strict=True))
        for side in range(3)
    ]
    return sorted(tuple(rows[row] for rows in each) for row in each[0] | each[1] | each[2])


def codes(tables: Tables, side: int, name: str, cut: Cut) -> list[Any]:
    held = tables.each[side][name]
    if not tables.kinds[name].continuous:
        often = Counter(text for text in labels(tables.real[name]) if text is not None)
        kept = set(sorted(often, key=lambda text: (-often[text], text))[: cut.top])
        texts = labels(held)
        return [t if t is None or t in kept or cut.top is None else ("rest",) for t in texts]
    values = numbers(held)
    own = numbers((held if cut.numbers == "own" else tables.real[name]).dropna())
    if cut.numbers == "quantile":
        edges = np.unique(np.quantile(own, np.linspace(0, 1, cut.bins + 1)))
        edges[0] = np.nextafter(edges[0], -np.inf)
        found = np.searchsorted(edges, values, "left")
    else:
        edges = np.histogram_bin_edges(own, cut.bins)
        found = np.digitize(values, edges if cut.numbers == "own" else edges[1:-1])
    return [None if np.isnan(v) else code for v, code in zip(values, found.tolist(), strict=True)]


def held_in_files(given: Tables, folder: Path) -> Tables:
    """The same tables as Parquet files that are counted where they lie."""
    paths = [folder / f"{role}.parquet" for role in ("real", "holdout", "synthetic")]
    for path, frame in zip(paths, given.each, strict=True):
        frame.to_parquet(path)
    whole = Whole(paths[0], paths[1], paths[2], given.rows)
    return Tables(*given.each, given.kinds, None, given.declared, whole)


@pytest.mark.parametrize(("seed", "cut"), list(enumerate(CUTS)))
def test_a_wide_table_has_the_counts_of_a_narrow_one_of_its_files_and_of_numpy(
    seed: int, cut: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(90, 40, 120), (1, 7, 2), (300, 1, 60)][seed]
    given, declared = frames(seed, COLUMNS + 2, rows)
    tables = align(*given, None, declared)
    files = held_in_files(tables, tmp_path)

    wide = counted(tables, cut)

    assert counted(files, cut) == wide
    for way, cell in zip(some_ways(tables), wide, strict=True):
        assert sorted(zip(*cell[-3:], strict=True)) == by_numpy(tables, way, cut), way
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", NARROW)
    assert counted(again(tables), cut) == wide
    assert counted(again(files), cut) == wide


@pytest.mark.parametrize("wide", [1, NARROW])
def test_zero_has_one_cell_whatever_its_sign(
    wide: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", wide)
    given = [
        pd.DataFrame({"z": [*zeros, 1.5, None], "s": list("abcd")})
        for zeros in ([0.0, -0.0], [-0.0, 0.0], [-0.0, -0.0])
    ]
    kinds = {"z": Kind.CATEGORICAL, "s": Kind.CATEGORICAL}
    tables = align(*given, None, Declared(kinds=kinds))
    paths = [tmp_path / f"{side}.parquet" for side in range(3)]
    for path, frame in zip(paths, given, strict=True):
        frame.to_parquet(path)
    files = Tables(*given, kinds, whole=Whole(paths[0], paths[1], paths[2], (4, 4, 4)))

    for each in (tables, files):
        alone, both = cells(each, [("z",), ("z", "s")], Cut("values"))
        assert alone.values == ("0", "1.5", None)
        assert [counts.tolist() for counts in sides(alone)] == [[2, 1, 1]] * 3
        assert both.codes.tolist() == [[0, 0], [0, 1], [1, 2], [2, 3]]


@pytest.mark.parametrize("categories", [10_000, 65_534, 70_000])
def test_very_many_categories_are_counted_in_wide_tables(
    categories: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    many = np.char.add("v", np.arange(categories).astype(str)).astype(object)
    frame = pd.DataFrame({"many": many, "few": rng.choice(list("abc"), categories)})
    frame["x"] = rng.normal(size=categories)
    kinds = {"many": Kind.CATEGORICAL, "few": Kind.CATEGORICAL, "x": Kind.NUMERIC}
    ways = [("many", "few"), ("few", "x"), ("many", "x"), ("many", "few", "x")]

    def found() -> list[list[Any]]:
        tables = Tables(frame, frame[::2].reset_index(drop=True), frame[::-1], kinds)
        return [facts(cell) for cell in cells(tables, ways, Cut("own", 10))]

    narrow = found()
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", 1)

    assert found() == narrow


def test_cells_of_large_sets_are_made_in_turn_and_the_others_do_not_wait_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, declared = frames(8, COLUMNS + 2, (60, 50, 40))
    tables = align(*given, None, declared)
    large, small = ("x0", "x10"), [("x3", name) for name in tables.columns if name != "x3"]
    monkeypatch.setattr("evaluators.counting.wide.DENSE", 3_000)
    lots: list[int] = []
    crossed = counting.crossed

    def told(*asked: Any) -> Iterator[dict[tuple[str, ...], Cells]]:
        for lot in crossed(*asked):
            lots.append(len(lot))
            yield lot

    monkeypatch.setattr(counting, "crossed", told)
    found = cells(tables, [large, *small], Cut("own", 10))

    assert next(found).columns == large
    assert lots == []
    assert [cell.columns for cell in found] == small
    assert len(lots) > 1


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_file_that_has_changed_is_not_counted(
    difference: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", 1)
    given, declared = frames(2, 5, (30, 30, 30))
    files = held_in_files(align(*given, None, declared), tmp_path)
    other, _ = frames(2, 5, (30 + difference,) * 3)
    assert files.whole
    other[2].to_parquet(files.whole.synthetic)

    with pytest.raises(ValueError, match=r"rows|broadcast"):
        list(cells(files, [("x0", "x3")], Cut("own", 10)))


def test_what_a_thread_opened_goes_with_the_thread() -> None:
    given, declared = frames(0, 3, (9, 9, 9))
    tables = align(*given, None, declared)
    left: list[tuple[Any, Path]] = []

    def work() -> None:
        list(cells(tables, list(combinations(tables.columns, 2)), Cut("own", 10)))
        opened = source(tables)
        opened.spilled.mkdir()
        left.append((weakref.ref(opened), opened.spilled))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    gc.collect()

    ((opened, spilled),) = left
    assert opened() is None
    assert not spilled.exists()


def test_threads_that_ask_one_set_of_tables_get_the_same_counts() -> None:
    given, declared = frames(4, MAKES, (200, 100, 150))
    tables = align(*given, None, declared)
    expected = [counted(again(tables), cut) for cut in CUTS]
    found: dict[int, list[Any]] = {}

    def work(place: int) -> None:
        order = CUTS[place % len(CUTS) :] + CUTS[: place % len(CUTS)]
        each = {cut: counted(tables, cut) for cut in order}
        found[place] = [each[cut] for cut in CUTS]

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert not any(thread.is_alive() for thread in threads)
    assert [found[place] == expected for place in range(4)] == [True] * 4


def left_open() -> tuple[int, int, int]:
    """Files, threads of the process, and spill folders of this process."""
    gc.collect()
    home = Path(gettempdir()) / f"counting-{os.getuid()}"
    mine = list(home.glob(f"{os.getpid()}-*"))
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task")), len(mine)  # noqa: PTH208


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_many_tables_in_one_process_leave_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluators.counting.wide.COLUMNS", 1)
    monkeypatch.setattr("evaluators.counting.wide.HELD", 0)  # codes lie in files
    given, declared = frames(7, 4, (20, 20, 20))
    tables = align(*given, None, declared)
    files = held_in_files(tables, tmp_path)

    def once() -> None:
        for each in (again(tables), again(files)):
            list(cells(each, list(combinations(each.columns, 2)), Cut("own", 10)))
            list(quality_or_cause(each))

    once()
    before = left_open()
    for _ in range(15):
        once()

    after = left_open()
    assert after[0] <= before[0]
    assert after[1] <= before[1] + 1
    assert after[2] <= before[2]


def quality_or_cause(tables: Tables) -> Iterator[Any]:
    try:
        yield from quality(tables, 0)
    except NotMeasurable as refusal:
        yield refusal.cause


def smooth(folder: Path) -> Tables:
    """Files of columns with which the score is defined."""
    rng = np.random.default_rng(6)
    frames = []
    for _ in range(3):
        x = rng.normal(size=300)
        frames.append(pd.DataFrame({"x": x, "y": x + rng.normal(size=300) / 2, "w": x > 0}))
    kinds = {"x": Kind.NUMERIC, "y": Kind.NUMERIC, "w": Kind.BOOLEAN}
    return held_in_files(align(*frames, None, Declared(kinds=kinds)), folder)


def test_what_fails_on_the_thread_ahead_is_computed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = smooth(tmp_path)
    expected = list(quality(tables, 0))

    def fails(tables: Tables) -> Any:
        raise MemoryError

    monkeypatch.setattr("evaluators.sdmetrics_scores.ahead.correlations", fails)

    assert list(quality(again(tables), 0)) == expected


def test_what_fails_on_both_threads_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*asked: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("evaluators.counting.correlate._of", fails)

    with pytest.raises(MemoryError):
        list(quality(smooth(tmp_path), 0))


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_correlations_of_complete_and_of_incomplete_chunks_are_those_of_numpy(gaps: float) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(70_000, 6)) @ rng.normal(size=(6, 6)) * 10.0 ** np.arange(-4, 8, 2) + 1e5
    frame = pd.DataFrame(x, columns=list("abcdef"))
    frame = frame.mask((rng.random(x.shape) < gaps) & (np.arange(len(x))[:, None] > 66_000))
    found = correlations(Tables(frame, frame, frame, dict.fromkeys("abcdef", Kind.NUMERIC)))

    for (a, b), each in found.items():
        both = frame[[a, b]].dropna().to_numpy()
        assert each.real == pytest.approx(np.corrcoef(both.T)[0, 1], abs=1e-10)
