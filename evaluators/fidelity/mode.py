"""Modes: whether a numeric column has the peaks of the real one, in the same places.

A column's modes are those that its rows force at 95% confidence (see ``modality``), on a grid of
the real table alone: bins of one width, about fifty from its 1st to its 99th percentile, in whole
steps of the column's own grain so that no pattern comes from the grid, and wide bins to either end.

A mode may be near the edge of what its rows can force. So that chance alone loses none, each mode
is looked for in the other table with half the tube: ``recall`` is the share of the real table's
modes that overlap one of the synthetic table's so found, ``precision`` the share of the synthetic
table's modes that overlap one of the real table's. The value is their harmonic mean: 1 where every
peak is kept and none is added, lower for a bell curve in place of two humps. A table of few rows
forces few modes and can show the loss of none: the parameters say how many each table has. 4,000
rows tell two normal humps of one size apart that lie four standard deviations from each other.

Missing values are left out, ``fidelity.missingness`` has them. *Exact*: a function of the two
tables, nothing is resampled. ``parameters["ceiling"]`` is the same function of the real table and
the holdout. Parameters hold numbers of modes, and neither a place nor an edge.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluators.base import Finding, Found, Kind, NotMeasurable, Tables
from evaluators.counting import Cells, Cut, cells
from evaluators.fidelity.complement import Counts
from evaluators.fidelity.modality import ALPHA, Floats, Interval, matched, modes, tube

LIBRARIES = ("numpy", "pandas")
BINS = 50
TAIL = 0.01
FINEST = 1e-12  # of the span: a grain below it is rounding of the numbers
STEPS = (1.0, 2.0, 5.0, 10.0)


def mode(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a numeric column; nothing is drawn, ``seed`` is not used."""
    ways = [(column,) for column in tables.columns if tables.kinds[column] is Kind.NUMERIC]
    for cell in cells(tables, ways, Cut("values")):
        try:
            yield cell.columns, _column(tables, cell)
        except NotMeasurable as undefined:
            yield cell.columns, undefined


def _column(tables: Tables, cell: Cells) -> Found:
    present = ~cell.missing[:, 0]
    values = cell.names[present].astype(np.float64)
    sides = [counts[present] for counts in (cell.real, cell.holdout, cell.synthetic)]
    edges = grid(values, sides[0])
    (real, nearly), holdout, synthetic = (_modes(edges, values, side) for side in sides)
    return Found.exact(
        f1((real, nearly), synthetic),
        tables.rows[2],
        {
            "ceiling": f1((real, nearly), holdout),
            "real_modes": len(real),
            "holdout_modes": len(holdout[0]),
            "synthetic_modes": len(synthetic[0]),
            "alpha": ALPHA,
        },
    )


def f1(
    real: tuple[list[Interval], list[Interval]], other: tuple[list[Interval], list[Interval]]
) -> float:
    """The harmonic mean of recall and precision, each table's modes with a full and half tube."""
    recall = matched(real[0], other[1]) / len(real[0]) if real[0] else 0.0
    precision = matched(other[0], real[1]) / len(other[0]) if other[0] else 0.0
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _modes(edges: Floats, values: Floats, counts: Counts) -> tuple[list[Interval], list[Interval]]:
    rows = int(counts.sum())
    if not rows:
        return [], []
    place = np.clip(np.searchsorted(edges, values, "right") - 1, 0, len(edges) - 2)
    binned = np.bincount(place, weights=counts, minlength=len(edges) - 1).astype(np.float64)
    return modes(edges, binned, tube(rows)), modes(edges, binned, tube(rows) / 2)


def grid(values: Floats, real: Counts) -> Floats:
    """Edges from sorted distinct ``values`` and their real counts; values beyond join the ends.

    Raises ``NotMeasurable`` if the real column is constant or empty.
    """
    values, counts = values[real > 0], real[real > 0]
    if len(values) < 2:
        raise NotMeasurable("the column is constant or empty in the real table")
    shares = np.cumsum(counts) / counts.sum()
    first, last = np.searchsorted(shares, [TAIL, 1 - TAIL])
    if first == last:
        first, last = 0, len(values) - 1
    span = float(values[last] - values[first])
    grain = max(float(np.diff(values[first : last + 1]).min()), span * FINEST)
    step = grain * _round(span / BINS / grain)
    start = values[first] - grain / 2
    inner = start + step * np.arange(np.ceil((values[last] - start) / step) + 1)
    below, above = min(values[0], inner[0]) - step, max(values[-1] + grain / 2, inner[-1]) + step
    tails = [[below], [values[0] - grain / 2], inner, [values[-1] + grain / 2], [above]]
    edges: Floats = np.unique(np.concatenate(tails))
    return edges


def _round(ratio: float) -> float:
    """The next of 1, 2, 5, 10, 20, ...: at least ``ratio`` and at least 1."""
    power = 10.0 ** np.floor(np.log10(max(ratio, 1.0)))
    return float(next(m * power for m in STEPS if m * power >= ratio * (1 - 1e-9)))
