"""SDMetrics' own quality report, for comparison with published scores.

Quality is the mean of Column Shapes and Column Pair Trends. Every parameter that the report has is
set here and not left to a default: the same data has scored .84 under one release's defaults and
.78 under another's. Nothing is sampled.

SDMetrics turns an exception into NaN and leaves NaN out of its averages. Here one column or pair
without a score makes the overall score not measurable, and the cause names it. A pair whose
association in the real table is below the threshold is left out by definition, and is no fault.

Known limits, which ``fidelity.shape`` and ``fidelity.trend`` do not share: missing values are left
out, each table is binned by itself, and associations only the synthetic table has go unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sdmetrics.reports.single_table import QualityReport

from evaluators.base import JSON, Finding, Found, Kind, NotMeasurable, Tables
from evaluators.shared import once_per_tables

LIBRARIES = ("sdmetrics", "scipy", "numpy", "pandas")
SDTYPES = {
    Kind.NUMERIC: "numerical",
    Kind.DATETIME: "datetime",
    Kind.CATEGORICAL: "categorical",
    Kind.BOOLEAN: "boolean",
}
PARAMETERS: dict[str, JSON] = {
    "real_correlation_threshold": 0.5,
    "real_association_threshold": 0.3,
    "num_rows_subsample": None,
}
SHAPES, PAIRS = "Column Shapes", "Column Pair Trends"


def quality(tables: Tables, seed: int) -> Iterator[Finding]:
    """The overall score: the mean of both properties. Nothing is drawn."""
    yield (), _score(tables, (SHAPES, PAIRS))


def column_shapes(tables: Tables, seed: int) -> Iterator[Finding]:
    """The mean of the column scores. Nothing is drawn."""
    yield (), _score(tables, (SHAPES,))


def column_pair_trends(tables: Tables, seed: int) -> Iterator[Finding]:
    """The mean of the scores of pairs at or above the thresholds. Nothing is drawn."""
    yield (), _score(tables, (PAIRS,))


def _score(tables: Tables, properties: tuple[str, ...]) -> Found:
    report = _synthetic_report(tables)
    for name in properties:
        refuse_gaps(name, report.get_details(name))
    parts = report.get_properties().set_index("Property")["Score"].astype(float)
    if parts[list(properties)].isna().any():
        raise NotMeasurable(f"{PAIRS}: no pair is associated strongly enough in the real table")
    both = len(properties) == 2
    value = float(report.get_score() if both else parts[properties[0]])
    parameters = {**PARAMETERS, "ceiling": _ceiling(tables, properties)}
    if PAIRS in properties:
        parameters |= _contributing(report.get_details(PAIRS))
    return Found.exact(value, len(tables.synthetic), parameters)


def _contributing(details: pd.DataFrame) -> dict[str, JSON]:
    met = details["Meets Threshold?"].fillna(False)
    return {"pairs": len(details), "pairs_contributing": int(met.sum())}


def _ceiling(tables: Tables, properties: tuple[str, ...]) -> float | None:
    parts = _holdout_report(tables).get_properties().set_index("Property")["Score"]
    mean = float(np.mean([float(parts[name]) for name in properties]))
    return None if np.isnan(mean) else mean


def refuse_gaps(name: str, details: pd.DataFrame) -> None:
    """Raise ``NotMeasurable`` naming every row of a report's details that has no score."""
    gaps = details[details["Score"].isna() & ~_below_threshold(details)]
    if len(gaps):
        causes = "; ".join(_gap(row) for _, row in gaps.iterrows())
        raise NotMeasurable(f"{name} has no score for {causes}")


def _below_threshold(details: pd.DataFrame) -> Any:
    """Pairs left out by definition: a known association in the real table, too weak to count."""
    if "Meets Threshold?" not in details:
        return np.zeros(len(details), dtype=bool)
    known = details["Real Correlation"].notna() | details["Real Association"].notna()
    return known & ~details["Meets Threshold?"].fillna(True).astype(bool)


def _gap(row: Any) -> str:
    """The columns and the error's type; its text is left out, for it can quote a cell."""
    names = [str(row[key]) for key in ("Column", "Column 1", "Column 2") if key in row.index]
    error = row.get("Error")
    cause = error.split(":")[0] if isinstance(error, str) else "undefined, constant or empty"
    return f"{' x '.join(names) or 'the table'} ({cause})"


def metadata(tables: Tables) -> dict[str, Any]:
    """The kinds in the words of SDMetrics."""
    return {"columns": {name: {"sdtype": SDTYPES[kind]} for name, kind in tables.kinds.items()}}


@once_per_tables
def _synthetic_report(tables: Tables) -> Any:
    return _report(tables, tables.synthetic)


@once_per_tables
def _holdout_report(tables: Tables) -> Any:
    return _report(tables, tables.holdout)


def _report(tables: Tables, other: pd.DataFrame) -> Any:
    report = QualityReport()
    for name, value in PARAMETERS.items():
        setattr(report, name, value)
    report.generate(tables.real, other, metadata(tables), verbose=False)
    return report
