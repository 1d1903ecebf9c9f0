"""Our numbers on real tables against published ones and against the libraries themselves."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evaluators.base import Kind, Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align, read


def census(shared: Path, synthetic: str) -> Tables:
    folder = shared / "census2k"
    names = ("census2k-trn", "census2k-hol", f"census2k-{synthetic}")
    real, holdout, made = (read(folder / f"{name}.csv.gz") for name in names)
    return align(real, holdout, made, "income")


def metadata(tables: Tables) -> dict[str, Any]:
    """The types of the columns in the words of SDMetrics."""
    words = {Kind.NUMERIC: "numerical", Kind.BOOLEAN: "boolean", Kind.CATEGORICAL: "categorical"}
    return {"columns": {name: {"sdtype": words[tables.kinds[name]]} for name in tables.columns}}


def near(value: float) -> Any:
    """Equal but for the last bits, for the order of rows is the order of a sum."""
    return pytest.approx(value, abs=1e-12)


def one(tables: Tables, metric: str) -> Measurement:
    return measure(tables, CATALOGUE[metric], seed=7)[0]


def test_quality_is_what_sdmetrics_itself_reports_with_its_defaults(shared: Path) -> None:
    tables = census(shared, "syn_mostly")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sdmetrics.reports.single_table import QualityReport

        report = QualityReport()
        frames = (
            pd.read_csv(shared / "census2k" / f"census2k-{name}.csv.gz", keep_default_na=False)
            for name in ("trn", "syn_mostly")
        )
        report.generate(*frames, metadata(tables), verbose=False)
    parts = report.get_properties().set_index("Property")["Score"]

    assert one(tables, "sdmetrics.quality").value == near(report.get_score())
    assert one(tables, "sdmetrics.column_shapes").value == near(parts["Column Shapes"])
    assert one(tables, "sdmetrics.column_pair_trends").value == near(parts["Column Pair Trends"])


def test_column_shape_means_what_sdmetrics_means(shared: Path) -> None:
    tables = census(shared, "syn_mostly")

    each = measure(tables, CATALOGUE["fidelity.shape"], seed=7)

    assert all(m.value is not None for m in each)
    mean = sum(m.value or 0 for m in each) / len(each)
    assert mean == pytest.approx(one(tables, "sdmetrics.column_shapes").value, abs=1e-9)


def test_a_table_of_flipped_cells_leaks_more_than_a_generator(shared: Path) -> None:
    flipped, mostly = census(shared, "syn_flip30"), census(shared, "syn_mostly")

    for metric in ("privacy.linkability", "privacy.singling_out"):
        assert (one(flipped, metric).low or 0) > (one(mostly, metric).value or 0)


def test_an_independent_half_of_the_holdout_has_no_excess_of_matches(shared: Path) -> None:
    tables = census(shared, "syn_mostly")
    half = tables.holdout.sample(frac=0.5, random_state=7)
    judged = align(tables.real, tables.holdout.drop(half.index), half, None)

    excess = one(judged, "privacy.exact_match.excess")

    assert excess.low is not None
    assert excess.high is not None
    assert excess.low <= 0 <= excess.high
