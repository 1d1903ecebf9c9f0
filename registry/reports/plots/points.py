"""Named points with the intervals that both of their values have, and a key of their kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from registry.reports import svg
from registry.reports.plots.frame import KEY, Frame

Bounded = tuple[float, float, float]
NAMED: Final = 14
CLOSE: Final = 13.0


@dataclass(frozen=True)
class Point:
    """A name, a ``kind`` of the key, and (low, value, high) on either axis."""

    name: str
    kind: str
    x: Bounded
    y: Bounded


def point_plot(
    key: str,
    title: str,
    summary: str,
    frame: Frame,
    points: Sequence[Point],
    kinds: Mapping[str, str],
) -> Markup:
    """The picture. ``kinds`` names each kind; beyond 14 points only the first kind is named."""
    first = next(iter(kinds))
    named = [one for one in points if len(points) <= NAMED or one.kind == first]
    parts = frame.drawn()
    for one in points:
        parts += _spans(frame, one)
    for one in points:
        parts.append(svg.dot(one.kind, *_middle(frame, one), 5))
    parts += [*_names(frame, named), *_key(frame, kinds)]
    return svg.drawing(key, frame.width, frame.below + KEY * len(kinds) + 4, title, summary, parts)


def _middle(frame: Frame, one: Point) -> tuple[float, float]:
    return frame.point(one.x[1], one.y[1])


def _spans(frame: Frame, one: Point) -> list[Markup]:
    up = [frame.point(one.x[1], one.y[end]) for end in (0, 2)]
    across = [frame.point(one.x[end], one.y[1]) for end in (0, 2)]
    return [svg.line("interval thin", *a, *b) for a, b in (up, across) if a != b]


def _names(frame: Frame, points: Sequence[Point]) -> list[Markup]:
    """Beside the points, towards the middle of the picture, and clear of each other."""
    parts, taken = [], list[tuple[float, float]]()
    for one in sorted(points, key=lambda each: _middle(frame, each)[1]):
        x, y = _middle(frame, one)
        end = x > frame.left + frame.wide * 0.6
        at, height = (x - 10 if end else x + 10), y - 7
        while any(abs(height - other) < CLOSE and abs(at - near) < 90 for near, other in taken):
            height += 1
        taken.append((at, height))
        words = svg.shortened(one.name, 24)
        parts.append(svg.text(words, at, height, "end" if end else "start"))
    return parts


def _key(frame: Frame, kinds: Mapping[str, str]) -> list[Markup]:
    parts = []
    for place, (kind, name) in enumerate(kinds.items()):
        y = frame.below + KEY * place + 12
        parts += [svg.dot(kind, frame.left + 6, y - 4, 5), svg.text(name, frame.left + 20, y)]
    return parts
