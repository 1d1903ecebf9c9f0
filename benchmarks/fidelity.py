"""Our quality score beside SDMetrics': time, memory and the number itself.

    python -m benchmarks.fidelity [--rows 1000000] [--big]

Two generated tables of 15 columns, six numbers and nine categories like Adult's, lie in Parquet
files. Each contestant runs three times in a process of its own, from the files and the columns'
types to the score; medians count. Time is told twice: of the work, once the libraries are loaded,
as a worker that measures metric after metric has it, and of the whole process, imports included.
Ours counts every pair over all rows, and a holdout of 1,000 rows besides, because it has no score
without a ceiling. ``--big`` adds ten million rows of ours alone.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CATEGORIES = {
    "workclass": 9,
    "education": 16,
    "marital-status": 7,
    "occupation": 15,
    "relationship": 6,
    "race": 5,
    "sex": 2,
    "native-country": 42,
    "income": 2,
}
NUMBERS = (
    "age",
    "final-weight",
    "education-years",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
)
HOLDOUT, BIG, BATCH = 1_000, 10_000_000, 1_000_000
CONTESTANTS = ("ours", "sdmetrics-unsampled", "sdmetrics-default")
DIFFERENCE, RUNS = 1e-9, 3


@dataclass(frozen=True)
class Result:
    """Score, seconds of the work and of the whole process, and the peak of memory in bytes."""

    score: float
    work: float
    process: float
    peak: float


def table(rows: int, seed: list[int]) -> pa.Table:
    """Rows that hang together through one hidden number."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=rows)
    columns: dict[str, object] = {
        "age": rng.integers(17, 91, rows),
        "final-weight": np.exp(12 + 0.5 * rng.normal(size=rows)).astype(int),
        "education-years": np.clip((10 + 2.5 * hidden).round(), 1, 16).astype(int),
        "capital-gain": np.where(rng.random(rows) < 0.08, np.exp(8 + hidden).round(), 0.0),
        "capital-loss": (hidden + rng.normal(size=rows)).round(6),
        "hours-per-week": np.clip((40 + 12 * rng.normal(size=rows)).round(), 1, 99).astype(int),
    }
    for name, size in CATEGORIES.items():
        near = np.clip((hidden + 3) / 6 * size, 0, size - 1).astype(int)
        chosen = np.where(rng.random(rows) < 0.4, near, rng.integers(0, size, rows))
        words = pa.array([f"{name} {place}" for place in range(size)])
        columns[name] = pa.DictionaryArray.from_arrays(chosen, words).cast(pa.string())
    return pa.table(columns)


def write(path: Path, rows: int, seed: int) -> None:
    """One file, a million rows at a time."""
    with pq.ParquetWriter(path, table(1, [seed]).schema) as writer:
        for start in range(0, rows, BATCH):
            writer.write_table(table(min(BATCH, rows - start), [seed, start]))


def ours(folder: Path) -> float:
    import pandas as pd

    from evaluators.base import Kind, Tables, Whole
    from evaluators.sdmetrics_scores.quality import quality

    paths = [folder / f"{role}.parquet" for role in ("real", "holdout", "synthetic")]
    rows = [pq.ParquetFile(path).metadata.num_rows for path in paths]
    none = pd.DataFrame(columns=[*NUMBERS, *CATEGORIES])
    kinds = dict.fromkeys(NUMBERS, Kind.NUMERIC) | dict.fromkeys(CATEGORIES, Kind.CATEGORICAL)
    whole = Whole(paths[0], paths[1], paths[2], (rows[0], rows[1], rows[2]))
    ((_, found),) = quality(Tables(none, none, none, kinds, whole=whole), 0)
    return found.value  # type: ignore[union-attr]


def sdmetrics(folder: Path, sampled: bool) -> float:
    import pandas as pd
    from sdmetrics.reports.single_table import QualityReport

    real, synthetic = (
        pd.read_parquet(folder / f"{role}.parquet") for role in ("real", "synthetic")
    )
    types = dict.fromkeys(NUMBERS, "numerical") | dict.fromkeys(CATEGORIES, "categorical")
    report = QualityReport()
    if not sampled:
        report.num_rows_subsample = None
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in types.items()}}
    report.generate(real, synthetic, metadata, verbose=False)
    return float(report.get_score())


def contest(name: str, folder: Path) -> None:
    """What runs in a contestant's process: score, seconds of work and peak of memory in bytes."""
    load(name)
    started = time.perf_counter()
    score = ours(folder) if name == "ours" else sdmetrics(folder, name.endswith("default"))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(repr(score), seconds, peak)


def load(name: str) -> None:
    """The libraries of a contestant, which are loaded once, however much is measured then."""
    if name == "ours":
        import_module("evaluators.sdmetrics_scores.quality")
        import_module("ibis.backends.duckdb")
    else:
        import_module("sdmetrics.reports.single_table")


def run(name: str, folder: Path) -> Result:
    """The medians of one contestant in processes of its own."""
    runs = [once(name, folder) for _ in range(RUNS)]
    found = Result(
        runs[0].score,
        *(median(getattr(one, what) for one in runs) for what in ("work", "process", "peak")),
    )
    print(
        f"{name:20} {found.work:7.2f} s of work {found.process:7.2f} s in all "
        f"{found.peak / 2**20:7.0f} MiB   score {found.score:.12f}",
        flush=True,
    )
    return found


def once(name: str, folder: Path) -> Result:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.fidelity", "--as", name, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    score, work, peak = done.stdout.split()
    return Result(float(score), float(work), seconds, float(peak))


def compare(rows: int) -> bool:
    """Every contestant on the same files, and whether ours is as fast, small and equal as said."""
    print(f"{rows:,} x 15 real, {rows:,} x 15 synthetic")
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name), rows)
        own, unsampled, default = (run(contestant, folder) for contestant in CONTESTANTS)
    difference = abs(own.score - unsampled.score)
    faster, beside = unsampled.work / own.work, default.work / own.work
    whole, memory = unsampled.process / own.process, own.peak / unsampled.peak
    print(f"difference from SDMetrics unsampled {difference:.1e} (at most {DIFFERENCE})")
    print(f"{faster:.1f} times as fast as SDMetrics unsampled (at least 10)")
    print(f"{whole:.1f} times with interpreter and imports on both sides")
    print(f"{beside:.1f} times as fast as SDMetrics with its default sampling (at least 1)")
    print(f"{memory:.2f} of the memory of SDMetrics unsampled (at most .5)")
    return difference <= DIFFERENCE and faster >= 10 and beside >= 1 and memory <= 0.5


def big() -> bool:
    """Ten million rows of ours alone."""
    print(f"{BIG:,} x 15 real, {BIG:,} x 15 synthetic")
    with tempfile.TemporaryDirectory() as name:
        return run("ours", prepared(Path(name), BIG)).peak < 2 * 2**30


def prepared(folder: Path, rows: int) -> Path:
    for seed, (role, size) in enumerate(
        (("real", rows), ("synthetic", rows), ("holdout", HOLDOUT))
    ):
        write(folder / f"{role}.parquet", size, seed)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--big", action="store_true", help="ten million rows of ours as well")
    parser.add_argument("--as", dest="contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contestant:
        contest(asked.contestant, asked.folder)
        return 0
    met = [compare(asked.rows), *([big()] if asked.big else [])]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
