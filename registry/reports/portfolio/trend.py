"""A count for each month, drawn as bars with the table behind them."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from registry.reports import svg
from registry.reports.document import Figure
from registry.reports.numbers import count
from registry.reports.table import table

WIDTH, HEIGHT = 480.0, 150.0
LEFT, TOP, BOTTOM = 44.0, 34.0, 40.0
BASE = TOP + HEIGHT


def monthly(key: str, title: str, unit: str, values: tuple[tuple[str, int], ...]) -> Figure:
    """``values`` are months in order, "2026-03", each with its count of ``unit``; at least one."""
    first, last = values[0], values[-1]
    caption = (
        f"{unit.capitalize()}: {count(first[1])} in {first[0]}, {count(last[1])} in {last[0]}; "
        f"the most were {count(max(number for _, number in values))}."
    )
    picture = svg.drawing(key, WIDTH, BASE + BOTTOM, title, caption, _parts(unit, values))
    rows = tuple((month, count(number)) for month, number in values)
    made = table(title, f"Month | {unit.capitalize()} #", rows, len(rows))
    return Figure(title, picture, caption, made)


def _parts(unit: str, values: tuple[tuple[str, int], ...]) -> Iterator[Markup]:
    top = _top(max(number for _, number in values))
    yield svg.text(unit, 0, TOP - 16)
    for level in (0, top // 2, top) if top > 1 else (0, top):
        y = BASE - HEIGHT * level / top
        yield svg.line("grid", LEFT, y, WIDTH, y)
        yield svg.text(count(level), LEFT - 6, y + 4, "end")
    wide = (WIDTH - LEFT) / len(values)
    for place, (month, number) in enumerate(values):
        x, tall = LEFT + wide * place, HEIGHT * number / top
        yield svg.bar("real", x + wide * 0.2, BASE - tall, wide * 0.6, tall)
        yield svg.text(month[5:], x + wide / 2, BASE + 17, "middle")
        if place == 0 or month.endswith("-01"):
            yield svg.text(month[:4], x + wide / 2, BASE + 33, "middle")


def _top(most: int) -> int:
    """The end of the axis: an even number of its size that is not below ``most``."""
    size = int("1" + "0" * (len(str(max(most, 1))) - 1))
    return max(next(size * each for each in (1, 2, 4, 6, 10) if size * each >= most), 1)
