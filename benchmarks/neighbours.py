"""The nearest-neighbour index beside Anonymeter's own search, and what the metrics on it are worth.

``python -m benchmarks.neighbours`` prints ratios of time, and time against the number of
candidates. Both sides first search once unmeasured, so that compilation is in neither time. Both
encode their rows within the time measured, unless it says otherwise. One thread each; times are
those of the processor, the best of three, so that a busy machine favours neither.

``python -m benchmarks.neighbours coverage`` draws three independent samples of one population 300
times a case and counts how often each interval holds the value of a table that leaks nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import anonymeter.evaluators  # noqa: F401 - first: its neighbors and evaluators import each other
import numpy as np
import pandas as pd
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors

from evaluators.base import Tables
from evaluators.catalogue import CATALOGUE
from evaluators.neighbours import encode, nearest, nearest_leaving_out
from evaluators.run import measure
from evaluators.tables import align

QUERIES, CANDIDATES, K = 500, 100_000, 10
NUMBERS, CATEGORIES, LEVELS = 6, 9, 8
DRAWS = 300
SIZES = ((400, 400), (1200, 300), (300, 1000), (1000, 1000), (3000, 1000))
NULLS = {
    "privacy.dcr.share": 0.5,
    "privacy.nndr": 0.5,
    "privacy.dcr.hamming_share": 0.5,
    "privacy.closest.tail": 0.01,
}


def table(rows: int, seed: int) -> pd.DataFrame:
    """Fifteen columns, six of numbers and nine of eight categories each."""
    rng = np.random.default_rng(seed)
    columns = {f"n{i}": rng.normal(size=rows) for i in range(NUMBERS)}
    return pd.DataFrame(
        columns | {f"c{i}": rng.integers(0, LEVELS, rows).astype(str) for i in range(CATEGORIES)}
    )


def seconds(work: Callable[[], object]) -> float:
    """The best of three, in processor time."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def side_by_side() -> None:
    queries, candidates = table(QUERIES, 1), table(CANDIDATES, 2)
    theirs = MixedTypeKNeighbors(n_neighbors=K, n_jobs=1).fit(candidates)
    distances, _ = theirs.kneighbors(queries, return_distance=True)
    slow = seconds(lambda: theirs.kneighbors(queries))

    rows, others = encode(queries, candidates)
    found = nearest(rows, others, K)[0]
    whole = seconds(lambda: nearest(*encode(queries, candidates), K))
    search = seconds(lambda: nearest(rows, others, K))
    print(f"{QUERIES} queries x {CANDIDATES} candidates x 15 columns, k = {K}, one thread")
    print(f"Anonymeter, encoding and search  {slow:8.3f} s")
    print(f"ours, encoding and search        {whole:8.3f} s   {slow / whole:6.1f} times")
    print(f"ours, search of encoded rows     {search:8.3f} s   {slow / search:6.1f} times")
    print(f"largest difference of distances  {np.abs(found - distances).max():.1e}")


def one_pass() -> None:
    rows, others = encode(table(QUERIES, 1), table(CANDIDATES, 2))
    names = others.names
    rest = [[name for name in names if name != left] for left in names]
    nearest_leaving_out(rows, others)
    passes = seconds(lambda: [nearest(rows, others, 1, columns) for columns in rest])
    once = seconds(lambda: nearest_leaving_out(rows, others))
    print(f"\nleaving out each of 15 columns: 15 searches {passes:.3f} s, one pass {once:.3f} s")


def linearity() -> None:
    print("\ncandidates   seconds   a million pairs in")
    queries = table(QUERIES, 1)
    for size in (100_000, 250_000, 500_000, 1_000_000):
        rows, others = encode(queries, table(size, 2))
        took = seconds(lambda rows=rows, others=others: nearest(rows, others, K))
        print(f"{size:10d} {took:9.3f} {took / (QUERIES * size) * 1e9:9.2f} ms")


def populations() -> Iterator[tuple[str, Callable[[int, np.random.Generator], pd.DataFrame]]]:
    """Populations to draw samples of: numbers, categories, both, few cells and many."""
    skewed = [0.6, 0.2, 0.15, 0.05]

    def mixed(n: int, rng: np.random.Generator) -> pd.DataFrame:
        z = rng.normal(size=n)
        return pd.DataFrame(
            {
                "a": (z * 10 + 40).round(),
                "b": (z + rng.normal(size=n)).round(1),
                "c": rng.choice(list("wxyz"), n, p=skewed),
                "d": np.where(z > 0, "p", "q"),
                "e": rng.choice(list("abcdefgh"), n),
            }
        )

    def linked(n: int, rng: np.random.Generator) -> pd.DataFrame:
        z = rng.integers(0, 20, n)
        noise = (np.where(rng.random(n) < 0.15, rng.integers(0, 20, n), z) for _ in range(6))
        return pd.DataFrame({f"c{i}": column.astype(str) for i, column in enumerate(noise)})

    yield "four numbers", lambda n, rng: pd.DataFrame(rng.normal(size=(n, 4)))
    yield "ten numbers", lambda n, rng: pd.DataFrame(rng.normal(size=(n, 10)))
    yield "mixed", mixed
    yield (
        "skewed categories",
        lambda n, rng: pd.DataFrame({c: rng.choice(list("wxyz"), n, p=skewed) for c in "abcdef"}),
    )
    yield "linked categories", linked


def coverage() -> None:
    """One line a case; a dash stands where the tables are smaller than the metric takes."""
    print(f"{DRAWS} draws a case; intervals that hold the value without leakage, in per cent")
    print(f"{'population':18s} {'synthetic':>9s} x {'reference':9s} ", *NULLS)
    for name, draw in populations():
        for rows, size in SIZES:
            rng = np.random.default_rng(5)
            held: dict[str, list[bool]] = {metric: [] for metric in NULLS}
            for _ in range(DRAWS):
                samples = [draw(n, rng) for n in (size, size, rows)]
                for metric, holds in held_by(align(*samples, None)):
                    held[metric].append(holds)
            cells = (f"{100 * np.mean(h):.1f}" if h else "-" for h in held.values())
            shares = " ".join(f"{cell:>{len(m)}s}" for cell, m in zip(cells, NULLS, strict=True))
            print(f"{name:18s} {rows:9d} x {size:<9d}  {shares}", flush=True)


def held_by(tables: Tables) -> Iterator[tuple[str, bool]]:
    for metric, null in NULLS.items():
        (found,) = measure(tables, CATALOGUE[metric], seed=7)
        if found.low is not None and found.high is not None:
            yield metric, found.low <= null <= found.high


if __name__ == "__main__":
    if sys.argv[1:] == ["coverage"]:
        coverage()
    else:
        side_by_side()
        one_pass()
        linearity()
