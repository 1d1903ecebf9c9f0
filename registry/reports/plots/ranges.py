"""Rows of values with their intervals along one axis: what was reached beside what it is against.

Each row has a line for each of its marks, so that intervals never lie upon each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from registry.reports import svg
from registry.reports.plots.axis import Axis, written
from registry.reports.plots.frame import KEY

WIDTH, LEFT, RIGHT, TOP = 420.0, 12.0, 14.0, 10.0
LABEL, LANE = 22.0, 13.0
LONG = WIDTH - LEFT - RIGHT


@dataclass(frozen=True)
class Mark:
    """A value with its interval, of a ``kind`` of the key."""

    kind: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """A name and the marks under it, from top to bottom."""

    name: str
    marks: tuple[Mark, ...]


def range_plot(
    key: str,
    title: str,
    summary: str,
    axis: Axis,
    rows: Sequence[Row],
    kinds: Mapping[str, str],
    line: float | None = None,
) -> Markup:
    """The picture; ``kinds`` names each kind of mark, ``line`` is a value to hold all against."""
    heights = [LABEL + LANE * len(row.marks) for row in rows]
    base = TOP + sum(heights) + 6
    parts = _axis(axis, base)
    top = TOP
    for row, height in zip(rows, heights, strict=True):
        if line is not None:  # beside the marks alone, clear of the names
            x = _x(axis, line)
            parts.append(svg.line("ceiling", x, top + LABEL - 3, x, top + height))
        parts += _row(axis, row, top)
        top += height
    parts += _key(kinds, base + 40)
    return svg.drawing(key, WIDTH, base + 44 + KEY * len(kinds), title, summary, parts)


def _x(axis: Axis, value: float) -> float:
    return LEFT + LONG * axis.at(value)


def _axis(axis: Axis, base: float) -> list[Markup]:
    parts = [svg.text(axis.title, LEFT, base + 34)]
    last = len(axis.ticks) - 1
    for place, tick in enumerate(axis.ticks):
        x = _x(axis, tick)
        anchor = {0: "start", last: "end"}.get(place, "middle")
        parts.append(svg.line("grid", x, TOP, x, base))
        parts.append(svg.text(written(tick), x, base + 17, anchor))
    return parts


def _row(axis: Axis, row: Row, top: float) -> list[Markup]:
    parts = [svg.text(svg.shortened(row.name, 62), LEFT + 4, top + 15)]
    for place, mark in enumerate(row.marks):
        y = top + LABEL + LANE * place + 3
        if mark.low is not None and mark.high is not None:
            ends = _x(axis, mark.low), _x(axis, mark.high)
            parts.append(svg.line(f"{mark.kind} span", ends[0], y, ends[1], y))
        parts.append(svg.dot(f"{mark.kind} point", _x(axis, mark.value), y, 4.5))
    return parts


def _key(kinds: Mapping[str, str], top: float) -> list[Markup]:
    parts = []
    for place, (kind, name) in enumerate(kinds.items()):
        y = top + KEY * (place + 0.6)
        parts += [
            svg.line(f"{kind} span", LEFT + 4, y - 4, LEFT + 30, y - 4),
            svg.dot(f"{kind} point", LEFT + 17, y - 4, 4.5),
            svg.text(name, LEFT + 40, y),
        ]
    return parts
