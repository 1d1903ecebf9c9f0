"""SDMetrics' quality score, for comparison with published ones.

Quality is the mean of Column Shapes and Column Pair Trends; where no pair is associated in the
real table SDMetrics has no trends, and its quality is the shapes alone. Every parameter that the
report has is set here and not left to a default: the same data has scored .84 under one release's
defaults and .78 under another's. Nothing is sampled: the values are *exact*.

SDMetrics turns an exception into NaN and leaves NaN out of its averages. Here one column or pair
without a score makes the overall score not measurable, and the cause names it. A pair whose
association in the real table is no more than the threshold is left out by definition.

``parameters["ceiling"]`` is the same score between the real table and the holdout, None where that
is undefined. ``fidelity.shape`` and ``fidelity.trend`` do not share the limits of these scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.sdmetrics_scores.ahead import numbers_ahead
from evaluators.sdmetrics_scores.pairs import ASSOCIATED, CORRELATED, pairs
from evaluators.sdmetrics_scores.scores import mean
from evaluators.sdmetrics_scores.shapes import shapes

LIBRARIES = ("duckdb", "ibis-framework", "numpy")
PARAMETERS: Final[dict[str, JSON]] = {
    "real_correlation_threshold": CORRELATED,
    "real_association_threshold": ASSOCIATED,
    "num_rows_subsample": None,
}
SHAPES, PAIRS = "Column Shapes", "Column Pair Trends"
SYNTHETIC, HOLDOUT = 0, 1


def quality(tables: Tables, seed: int) -> Iterator[Finding]:
    """The overall score: the mean of both properties. Nothing is drawn."""
    with numbers_ahead(tables):
        more = _contributing(tables)
    yield (), _found(tables, _quality, more)


def column_shapes(tables: Tables, seed: int) -> Iterator[Finding]:
    """The mean of the column scores. Nothing is drawn."""
    yield (), _found(tables, _shapes, {})


def column_pair_trends(tables: Tables, seed: int) -> Iterator[Finding]:
    """The mean of the scores of pairs above the thresholds. Nothing is drawn."""
    yield (), _found(tables, _pairs, _contributing(tables))


def _quality(tables: Tables, side: int) -> float:
    properties = _shapes(tables, side), mean(PAIRS, pairs(tables)[side])
    known = [value for value in properties if value is not None]
    return sum(known) / len(known)


def _shapes(tables: Tables, side: int) -> float:
    value = mean(SHAPES, shapes(tables)[side])
    if value is None:
        raise NotMeasurable(f"{SHAPES}: there is no measured column")
    return value


def _pairs(tables: Tables, side: int) -> float:
    value = mean(PAIRS, pairs(tables)[side])
    if value is None:
        raise NotMeasurable(f"{PAIRS}: no pair is associated strongly enough in the real table")
    return value


def _found(tables: Tables, score: Callable[[Tables, int], float], more: dict[str, JSON]) -> Found:
    value = score(tables, SYNTHETIC)
    parameters = {**PARAMETERS, "ceiling": _or_none(partial(score, tables, HOLDOUT)), **more}
    return Found.exact(value, tables.rows[2], parameters)


def _or_none(ceiling: Callable[[], float]) -> float | None:
    try:
        return ceiling()
    except NotMeasurable:
        return None


def _contributing(tables: Tables) -> dict[str, JSON]:
    scores = pairs(tables)[SYNTHETIC].values()
    return {"pairs": len(scores), "pairs_contributing": sum(score.counted for score in scores)}
