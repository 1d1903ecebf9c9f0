"""Histograms fit to be shown and stored: round edges, open ends, and no small cell.

Edges are multiples of a round step, never a value of the table; the first and last bin are open.
Neighbouring bins, and rare categories, are joined until every real count and every non-zero
synthetic count reaches the minimum. Joining moves rows and drops none, so no count is hidden that
a total could give back. A category is named only if its real count reaches the minimum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Kind, Tables
from evaluators.encode import labels, numbers

BINS = 15
UNITS = (("Y", 3 * 365), ("M", 90), ("D", 3), ("h", 0))  # numpy's name, days of range from which
FINEST = 1e-9  # a range narrower than this beside its values has no edges that are round
TINY = 1e-200  # and below this it is nothing
Edge = float | str | None


@dataclass(frozen=True)
class Cell:
    """Counts of one bin; ``low`` and ``high`` are edges of a number's bin, None where open."""

    real: int
    synthetic: int
    label: str = ""
    low: Edge = None
    high: Edge = None
    missing: bool = False

    def holds(self, minimum: int) -> bool:
        """Whether both counts may be shown."""
        return self.real >= minimum and (self.synthetic == 0 or self.synthetic >= minimum)

    def joined(self, other: Cell) -> Cell:
        """This cell and its right neighbour as one."""
        high = self.high if other.missing else other.high
        return Cell(
            self.real + other.real,
            self.synthetic + other.synthetic,
            "",
            self.low,
            high,
            self.missing or other.missing,
        )


def histograms(tables: Tables) -> list[dict[str, object]]:
    """One histogram a measured column: ``{"column", "kind", "bins"}``, JSON-ready.

    No cell is smaller than the declared minimum. Free text and identifiers have none.

    A bin is ``{"label", "low", "high", "real", "synthetic"}``; edges are numbers or ISO dates,
    None where open and for categories. ``bins`` is empty where even the whole column is too small.
    """
    return [
        {"column": name, "kind": tables.kinds[name].value, "bins": _bins(tables, name)}
        for name in tables.columns
    ]


def _bins(tables: Tables, name: str) -> list[dict[str, object]]:
    kind, minimum = tables.kinds[name], tables.declared.minimum_cell
    real, synthetic = tables.real[name], tables.synthetic[name]
    if kind.continuous:
        cells = [_named(cell) for cell in _join(_grid(real, synthetic, kind, minimum), minimum)]
    elif kind is Kind.ORDINAL:
        cells = _pool(_ranks(real, synthetic, tables.declared.levels[name]), minimum)
    else:
        cells = _pool(_categories(real, synthetic), minimum)
    return [
        {"label": c.label, "low": c.low, "high": c.high, "real": c.real, "synthetic": c.synthetic}
        for c in cells
        if c.holds(minimum)
    ]


def _categories(real: pd.Series[Any], synthetic: pd.Series[Any]) -> list[Cell]:
    """Largest real count first; missing values are a cell like any other."""
    left, right = Counter(labels(real)), Counter(labels(synthetic))
    named = sorted(set(left) | set(right), key=lambda v: (-left[v], v is None, str(v)))
    return [_cell(left[v], right[v], v) for v in named]


def _ranks(real: pd.Series[Any], synthetic: pd.Series[Any], levels: Sequence[str]) -> list[Cell]:
    """In the order of the levels, missing values last."""
    left, right = Counter(labels(real)), Counter(labels(synthetic))
    names = {str(rank): level for rank, level in enumerate(levels)} | {None: None}
    cells = [_cell(left[rank], right[rank], level) for rank, level in names.items()]
    return [cell for cell in cells if cell.real or cell.synthetic]


def _cell(real: int, synthetic: int, name: str | None) -> Cell:
    return Cell(real, synthetic, "missing" if name is None else name, missing=name is None)


def _pool(cells: list[Cell], minimum: int) -> list[Cell]:
    """Rare categories as one "other", which takes in the smallest until it may be shown too."""
    kept = [cell for cell in cells if cell.holds(minimum)]
    rest = [cell for cell in cells if not cell.holds(minimum)]
    if not rest:
        return kept
    other = Cell(sum(c.real for c in rest), sum(c.synthetic for c in rest), "other")
    while kept and not other.holds(minimum):
        last = kept.pop()
        other = Cell(other.real + last.real, other.synthetic + last.synthetic, "other")
    return [*kept, other]


def _join(cells: list[Cell], minimum: int) -> list[Cell]:
    """Neighbours as one, from the left, until every cell may be shown; the rest joins the last."""
    done: list[Cell] = []
    open_: Cell | None = None
    for cell in cells:
        open_ = cell if open_ is None else open_.joined(cell)
        if open_.holds(minimum):
            done.append(open_)
            open_ = None
    while open_ is not None and done:
        open_ = done.pop().joined(open_)
        if open_.holds(minimum):
            done.append(open_)
            open_ = None
    return done if open_ is None else [open_]


def _named(cell: Cell) -> Cell:
    low, high = _text(cell.low), _text(cell.high)
    if cell.low is None and cell.high is None:
        label = "missing" if cell.missing and cell.label == "missing" else "all values"
    elif cell.low is None:
        label = f"< {high}"
    else:
        label = f">= {low}" if cell.high is None else f"{low} to < {high}"
    if cell.missing and label != "missing":
        label += " or missing"
    return Cell(cell.real, cell.synthetic, label, cell.low, cell.high, cell.missing)


def _text(edge: Edge) -> str:
    return format(edge, ".12g") if isinstance(edge, float) else str(edge)


def _grid(real: pd.Series[Any], synthetic: pd.Series[Any], kind: Kind, minimum: int) -> list[Cell]:
    """Cells between round edges; beyond either end lie about ``minimum`` real rows."""
    left, right, unit = _scaled(real, synthetic, kind)
    known = np.sort(left[~np.isnan(left)])
    cells = [Cell(len(known), int((~np.isnan(right)).sum()))]
    low, high = (
        (float(known[minimum - 1]), float(known[-minimum])) if len(known) >= minimum else (0, 0)
    )
    if high - low > FINEST * max(abs(low), abs(high), TINY):
        edges = round_edges(low, high, whole=unit is not None)
        shown: list[Edge] = [None, *(_edge(edge, unit) for edge in edges), None]
        counts = (_counts(side, edges) for side in (left, right))
        cells = [
            Cell(int(r), int(s), "", low, high)
            for r, s, low, high in zip(*counts, shown[:-1], shown[1:], strict=True)
        ]
    gone = Cell(int(np.isnan(left).sum()), int(np.isnan(right).sum()), "missing", missing=True)
    return [*cells, gone] if gone.real or gone.synthetic else cells


def _counts(values: npt.NDArray[np.float64], edges: list[float]) -> npt.NDArray[np.int64]:
    known = values[~np.isnan(values)]
    return np.bincount(np.digitize(known, edges), minlength=len(edges) + 1).astype(np.int64)


def _scaled(
    real: pd.Series[Any], synthetic: pd.Series[Any], kind: Kind
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], str | None]:
    """Values to be cut: numbers as they are, dates as whole years, months, days or hours."""
    left, right = numbers(real), numbers(synthetic)
    if kind is not Kind.DATETIME:
        return left, right, None
    known = left[~np.isnan(left)]
    span = float(np.ptp(np.quantile(known, [0.05, 0.95]))) if len(known) else 0.0
    unit = next(name for name, days in UNITS if span >= days)
    return _units(real, unit), _units(synthetic, unit), unit


def _units(column: pd.Series[Any], unit: str) -> npt.NDArray[np.float64]:
    whole = column.to_numpy(dtype=f"datetime64[{unit}]").astype("int64").astype(np.float64)
    return np.where(column.isna().to_numpy(), np.nan, whole)


def _edge(edge: float, unit: str | None) -> Edge:
    return edge if unit is None else str(np.datetime64(int(edge), unit))


def round_edges(low: float, high: float, *, whole: bool) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten around ``low`` to ``high``, about fifteen."""
    raw = (high - low) / BINS
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    digits = max(0, -int(np.floor(np.log10(step))))
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    return [round(i * step, digits) for i in range(first, last + 1)]
