"""The scores of SDMetrics from counts: SDMetrics itself is the oracle."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sdmetrics.reports.single_table import DiagnosticReport, QualityReport

from evaluators.base import Declared, Kind, TableError, Tables
from evaluators.counting.wide import COLUMNS
from evaluators.sdmetrics_scores.pairs import cramers_v, pairs
from evaluators.sdmetrics_scores.shapes import ks, shapes
from evaluators.tables import align

SDTYPES = {
    Kind.NUMERIC: "numerical",
    Kind.DATETIME: "datetime",
    Kind.CATEGORICAL: "categorical",
    Kind.ORDINAL: "ordinal",
    Kind.BOOLEAN: "boolean",
    Kind.TEXT: "text",
    Kind.IDENTIFIER: "id",
}
TABLES = 60
METRICS = ("quality", "column_shapes", "column_pair_trends", "diagnostic")


def quality_report(real: pd.DataFrame, other: pd.DataFrame, tables: Tables) -> Any:
    """SDMetrics' own report with every parameter explicit."""
    report = QualityReport()
    report.real_correlation_threshold = 0.5
    report.real_association_threshold = 0.3
    report.num_rows_subsample = None
    return generated(report, real[tables.columns], other[tables.columns], tables, tables.columns)


def diagnostic_report(tables: Tables) -> Any:
    report = DiagnosticReport()
    return generated(report, tables.real, tables.synthetic, tables, list(tables.kinds))


def generated(
    report: Any, real: pd.DataFrame, other: pd.DataFrame, tables: Tables, columns: list[str]
) -> Any:
    metadata = {"columns": {name: {"sdtype": SDTYPES[tables.kinds[name]]} for name in columns}}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        report.generate(real, other, metadata, verbose=False)
    return report


def column(rng: np.random.Generator, rows: int, shift: float, kind: int, base: Any) -> Any:
    """One column that follows ``base`` more or less, of one of nine makes."""
    noisy = base[:rows] + rng.normal(shift, rng.choice([0.2, 1.0, 3.0]), rows)
    match kind:
        case 0:
            return noisy
        case 1:
            return (noisy * 30).round().astype(int)  # ties
        case 2:
            return np.datetime64("2020-01-01") + (noisy * 40).astype("timedelta64[D]")
        case 3:
            return np.datetime64("1969-12-31T23:00:00.123456") + (noisy * 1e8).astype(
                "timedelta64[us]"
            )
        case 4:
            return np.array(["red", "green", "blue", "grey"], object)[
                np.clip(noisy + 2, 0, 3).astype(int)
            ]
        case 5:
            return noisy > 0
        case 6:
            return np.clip(noisy * 2, -3, 3).astype(int)  # an integer code
        case 7:
            return np.full(rows, 0.1) + rng.choice([0.2, 0.2 + 1e-17, 0.2 + 3e-17, 0.4], rows)
        case _:
            return np.char.add("v", rng.integers(0, 40, rows).astype(str)).astype(object)


def frame(seed: int, role: int, makes: list[int], holed: list[bool], rows: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, role])
    base = rng.normal(size=rows)
    made = {}
    for place, (make, holes) in enumerate(zip(makes, holed, strict=True)):
        values = pd.Series(column(rng, rows, 0.3 * (role == 2), make, base))
        if holes:
            values = values.mask(rng.random(rows) < rng.choice([0.05, 0.6]))
        made[f"x{place}"] = values
    return pd.DataFrame(made)


def drawn(seed: int) -> Tables | None:
    """Three tables of one random make, tiny or not, or None where they cannot be aligned."""
    rng = np.random.default_rng(seed)
    width = int(rng.integers(1, 6))
    makes, holed = rng.integers(0, 9, width).tolist(), (rng.random(width) < 0.35).tolist()
    rows = [int(rng.choice([2, 3, 5, 12, 60, 200])) for _ in range(3)]
    frames = [frame(seed, role, makes, holed, n) for role, n in enumerate(rows)]
    if rng.random() < 0.15:
        constant = frames[int(rng.integers(0, 3))]
        constant["x0"] = constant["x0"].iloc[0]
    kinds = {f"x{i}": Kind.CATEGORICAL for i, make in enumerate(makes) if make in (4, 6, 8)}
    kinds |= {f"x{i}": Kind.NUMERIC for i, make in enumerate(makes) if make in (0, 1, 7)}
    try:
        return align(*frames, None, Declared(kinds=kinds))
    except TableError:
        return None


def at_a_threshold(details: pd.DataFrame) -> bool:
    """Whether rounding decides if a pair counts."""
    r, v = details["Real Correlation"].abs(), details["Real Association"]
    return bool(((r - 0.5).abs() < 1e-9).any() or ((v - 0.3).abs() < 1e-9).any())


def gaps(report: Any, name: str) -> set[tuple[str, ...]]:
    """Columns or pairs without a score that SDMetrics drops for no weakness in the real table."""
    details = report.get_details(name)
    lost = details[details["Score"].isna()]
    if name == "Column Pair Trends":
        known = lost["Real Correlation"].notna() | lost["Real Association"].notna()
        lost = lost[~(known & ~lost["Meets Threshold?"].fillna(True).astype(bool))]
        return set(zip(lost["Column 1"], lost["Column 2"], strict=True))
    return {(column,) for column in lost["Column"]} if "Column" in lost else set()


def check(tables: Tables, report: Any, one: Any) -> list[str]:
    """The metrics that SDMetrics and we both have; each of them is compared."""
    own = report.get_properties().set_index("Property")["Score"].astype(float)
    lost = {name: gaps(report, name) for name in own.index}
    diagnosed, measured = diagnostic_report(tables), []
    for metric, expected, undefined in (
        ("column_shapes", own["Column Shapes"], lost["Column Shapes"]),
        ("column_pair_trends", own["Column Pair Trends"], lost["Column Pair Trends"]),
        ("quality", report.get_score(), set().union(*lost.values())),
        ("diagnostic", diagnosed.get_score(), gaps(diagnosed, "Data Validity")),
    ):
        found = one(tables, f"sdmetrics.{metric}")
        if undefined or np.isnan(expected):
            assert found.status == "not-measurable", (metric, undefined)
            assert not undefined or any(" x ".join(gap) in found.cause for gap in undefined)
        else:
            assert found.value == pytest.approx(expected, abs=1e-9), metric
            measured.append(metric)
    return measured


@pytest.mark.slow
def test_every_score_is_that_of_sdmetrics_itself(one: Any) -> None:
    measured, compared, seed = dict.fromkeys(METRICS, 0), 0, 0
    while compared < TABLES:
        seed += 1
        if (tables := drawn(seed)) is None:
            continue
        report = quality_report(tables.real, tables.synthetic, tables)
        if at_a_threshold(report.get_details("Column Pair Trends")):
            continue
        compared += 1
        for metric in check(tables, report, one):
            measured[metric] += 1

    assert min(measured.values()) > TABLES / 4, measured


@pytest.mark.parametrize("seed", range(2))
def test_every_score_of_a_wide_table_is_that_of_sdmetrics_itself(one: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    makes = rng.integers(0, 9, COLUMNS + 1).tolist()
    frames = [
        frame(seed, role, makes, [make % 4 == 0 for make in makes], rows)
        for role, rows in enumerate((200, 60, 150))
    ]
    kinds = {f"x{i}": Kind.CATEGORICAL for i, make in enumerate(makes) if make in (4, 6, 8)}
    kinds |= {f"x{i}": Kind.NUMERIC for i, make in enumerate(makes) if make in (0, 1, 7)}
    tables = align(*frames, None, Declared(kinds=kinds))
    report = quality_report(tables.real, tables.synthetic, tables)

    assert not at_a_threshold(report.get_details("Column Pair Trends"))
    assert set(check(tables, report, one)) == set(METRICS)


def plain(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_the_ceiling_is_the_score_of_the_holdout(one: Any, independent: Tables) -> None:
    swapped = replace(independent, holdout=independent.synthetic, synthetic=independent.holdout)

    for metric in METRICS[:3]:
        found, mirrored = (one(t, f"sdmetrics.{metric}") for t in (independent, swapped))
        assert found.parameters["ceiling"] == mirrored.value
        assert found.value == mirrored.parameters["ceiling"]


def test_quality_without_an_associated_pair_is_the_shapes_alone(one: Any) -> None:
    rng = np.random.default_rng(5)
    real, other = (plain(x=rng.normal(size=300), y=rng.normal(size=300)) for _ in range(2))
    tables = align(real, real, other, None)

    quality, shape = (one(tables, f"sdmetrics.{m}") for m in ("quality", "column_shapes"))

    assert quality.value == shape.value
    assert quality.parameters["pairs"] == 1
    assert quality.parameters["pairs_contributing"] == 0
    assert quality.value == pytest.approx(quality_report(real, other, tables).get_score(), abs=1e-9)


def test_an_empty_holdout_column_takes_the_ceiling_and_not_the_score(
    one: Any, independent: Tables
) -> None:
    empty = independent.holdout.assign(pay=np.nan)

    found = one(align(independent.real, empty, independent.synthetic, None), "sdmetrics.quality")

    assert found.status == "measured"
    assert found.parameters["ceiling"] is None


def test_numbers_that_differ_by_rounding_have_the_same_shape() -> None:
    real, other = plain(x=[0.1 + 0.2, 1.5] * 20), plain(x=[0.3, 1.5] * 20)
    tables = align(real, real, other, None, Declared(kinds={"x": Kind.NUMERIC}))

    assert shapes(tables)[0]["x",].value == 1.0


def test_ks_is_the_same_however_values_are_batched() -> None:
    rng = np.random.default_rng(2)
    values, counts = np.arange(50.0), rng.integers(0, 9, (50, 3))
    totals = counts.sum(axis=0).tolist()

    whole = ks([(values, counts)], totals)

    for size in (1, 7, 49):
        at = range(0, 50, size)
        assert ks([(values[i : i + size], counts[i : i + size]) for i in at], totals) == whole


def test_cramers_v_is_that_of_scipy() -> None:
    from scipy.stats.contingency import association

    rng = np.random.default_rng(3)
    for shape in ((2, 2), (3, 7), (12, 4)):
        observed = rng.integers(1, 50, shape)
        assert cramers_v(observed) == pytest.approx(association(observed), abs=1e-12)


def test_a_pair_that_is_weak_in_the_real_table_is_left_out(independent: Tables) -> None:
    details = quality_report(independent.real, independent.synthetic, independent).get_details(
        "Column Pair Trends"
    )

    scores = pairs(independent)[0]

    assert {pair for pair, score in scores.items() if score.counted} == {
        (row["Column 1"], row["Column 2"])
        for _, row in details.iterrows()
        if row["Meets Threshold?"]
    }
    assert list(scores) == list(combinations(independent.columns, 2))
