"""SDMetrics' own diagnostic report: is the synthetic table well-formed at all?

The mean of Data Validity (synthetic values lie within the real range, or among the real
categories) and Data Structure (names and storage types agree). *Exact*: nothing is resampled.
One column without a score makes the whole not measurable.
"""

from __future__ import annotations

from collections.abc import Iterator

from sdmetrics.reports.single_table import DiagnosticReport

from evaluators.base import Finding, Found, Tables
from evaluators.fidelity.quality import metadata, refuse_gaps

LIBRARIES = ("sdmetrics", "numpy", "pandas")
PROPERTIES = ("Data Validity", "Data Structure")


def diagnostic(tables: Tables, seed: int) -> Iterator[Finding]:
    """The overall score; nothing is drawn."""
    report = DiagnosticReport()
    report.num_rows_subsample = None
    report.generate(tables.real, tables.synthetic, metadata(tables), verbose=False)
    for name in PROPERTIES:
        refuse_gaps(name, report.get_details(name))
    parts = report.get_properties().set_index("Property")["Score"]
    parameters = {
        "num_rows_subsample": None,
        "data_validity": float(parts["Data Validity"]),
        "data_structure": float(parts["Data Structure"]),
    }
    yield (), Found.exact(float(report.get_score()), len(tables.synthetic), parameters)
