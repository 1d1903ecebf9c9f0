"""Schema: whether the synthetic table has the real table's columns, in order, stored alike.

The share of columns, over all that either table has, that stand in the same place under the same
name and are stored alike: as numbers, text, true/false or dates, and as whole numbers where the
real values are whole. Excluded columns count like all others; ``parameters["excluded"]`` names them
with their kind, because few other metrics look at them, and ``differ`` names those at fault.

Names and storage are the files'; wholeness is that of the rows held in memory, which for tables too
large to hold are a draw. TableStructure of SDMetrics 0.32 compares names and storage; order and
wholeness are added here.

*Exact*: nothing is resampled. ``parameters["ceiling"]`` is the same function of the real table and
the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evaluators.base import Finding, Found, Tables
from evaluators.storage import Column, family

LIBRARIES = ("numpy", "pandas")


def schema(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for the table; nothing is drawn."""
    value, differ = compared(tables.real, tables.synthetic)
    ceiling, _ = compared(tables.real, tables.holdout)
    yield (
        (),
        Found.exact(
            value,
            tables.rows[2],
            {
                "ceiling": ceiling,
                "columns": len(tables.real.columns),
                "differ": list(differ),
                "excluded": {name: tables.kinds[name].value for name in tables.excluded},
            },
        ),
    )


def compared(real: pd.DataFrame, other: pd.DataFrame) -> tuple[float, list[str]]:
    """The share of columns that agree, and the names of those that do not."""
    ours, theirs = list(map(str, real.columns)), list(map(str, other.columns))
    agree = {
        a
        for at, (a, b) in enumerate(zip(ours, theirs, strict=False))
        if a == b and _stored_alike(real.iloc[:, at], other.iloc[:, at])
    }
    every = list(dict.fromkeys([*ours, *theirs]))
    return len(agree) / len(every), [name for name in every if name not in agree]


def _stored_alike(real: Column, other: Column) -> bool:
    return family(real) == family(other) and (not _whole(real) or _whole(other))


def _whole(column: Column) -> bool:
    """Whether every number is whole; what is no number is not."""
    if family(column) != "number":
        return False
    values = column.dropna().to_numpy(dtype=np.float64)
    return bool(np.all(values == np.floor(values)))
