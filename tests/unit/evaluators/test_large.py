"""Files that stay where they are are counted and typed as tables in memory are."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Declared, TableError, Tables
from evaluators.counting import Cut, cells, correlations
from evaluators.large import open_files
from evaluators.reading import read
from evaluators.tables import align

CUTS = [Cut("values"), Cut("width", 4), Cut("quantile", 5), Cut("own", 4), Cut("width", top=2)]


def mixed(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "x": x,
            "day": np.datetime64("2021-03-01") + (x * 90).astype("timedelta64[D]"),
            "word": rng.choice(["b", "a", "NA", "é"], rows),
            "yes": rng.random(rows) < 0.3,
            "rank": rng.choice([1, 2, 10], rows),
        }
    ).mask(rng.random((rows, 5)) < 0.1)


def counted(tables: Tables) -> list[list[Any]]:
    ways = [(c,) for c in tables.columns] + list(combinations(tables.columns, 2))
    found = [cell for cut in CUTS for cell in cells(tables, ways, cut)]
    return [
        [c.values, c.codes.tolist(), *(n.tolist() for n in (c.real, c.holdout, c.synthetic))]
        for c in found
    ]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "csv.gz"])
def test_files_are_counted_as_their_frames_are(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{role}.{suffix}" for role in ("real", "holdout", "synthetic")]
    for seed, path in enumerate(paths):
        frame = mixed(400 + seed, seed).assign(n=np.arange(400 + seed) % 37)
        frame["ident"] = np.random.default_rng(seed).permutation(400 + seed) + 1000 * seed
        if suffix == "parquet":
            frame.to_parquet(path)
        else:
            frame.to_csv(path, index=False)
    declared = Declared(levels={"rank": ("1", "2", "10")})
    held = align(*(read(path) for path in paths), None, declared)

    large = open_files(*paths, None, declared, seed=3, rows=50)

    assert large.kinds == held.kinds
    assert large.rows == (400, 401, 402)
    assert [len(table) for table in large.each] == [50, 50, 50]
    assert [table.dtypes.tolist() for table in large.each] == [
        table.dtypes.tolist() for table in held.each
    ]
    assert counted(large) == counted(held)
    assert correlations(large)["x", "day"].real == pytest.approx(
        correlations(held)["x", "day"].real, abs=1e-12
    )


def test_the_same_seed_draws_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "real.parquet"
    mixed(500, 1).to_parquet(path)

    first, again, other = (
        open_files(path, path, path, None, Declared(), seed=seed, rows=40) for seed in (1, 1, 2)
    )

    assert first.real.equals(again.real)
    assert not first.real.equals(other.real)
    assert not first.real.equals(first.holdout)


KINDS = {
    "running": np.arange(200),
    "scattered": np.arange(200) ** 2 * 1.0,
    "halves": np.arange(200) % 7 / 2,
    "code": np.arange(200) % 7,
    "flag": np.arange(200) % 2,
    "uuid": [f"{i:08x}-0000-4000-8000-000000000000" for i in range(200)],
    "uuids": [f"{{{i % 3:08X}-0000-4000-8000-000000000000}}" for i in range(200)],
    "name": [f"user{i}" for i in range(200)],
    "note": [f"they said {i} times no" for i in range(200)],
    "town": [f"town {i % 9}" for i in range(200)],
    "spaced": [f" word{i} " if i % 2 else f"a word{i}" for i in range(200)],
    "day": np.datetime64("2020-01-01") + np.arange(200).astype("timedelta64[D]"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_has_the_kinds_of_the_table_that_it_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / "table.parquet"
    frame = pd.DataFrame({"x": np.random.default_rng(1).normal(size=200), name: KINDS[name]})
    frame.to_parquet(path)
    held = read(path)

    found = open_files(path, path, path, None, Declared(), seed=1).kinds[name]

    assert found is align(held, held, held, None).kinds[name]


@pytest.mark.parametrize(
    ("column", "said"), [([np.nan] * 3, "is empty"), ([1.0, np.inf, 2.5], "infinite")]
)
def test_a_column_of_a_file_that_nothing_can_be_said_of_is_refused(
    tmp_path: Path, column: list[float], said: str
) -> None:
    path = tmp_path / "table.parquet"
    pd.DataFrame({"x": [1.5, 2.5, 3.5], "y": column}).to_parquet(path)

    with pytest.raises(TableError, match=f"'y'.*{said}"):
        open_files(path, path, path, None, Declared(), seed=1)
