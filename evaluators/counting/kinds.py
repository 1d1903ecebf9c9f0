"""The kind of a column from files: the rules of ``evaluators.kinds``, by counts over all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from evaluators.base import Kind
from evaluators.kinds import ENOUGH, FEW, kind_of

BODY: Final = r"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})"
UUID: Final = rf"(?i)^\{{?{BODY}\}}?$"  # kinds.UUID without its back reference, which SQL lacks
INNER_SPACE: Final = r"\S\s+\S"


def file_kind(backend: Any, columns: Sequence[Any]) -> Kind:
    """The kind of one column, an Ibis column of each file, real and holdout first."""
    types = [column.type() for column in columns]
    if all(t.is_boolean() for t in types):
        return Kind.BOOLEAN
    if all(t.is_temporal() and not t.is_time() for t in types):
        return Kind.DATETIME
    if all(t.is_numeric() or t.is_boolean() for t in types):
        return _number_kind(backend, [column.cast("float64") for column in columns])
    return _text_kind(backend, [column.cast("string") for column in columns[:2]])


def _number_kind(backend: Any, columns: Sequence[Any]) -> Kind:
    """From at most eleven distinct values of each file, which settle all but running numbers."""
    few = [_few(backend, column) for column in columns]
    kind = kind_of(few)
    return Kind.IDENTIFIER if kind is Kind.NUMERIC and _running(backend, columns[:2]) else kind


def _few(backend: Any, column: Any) -> pd.Series[Any]:
    """One distinct value more than a code has, those with a fraction first."""
    rows = column.name("value").as_table()
    rows = rows.filter(rows.value.notnull()).distinct()
    rows = rows.order_by((rows.value == rows.value.floor()), rows.value).limit(FEW + 1)
    found = backend.to_pyarrow(rows).column("value").to_numpy(zero_copy_only=False)
    return pd.Series(found.astype(float))


def _running(backend: Any, columns: Sequence[Any]) -> bool:
    """Whether the whole numbers of both files are distinct and fill half of their range."""
    facts = [_facts(backend, column) for column in columns]
    facts = [fact for fact in facts if fact["present"]]
    count = sum(fact["present"] for fact in facts)
    if count < ENOUGH or not all(fact["whole"] == fact["present"] for fact in facts):
        return False
    span = max(fact["high"] for fact in facts) - min(fact["low"] for fact in facts) + 1
    return span <= 2 * count and all(fact["distinct"] == fact["present"] for fact in facts)


def _facts(backend: Any, column: Any) -> dict[str, Any]:
    rows = column.name("value").as_table()
    facts = rows.aggregate(
        present=rows.value.count(),
        distinct=rows.value.nunique(),
        whole=rows.count(where=rows.value == rows.value.floor()),
        low=rows.value.min(),
        high=rows.value.max(),
    )
    (found,) = backend.to_pyarrow(facts).to_pylist()
    return dict(found)


def _text_kind(backend: Any, columns: Sequence[Any]) -> Kind:
    facts = [_words(backend, column) for column in columns]
    count, words, uuids, spaced = (
        sum(fact[name] or 0 for fact in facts) for name in ("present", "words", "uuids", "spaced")
    )
    if words and uuids == words:
        return Kind.IDENTIFIER
    if count < ENOUGH or 2 * words <= count:
        return Kind.CATEGORICAL
    if not spaced and words == count:
        return Kind.IDENTIFIER
    return Kind.TEXT if 2 * spaced > words else Kind.CATEGORICAL


def _words(backend: Any, column: Any) -> dict[str, Any]:
    """Rows and distinct words of one file, and how many of these are UUIDs or several words."""
    rows = column.name("word").as_table()
    rows = rows.filter(rows.word.notnull())
    words = rows.group_by("word").agg(often=rows.count())
    facts = words.aggregate(
        present=words.often.sum(),
        words=words.count(),
        uuids=words.count(where=words.word.re_search(UUID)),
        spaced=words.count(where=words.word.re_search(INNER_SPACE)),
    )
    (found,) = backend.to_pyarrow(facts).to_pylist()
    return dict(found)
