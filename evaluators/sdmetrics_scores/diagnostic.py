"""SDMetrics' diagnostic score: is the synthetic table well-formed at all?

The mean of Data Validity (the share of synthetic values within the real range, or among the real
categories; missing values are valid where the real column has them) and Data Structure (the share
of columns whose name and storage type agree). *Exact*: nothing is resampled. One column without a
score makes the whole not measurable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import ibis

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.counting import Cells, Cut, cells
from evaluators.counting.source import key, source
from evaluators.counting.values import Extent, extents
from evaluators.sdmetrics_scores.scores import Score, mean

LIBRARIES = ("duckdb", "ibis-framework", "numpy")
SYNTHETIC: Final = 2


def diagnostic(tables: Tables, seed: int) -> Iterator[Finding]:
    """The overall score; nothing is drawn."""
    validity = mean("Data Validity", {(name,): s for name, s in _validity(tables).items()})
    if validity is None:
        raise NotMeasurable("Data Validity: there is no measured column")
    structure = _structure(tables)
    parameters = {
        "num_rows_subsample": None,
        "data_validity": validity,
        "data_structure": structure,
    }
    yield (), Found.exact((validity + structure) / 2, tables.rows[2], parameters)


def _validity(tables: Tables) -> dict[str, Score]:
    discrete = [(name,) for name in tables.columns if not tables.kinds[name].continuous]
    found = {c.columns[0]: _among_categories(c) for c in cells(tables, discrete, Cut("values"))}
    found |= _within_ranges(tables)
    return {name: found[name] for name in tables.columns}


def _among_categories(cell: Cells) -> Score:
    allowed = cell.real > 0  # missing is a cell: it is allowed where the real column has it
    return Score(float(cell.synthetic[allowed].sum() / cell.synthetic.sum()))


def _within_ranges(tables: Tables) -> dict[str, Score]:
    spans = {name: extents(tables)[name] for name in tables.columns if name in extents(tables)}
    if not spans:
        return {}
    found = source(tables)
    rows = found.sides[SYNTHETIC]
    asked = {
        key(tables, n): _inside(rows[key(tables, n)], real) for n, (real, _, _) in spans.items()
    }
    (inside,) = found.backend.to_pyarrow(rows.aggregate(**asked)).to_pylist()
    return {
        name: _adherence(inside[key(tables, name)], real, synthetic)
        for name, (real, _, synthetic) in spans.items()
    }


def _inside(column: Any, real: Extent) -> Any:
    if real.low is None or real.high is None:
        return column.count(where=ibis.literal(False))
    low, high = (ibis.literal(repr(float(end))).cast("float64") for end in (real.low, real.high))
    number = column.cast("float64")
    return column.count(where=(number >= low) & (number <= high))


def _adherence(inside: int, real: Extent, synthetic: Extent) -> Score:
    nullable = real.present < real.rows
    judged = synthetic.present if nullable else synthetic.rows
    return Score(inside / judged if judged else None)


def _structure(tables: Tables) -> float:
    real, synthetic = (
        {(name, str(kind)) for name, kind in table.dtypes.items()}
        for table in (tables.real, tables.synthetic)
    )
    return len(real & synthetic) / len(real | synthetic)
