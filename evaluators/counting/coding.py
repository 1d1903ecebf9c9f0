"""Columns as small integers: bins of numbers, places in the dictionary of discrete values.

A coding is an Ibis expression, the same for every backend. Edges are written as text and cast, for
a decimal literal is not the double that numpy has. A dictionary is a table that is joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from evaluators.base import Kind, Tables
from evaluators.counting.base import OTHER, Counts, Cut, Names
from evaluators.counting.edges import edges
from evaluators.counting.source import key, source, stored_in_any_order
from evaluators.counting.values import dictionary
from evaluators.encode import DAY, Floats
from evaluators.shared import once_per_tables


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of a discrete column: one of each held value, and the text of each code."""

    held: list[Any]
    codes: Counts
    names: Names

    def summed(self, counts: Counts) -> Counts:
        """Counts of held values (held, 3) as counts of codes."""
        total = np.zeros((len(self.names), 3), dtype=np.int64)
        np.add.at(total, self.codes, counts)
        return total


@once_per_tables
def codes_of(tables: Tables, column: str, top: int | None) -> Codes:
    """Every text its own code, in the order of the texts; with ``top`` the rest is one, last."""
    known = dictionary(tables, column)
    names = list(dict.fromkeys(known.texts))
    if top is not None:
        names = _most_frequent(names, known.texts, known.counts[:, 0], top)
    place = {name: code for code, name in enumerate(names)}
    codes = [place.get(text, len(names) - 1) for text in known.texts]
    return Codes(known.held, np.array(codes, dtype=np.int64), np.array(names, dtype=object))


def _most_frequent(names: list[str], texts: list[str], real: Counts, top: int) -> list[str]:
    often = dict.fromkeys(names, 0)
    for text, count in zip(texts, real.tolist(), strict=True):
        often[text] += count
    seen = [name for name in names if often[name]]
    kept = set(sorted(seen, key=lambda name: (-often[name], name))[:top])
    rest = [OTHER] if len(kept) < len(names) else []
    return [name for name in names if name in kept] + rest


def size(tables: Tables, column: str, cut: Cut) -> int:
    """The number of codes of present values in a column that is coded; it is the code of missing.

    Numbers of a cut into values are not coded: their size is 0.
    """
    if not tables.kinds[column].continuous:
        return len(codes_of(tables, column, cut.top).names)
    if cut.numbers == "values":
        return 0
    return len(edges(tables, column, cut)[0]) + 1


def coded(tables: Tables, columns: tuple[str, ...], cut: Cut) -> Any:
    """The three tables as one, columns coded and named as in the source, ``side`` 0, 1 or 2.

    It is stored beside this thread's source, but for a cut into values, whose numbers stay as they
    are.
    """
    found = source(tables)
    if (columns, cut) not in found.kept:
        rows = expression(tables, columns, cut)
        stays = cut.numbers == "values"
        found.kept[columns, cut] = rows if stays else stored_in_any_order(found.backend, rows)
    return found.kept[columns, cut]


def expression(tables: Tables, columns: Sequence[str], cut: Cut) -> Any:
    """The coded tables before they are stored."""
    rows, chosen = source(tables).rows, {}
    for column in columns:
        name = key(tables, column)
        if tables.kinds[column].continuous:
            continue
        words = _words(tables, column, cut, rows[name].type())
        rows = rows.left_join(words, rows[name] == words[f"{name}_held"])
    for column in columns:
        name = key(tables, column)
        if not tables.kinds[column].continuous:
            absent = size(tables, column, cut)
            chosen[name] = rows[f"{name}_code"].fill_null(absent).cast(_type(absent))
        elif cut.numbers == "values":
            chosen[name] = rows[name]
        else:
            chosen[name] = _bins(tables, column, rows, cut)
    return rows.select(**chosen, side=rows.side)


def _bins(tables: Tables, column: str, rows: Any, cut: Cut) -> Any:
    """The bin of a number, by the edges of its table where these differ."""
    number = _number(tables, column, rows[key(tables, column)], cut)
    real, holdout, synthetic = (binned(number, cuts, cut) for cuts in edges(tables, column, cut))
    if cut.numbers != "own":
        return real
    return ibis.cases((rows.side == 0, real), (rows.side == 1, holdout), else_=synthetic)


def _words(tables: Tables, column: str, cut: Cut, kind: Any) -> Any:
    known, name = codes_of(tables, column, cut.top), key(tables, column)
    held = pa.array(known.held, kind.to_pyarrow())
    return ibis.memtable(pa.table({f"{name}_held": held, f"{name}_code": known.codes}))


def _type(absent: int) -> str:
    return "int8" if absent < 2**7 else "int16" if absent < 2**15 else "int64"


def _number(tables: Tables, column: str, held: Any, cut: Cut) -> Any:
    """The number that edges are compared with: days but for an "own" cut, which has held units."""
    if tables.kinds[column] is Kind.DATETIME and cut.numbers != "own":
        return held.cast("float64") / 1e6 / DAY
    return held.cast("float64")


def binned(number: Any, cuts: Floats, cut: Cut) -> Any:
    """How many edges a number has reached, or passed in a quantile cut; one more for missing."""
    kind = _type(len(cuts) + 1)
    code = [ibis.literal(place, kind) for place in range(len(cuts) + 2)]
    exact = [ibis.literal(repr(float(edge))).cast("float64") for edge in cuts]
    below = [number <= edge if cut.numbers == "quantile" else number < edge for edge in exact]
    ranges = zip(below, code, strict=False)
    return ibis.cases((number.isnull(), code[-1]), *ranges, else_=code[-2])
