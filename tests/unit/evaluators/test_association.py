"""Associations of pairs: agreement with other implementations, and what is left out."""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from evaluators.base import Declared, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.fidelity import trend
from evaluators.run import measure
from evaluators.tables import align


def drawn(tables: Tables) -> dict[str, Any]:
    (quality,) = measure(tables, CATALOGUE["fidelity.quality"], seed=1)
    (figure,) = quality.figures
    return dict(figure)


def by_pair(figure: dict[str, Any], side: str) -> dict[tuple[str, str], float | None]:
    return dict(zip(combinations(figure["columns"], 2), figure[side], strict=True))


def corrected_v(first: pd.Series, second: pd.Series) -> float:
    """Bergsma's correction of SciPy's V."""
    table = pd.crosstab(first, second).to_numpy()
    n, (r, c) = table.sum(), table.shape
    phi2 = association(table, method="cramer") ** 2 * min(r - 1, c - 1)
    less = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    return sqrt(less / min(r - (r - 1) ** 2 / (n - 1) - 1, c - (c - 1) ** 2 / (n - 1) - 1))


def binned(column: pd.Series, real: pd.Series) -> pd.Series:
    """Ten bins of equal width of the real table, open at both ends, missing one of its own."""
    edges = np.linspace(real.min(), real.max(), 11)[1:-1]
    return pd.Series(np.where(column.isna(), 99, np.digitize(column, edges)))


def test_pearson_is_that_of_pandas(draw: Any) -> None:
    tables = align(draw(800, 1), draw(800, 2), draw(800, 3), None)

    figure = drawn(tables)

    for side, frame in (("real", tables.real), ("synthetic", tables.synthetic)):
        expected = frame[["age", "pay", "tall", "debt"]].corr()
        for pair in combinations(expected.columns, 2):
            assert by_pair(figure, side)[pair] == pytest.approx(expected.loc[pair], abs=0.00501)
    assert by_pair(figure, "coefficients")[("age", "pay")] == "pearson"


def test_v_is_that_of_scipy_corrected_for_its_bias(draw: Any) -> None:
    real, synthetic = draw(900, 1), draw(900, 3)
    for frame in (real, synthetic):
        frame.loc[frame["age"] > 70, "pay"] = np.nan
        frame["job"] = np.where(frame["age"] > 60, "retired", frame["job"])
    tables = align(real, draw(900, 2), synthetic, None)

    figure = drawn(tables)

    for side, frame in (("real", real), ("synthetic", synthetic)):
        for number in ("age", "pay", "tall"):
            expected = corrected_v(binned(frame[number], real[number]), frame["job"])
            found = by_pair(figure, side)
            pair = (number, "job") if (number, "job") in found else ("job", number)
            assert found[pair] == pytest.approx(expected, abs=0.00501)
    assert by_pair(figure, "coefficients")[("age", "job")] == "cramers-v"


def test_what_does_not_hang_together_is_near_nothing_however_many_cells() -> None:
    rng = np.random.default_rng(5)
    frames = [
        pd.DataFrame({name: rng.choice(list("abcdefghijklmnopqrst"), 1500) for name in "xy"})
        for _ in range(3)
    ]

    assert drawn(align(*frames, None))["real"][0] <= 0.05  # without the correction: .11


def test_a_column_of_one_value_hangs_together_with_nothing(draw: Any) -> None:
    synthetic = draw(300, 3).assign(job="cook", tall=170.0)
    figure = drawn(align(draw(300, 1), draw(300, 2), synthetic, None))

    for pair, value in by_pair(figure, "synthetic").items():
        assert (value is None) == bool({"job", "tall"} & set(pair))
    assert None not in figure["real"]


@pytest.mark.parametrize(("complete", "known"), [(9, False), (10, True)])
def test_a_coefficient_of_fewer_rows_than_the_minimum_cell_is_not_shown(
    draw: Any, complete: int, known: bool
) -> None:
    real = draw(300, 1)
    real.loc[complete:, "tall"] = np.nan
    figure = drawn(align(real, draw(300, 2), draw(300, 3), None, Declared(minimum_cell=10)))

    assert (by_pair(figure, "real")[("age", "tall")] is not None) is known
    assert by_pair(figure, "synthetic")[("age", "tall")] is not None


def test_cells_are_counted_once_for_trends_and_associations(
    draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Any] = []
    plain = trend.cells

    def spied(tables: Tables, ways: Any, cut: Any) -> Any:
        counted.extend(ways)
        return plain(tables, ways, cut)

    monkeypatch.setattr(trend, "cells", spied)
    tables = align(draw(300, 1), draw(300, 2), draw(300, 3), None)
    for metric in ("fidelity.trend", "fidelity.quality"):
        measure(tables, CATALOGUE[metric], seed=1)

    assert len(counted) == len(set(counted)) > 0
