"""Verbatim values: free text and identifiers of the synthetic table that stand in the real one.

``privacy.verbatim[column]`` is the share of non-missing synthetic values of an excluded column that
also stand in that column of the training table, but for case, spaces and ways of writing one
character (Unicode NFKC), which would hide a copy from nobody but a machine; with Wilson's interval
over synthetic values (Wilson 1927, JASA 22, 209-212). Beside it the ceiling: the same share for
the holdout's values, since some texts ("none") are everybody's.

What is resampled: synthetic values, with the training table as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.encode import labels
from evaluators.intervals import wilson

LIBRARIES = ("numpy", "pandas")


def verbatim(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for each column of text or identifiers; ``seed`` is not used."""
    for column in tables.excluded:
        yield (column,), _finding(*(_values(table[column]) for table in tables.each))


def _finding(
    real: npt.NDArray[Any], holdout: npt.NDArray[Any], synthetic: npt.NDArray[Any]
) -> Found | NotMeasurable:
    if not len(synthetic):
        return NotMeasurable("every synthetic value of the column is missing")
    hits, n = int(_among(synthetic, real).sum()), len(synthetic)
    ceiling = float(_among(holdout, real).mean()) if len(holdout) else None
    parameters: dict[str, JSON] = {"ceiling": ceiling, "resampled": "synthetic values"}
    return Found(hits / n, *wilson(hits, n), "wilson-95", n, parameters)


def _values(column: pd.Series[Any]) -> npt.NDArray[Any]:
    plain = (
        " ".join(normalize("NFKC", text).casefold().split()) for text in labels(column.dropna())
    )
    return np.array(list(plain), dtype=object)


def _among(values: npt.NDArray[Any], others: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    return pd.Series(values, dtype=object).isin(others).to_numpy()
