"""How many versions are in each state, drawn as bars with the table behind them."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from registry.reports import svg
from registry.reports.document import Figure
from registry.reports.numbers import count, plural
from registry.reports.table import table

WIDTH, LEFT, ROW, TOP = 420.0, 92.0, 30.0, 30.0
ROOM = 56.0
"""For the figure behind the longest bar."""


def states_plot(registered: int, evaluated: int, withdrawn: int) -> Figure:
    """Versions by state."""
    found = (("Registered", registered), ("Evaluated", evaluated), ("Withdrawn", withdrawn))
    title = "Versions by state"
    said = ", ".join(f"{count(number)} {name.lower()}" for name, number in found)
    caption = f"{plural(registered + evaluated + withdrawn, 'version')}: {said}."
    height = TOP + ROW * len(found) + 4
    picture = svg.drawing("states", WIDTH, height, title, caption, _parts(found))
    rows = tuple((name, count(number)) for name, number in found)
    return Figure(title, picture, caption, table(title, "State | Versions #", rows, len(rows)))


def _parts(found: tuple[tuple[str, int], ...]) -> Iterator[Markup]:
    most = max(1, *(number for _, number in found))
    yield svg.text("versions", LEFT, TOP - 14)
    for place, (name, number) in enumerate(found):
        y = TOP + ROW * place
        wide = (WIDTH - LEFT - ROOM) * number / most
        yield svg.text(name, LEFT - 10, y + 15, "end")
        # A count above none is never drawn as none.
        yield svg.bar("real", LEFT, y, max(wide, 2.0) if number else 0.0, ROW - 9)
        yield svg.text(count(number), LEFT + max(wide, 2.0) + 8, y + 15)
