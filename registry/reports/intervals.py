"""Measurements as dots with their intervals, on one axis from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from registry.reports import svg
from registry.reports.measurements import Reading, ceiling
from registry.reports.numbers import between, figure

MOST = 24
WIDTH, STEP, TOP = 420.0, 42.0, 8.0
LEFT, RIGHT = 12.0, 12.0
LONG = WIDTH - LEFT - RIGHT


def interval_plot(found: Iterable[Reading], key: str, title: str) -> Markup | None:
    """A plot of what has a value and an interval within [0, 1]; None where nothing has.

    At most twenty-four, those that come first. A counted or unbounded metric has no place on this
    axis and stays in the table alone.
    """
    drawn = [one for one in found if _fits(one)][:MOST]
    if not drawn:
        return None
    base = TOP + STEP * len(drawn)
    parts = _axis(base)
    for place, reading in enumerate(drawn):
        parts += _mark(reading, TOP + STEP * place)
    summary = "; ".join(_said(reading) for reading in drawn) + "."
    return svg.drawing(key, WIDTH, base + 26, title, summary, parts)


def _fits(reading: Reading) -> bool:
    ends = (reading.measurement.value, reading.measurement.low, reading.measurement.high)
    return all(end is not None and 0 <= end <= 1 for end in ends)


def _said(reading: Reading) -> str:
    found = reading.measurement
    value = "not measurable" if found.value is None else figure(found.value, found.unit)
    if found.interval == "exact":
        return f"{reading.about} {value}"
    return f"{reading.about} {value}, interval {between(found.low, found.high, found.unit)}"


def _axis(base: float) -> list[Markup]:
    parts: list[Markup] = []
    for at in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = LEFT + LONG * at
        parts.append(svg.line("grid", x, TOP, x, base))
        parts.append(svg.text(f"{at:g}", x, base + 18, "middle"))
    return parts


def _mark(reading: Reading, y: float) -> list[Markup]:
    """The label above, the interval below it, the dot upon it, the ceiling as a short stroke."""
    found = reading.measurement
    low, value, high = (LEFT + LONG * (end or 0.0) for end in (found.low, found.value, found.high))
    parts = [
        svg.text(svg.shortened(reading.about, 60), LEFT + 4, y + 15),
        svg.line("interval", low, y + 28, high, y + 28),
        svg.dot("value", value, y + 28, 5),
    ]
    top = ceiling(found)
    if top is not None and 0 <= top <= 1:
        x = LEFT + LONG * top
        parts.append(svg.line("ceiling", x, y + 20, x, y + 36))
    return parts
