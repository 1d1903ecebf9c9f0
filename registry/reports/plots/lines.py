"""Named lines from point to point in one frame, with what an ideal or a guess would draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from registry.reports import svg
from registry.reports.plots.frame import KEY, Frame

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Series:
    """A line of class ``kind`` with its name; ``dots`` marks each point."""

    kind: str
    name: str
    points: Points
    dots: bool = False


def line_plot(key: str, title: str, summary: str, frame: Frame, series: Sequence[Series]) -> Markup:
    """The picture; ``key`` makes its element ids unique on the page."""
    parts = frame.drawn()
    for place, one in enumerate(series):
        drawn = [frame.point(x, y) for x, y in one.points]
        parts.append(svg.path(one.kind, drawn))
        if one.dots:
            parts += [svg.dot(f"{one.kind} point", x, y, 3.5) for x, y in drawn]
        parts += _named(frame, one, place)
    height = frame.below + KEY * len(series) + 4
    return svg.drawing(key, frame.width, height, title, summary, parts)


def _named(frame: Frame, one: Series, place: int) -> list[Markup]:
    y = frame.below + KEY * place + 12
    return [
        svg.line(one.kind, frame.left, y - 4, frame.left + 30, y - 4),
        svg.text(one.name, frame.left + 38, y),
    ]
