"""What the values of a column are: one kind for all tables; a declaration overrides it.

The rules, in order; the first two tables are the real ones:

- an ordered categorical, or one with declared levels, is ordinal;
- dates are datetime, true/false is boolean;
- text is an identifier if every present real value is a UUID, or if none occurs twice in a real
  table and none holds white space; it is free text if more than half of the real values are
  distinct and more than half hold several words; else it is categorical;
- whole numbers are boolean if two are distinct, categorical up to ten, and an identifier if none
  occurs twice in a real table and together they fill at least half of their range, as a running
  number does; all other numbers are numeric, however distinct they are.

Fewer than 100 present real values show no identifier and no free text, but UUIDs do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from evaluators.base import Kind
from evaluators.storage import Column, family

FEW: Final = 10  # an integer-valued number column with at most this many distinct values is a code
ENOUGH: Final = 100  # present real values from which it is said that none occurs twice
UUID: Final = re.compile(r"\{?[0-9a-f]{8}(-?)[0-9a-f]{4}(\1[0-9a-f]{4}){2}\1[0-9a-f]{12}\}?", re.I)
SPACE: Final = re.compile(r"\s")


def kind_of(columns: Sequence[Column]) -> Kind:
    """The kind of one column, by its values in the real tables, which come first; one for all.

    Were the synthetic values asked as well, one cell of them would choose how the column is judged:
    2.5 among whole codes would make it a number, of which no category can be unknown. They have a
    say only where the real tables hold nothing.
    """
    families = {family(column) for column in columns} - {"empty"}
    if families == {"datetime"}:
        return Kind.DATETIME
    if families == {"boolean"}:
        return Kind.BOOLEAN
    if families and families <= {"number", "boolean"}:
        real = [column for column in columns[:2] if family(column) != "empty"]
        return _number_kind(real or columns, columns)
    return _text_kind([column.dropna() for column in columns[:2]])


def _number_kind(real: Sequence[Column], every: Sequence[Column]) -> Kind:
    distinct = _distinct(real)
    if np.all(distinct == np.floor(distinct)) and len(distinct) <= FEW:
        return Kind.BOOLEAN if len(distinct) == len(_distinct(every)) == 2 else Kind.CATEGORICAL
    return Kind.IDENTIFIER if _running([c.dropna() for c in every[:2]]) else Kind.NUMERIC


def _distinct(columns: Sequence[Column]) -> npt.NDArray[np.float64]:
    values = np.concatenate([c.dropna().unique().astype(np.float64) for c in columns])
    return np.asarray(np.unique(values), dtype=np.float64)


def _running(real: list[Column]) -> bool:
    """Whether whole numbers are all distinct and fill at least half of their range."""
    values = [column.to_numpy() for column in real if len(column)]
    count = sum(map(len, values))
    if count < ENOUGH or not all(np.all(v == np.floor(v)) for v in values):
        return False
    span = max(float(v.max()) for v in values) - min(float(v.min()) for v in values) + 1
    return span <= 2 * count and all(len(np.unique(v)) == len(v) for v in values)


def _text_kind(real: list[Column]) -> Kind:
    """Identifier, free text or categorical, by the present values of the real tables."""
    words = [str(word) for column in real for word in column.unique()]
    if words and all(map(UUID.fullmatch, words)):
        return Kind.IDENTIFIER
    count = sum(map(len, real))
    if count < ENOUGH or 2 * len(words) <= count:
        return Kind.CATEGORICAL
    spaced = sum(SPACE.search(word.strip()) is not None for word in words)
    if not spaced and all(column.is_unique for column in real):
        return Kind.IDENTIFIER
    return Kind.TEXT if 2 * spaced > len(words) else Kind.CATEGORICAL
