"""Whether a holdout is a holdout: that none of it was taken from the training table.

Every control of a privacy metric rests on holdout rows that no generator has seen. Where a key is
declared, one shared key value refutes that. Identical rows alone prove nothing, for real tables
hold natural duplicates, and like is compared with like: **if both tables are independent draws of
one population, then which of all their rows stand in which table is chance.** So the rows of both
are put together and split anew at random, into the same sizes, again and again.

Statistic: how many holdout rows can be paired, one to one, with identical training rows, the sum
over distinct rows of min(times in training, times in holdout). Copies are pairs by construction;
a random split puts two equal rows on one side as often as on two. Pairing one to one keeps its
power where nearly every row has a twin, when "found in training" is true of every row.

Rule: the holdout is refused if none of 999 random splits pairs as many rows, which happens to one
independent holdout in a thousand at most (a Monte Carlo permutation test is exact: Barnard 1963,
JRSS B 25, 294; Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39). A split that keeps
households or persons together shares fewer rows than a random one, and is refused more rarely.

What it cannot see: fewer than about ten copies in a table without duplicates, where chance would
split as many pairs; and two records of one person that differ. Only a key shows these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Declared, Kind, TableError
from evaluators.declarations import counted
from evaluators.encode import rows_of
from evaluators.tables import NOTHING_DECLARED, Typed, typed_tables

Counts: TypeAlias = npt.NDArray[np.int64]

SPLITS: Final = 999
ALWAYS: Final = 99  # splits behind the expected count, whatever they show
SEED: Final = 0  # the verdict on two tables is one verdict


@dataclass(frozen=True)
class Overlap:
    """Shares of rows: of the holdout's found in training, of training's found there again.

    ``paired`` are holdout rows that pair one to one with identical training rows, and ``expected``
    as many by chance: the mean over random splits. ``shared_keys`` is the number of key values in
    both tables, None without a declared key. ``refused`` says why this is no holdout, or is None.
    """

    holdout_in_training: float
    training_twins: float
    holdout_rows: int
    training_rows: int
    paired: int
    expected: float
    shared_keys: int | None
    refused: str | None

    @property
    def disjoint(self) -> bool:
        """Whether nothing speaks against the holdout."""
        return self.refused is None


def overlap(
    training: pd.DataFrame, holdout: pd.DataFrame, declared: Declared = NOTHING_DECLARED
) -> Overlap:
    """Compare rows by typed values in every column but identifiers, and keys where declared.

    Raises ``TableError`` if the columns of the two tables differ in name or type, or if a row has
    no key.
    """
    tables = typed_tables({"training": training, "holdout": holdout}, None, declared)
    times = _times(tables)
    paired = int(times.min(axis=0).sum())
    expected, chance = _by_chance(times, paired)
    keys = _shared_keys(tables)
    return Overlap(
        holdout_in_training=float(times[1][times[0] > 0].sum() / len(holdout)),
        training_twins=float(times[0][times[0] > 1].sum() / len(training)),
        holdout_rows=len(holdout),
        training_rows=len(training),
        paired=paired,
        expected=expected,
        shared_keys=keys,
        refused=_refusal(paired, expected, chance, keys, declared.minimum_cell),
    )


def require_disjoint(
    training: pd.DataFrame, holdout: pd.DataFrame, declared: Declared = NOTHING_DECLARED
) -> Overlap:
    """The overlap; raises ``TableError`` with both counts where it refuses the holdout."""
    found = overlap(training, holdout, declared)
    if found.refused:
        raise TableError(
            found.refused,
            where="holdout table",
            expected="real rows that no generator saw, drawn as the training rows were",
            todo="split the real table anew, all rows of one person on one side, "
            "and remove duplicates from both parts or from neither",
        )
    return found


def _times(tables: Typed) -> Counts:
    """How often each distinct row stands in training and in holdout, shape (2, distinct)."""
    kinds = {
        name: kind
        for name, kind in tables.kinds.items()
        if kind is not Kind.IDENTIFIER and name not in tables.declared.key
    }
    rows, n = rows_of(tables.frames, kinds), len(tables.frames[0])
    distinct = int(rows.max()) + 1
    return np.stack([np.bincount(part, minlength=distinct) for part in (rows[:n], rows[n:])])


def _by_chance(times: Counts, paired: int) -> tuple[float, bool]:
    """Rows that random splits pair: their mean, and whether one pairs as many as were found.

    More than the first splits are drawn only while none does (Besag and Clifford 1991, Biometrika
    78, 301), so that an honest holdout is quickly accepted.
    """
    seen: list[int] = []
    reached = False
    for count in _splits(times):
        reached = reached or count >= paired
        seen.append(count)
        if reached and len(seen) >= ALWAYS:
            break
    return float(np.mean(seen[:ALWAYS])), reached


def _splits(times: Counts) -> Iterator[int]:
    """Rows paired in each of the random splits; only rows with an equal can be paired."""
    rng = np.random.default_rng(SEED)
    every = np.sort(times.sum(axis=0))
    equal = every[every > 1]
    pool, alone = np.repeat(np.arange(len(equal)), equal), int((every == 1).sum())
    held = int(times[1].sum())
    for _ in range(SPLITS):
        drawn = int(rng.hypergeometric(len(pool), alone, held)) if len(pool) else 0
        there = np.bincount(rng.permutation(pool)[:drawn], minlength=len(equal))
        yield int(np.minimum(there, equal - there).sum())


def _shared_keys(tables: Typed) -> int | None:
    """Key values of the holdout that are key values of the training table."""
    key = tables.declared.key
    if not key:
        return None
    for name in key:
        if any(frame[name].isna().any() for frame in tables.frames):
            raise TableError(
                f"the key {name!r} has missing values",
                where=f"column {name!r}",
                expected="a key in every row of the real tables",
                todo="complete the key, or declare another one",
            )
    keys, n = rows_of(tables.frames, {k: tables.kinds[k] for k in key}), len(tables.frames[0])
    return len(np.intersect1d(keys[:n], keys[n:]))


def _refusal(
    paired: int, expected: float, chance: bool, keys: int | None, minimum: int
) -> str | None:
    if keys:
        return f"{counted(keys, minimum)} key values of the holdout stand in the training table"
    if chance:
        return None
    return (
        f"{counted(paired, minimum)} rows of the holdout pair with identical training rows, where "
        f"a random split of all rows pairs {expected:,.0f}, and none of {SPLITS} as many"
    )
