"""Hamming distance to the closest record, as in published comparisons of generators.

``privacy.dcr.hamming_share`` is ``P[closer to training] + n / (n + m) P[equal]`` over synthetic
rows, with references of ``n`` training and ``m`` holdout rows. The distance is the number of
columns that differ, after each column of numbers or dates has been cut into at most 100 bins at the
percentiles of all three tables together, repeated percentiles once; missing is a value. This is
the definition of Platzer and Reutterer (2021), Frontiers in Big Data 4, 679939, and the one that a
ladder of tables with ever more cells resampled was published with.

There both references are of one size, so ties count one half. At unequal sizes the formula is not
``n / (n + m)`` without leakage, since a row with many closest records falls to the larger reference
more often than that. So the larger is cut to the smaller by a seeded draw, and without leakage the
share is .5.

A bin counts 1 however near two numbers are, so this sees copied cells where ``privacy.dcr.share``
sees closeness. What is resampled: synthetic, training and holdout rows; see
``evaluators.privacy.clusters``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, Floats, labels, numbers
from evaluators.neighbours import Rows, nearest
from evaluators.privacy.closest import affordable, drawn
from evaluators.privacy.clusters import INTERVAL, clustered
from evaluators.shared import once_per_tables

LIBRARIES = ("numba", "numpy", "pandas")
BINS = 100
BYTE = 255  # codes up to this, and sums over fewer columns, are compared a byte at a time


def hamming_share(tables: Tables, seed: int) -> Iterator[Finding]:
    """How often a training row is closer than a holdout row, ties counting one half."""
    real, holdout, synthetic = binned(tables)
    rng, size = np.random.default_rng(seed), min(len(real), len(holdout))
    real, holdout = (drawn(part, size, rng) for part in (real, holdout))
    queries = drawn(synthetic, affordable(tables), rng)
    (near, near_at), (far, far_at) = (nearest(queries, part, 1) for part in (real, holdout))
    closer, equal = (near < far)[:, 0], (near == far)[:, 0]
    scores = closer + 0.5 * equal
    winner = np.where(near <= far, near_at, size + far_at)[:, 0]
    low, high = clustered(scores, winner, size)
    parameters: dict[str, JSON] = {
        "closer": int(closer.sum()),
        "further": int((near > far).sum()),
        "equal": int(equal.sum()),
        "bins": BINS,
        "drawn_rows": len(queries),
        "reference_rows": size,
        "ceiling": 0.5,
        "resampled": "synthetic, training and holdout rows",
    }
    yield (), Found(float(scores.mean()), low, high, INTERVAL, len(scores), parameters)


@once_per_tables
def binned(tables: Tables) -> tuple[Rows, Rows, Rows]:
    """Real, holdout and synthetic as codes alone: bins of numbers, categories as they are."""
    if not tables.columns:
        raise NotMeasurable("there is no column to compare rows by")
    codes = np.array([_codes(tables, name) for name in tables.columns])
    narrow = len(codes) < BYTE and int(codes.max()) <= BYTE
    codes = codes.astype(np.uint8 if narrow else np.int32)
    real, both = len(tables.real), len(tables.real) + len(tables.holdout)
    names = tuple(tables.columns)

    def rows(part: Codes) -> Rows:
        return Rows(names, (), part[:0], np.ascontiguousarray(part), 1)

    return rows(codes[:, :real]), rows(codes[:, real:both]), rows(codes[:, both:])


def _codes(tables: Tables, column: str) -> Codes:
    parts = [table[column] for table in tables.each]
    if tables.kinds[column].continuous:
        return bins(np.concatenate([numbers(part) for part in parts]))
    texts = np.concatenate([labels(part) for part in parts])
    return pd.factorize(texts, use_na_sentinel=False)[0].astype(np.int64)


def bins(values: Floats) -> Codes:
    """Bins 1 to 100, each closed above, at the percentiles of the values; missing is 0."""
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(len(values), dtype=np.int64)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
    place = np.maximum(np.searchsorted(edges, values, side="left"), 1)
    return np.where(np.isnan(values), 0, place)
