"""What a test for one person can reach under a guarantee, drawn: found against wrongly named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from registry.ledger.meaning import Cost, corners, most_found
from registry.ledger.wording import share
from registry.reports import svg
from registry.reports.document import Figure
from registry.reports.table import table

WIDTH, SIDE = 420.0, 230.0
LEFT, TOP = 50.0, 34.0
BASE, KEY = TOP + SIDE, 20.0
KINDS = ("spent", "limit", "unbounded")
ALARMS = (0.01, 0.05, 0.10, 0.25, 0.50)
TITLE = "The most that a test can find, by how many it wrongly names"


def tradeoff(costs: Mapping[str, Cost], key: str) -> Figure | None:
    """A curve for each of at most three guarantees, by their names; None without any."""
    if not costs:
        return None
    height = BASE + 44 + KEY * (len(costs) + 1)
    caption = _caption(costs)
    parts = [*_axes(), *_curves(list(costs.values())), *_key(list(costs))]
    picture = svg.drawing(key, WIDTH, height, TITLE, caption, parts)
    heads = " | ".join(f"{name} #" for name in ("Wrongly named", "Blind guessing", *costs))
    rows = tuple(
        (share(at), share(at), *(share(most_found(cost, at)) for cost in costs.values()))
        for at in ALARMS
    )
    return Figure(TITLE, picture, caption, table(f"{TITLE}: at most", heads, rows, len(rows)))


def _caption(costs: Mapping[str, Cost]) -> str:
    said = "; ".join(f"{name}, {share(most_found(one, 0.01))}" for name, one in costs.items())
    return f"Where 1% are wrongly named, a test finds at most: {said}. Blind guessing finds 1%."


def _axes() -> list[Markup]:
    parts = [
        svg.text("found", 0, TOP - 16),
        svg.text("wrongly named", LEFT, BASE + 36),
        svg.line("chance", LEFT, BASE, LEFT + SIDE, TOP),
    ]
    for at in (0.0, 0.5, 1.0):
        x, y = _point((at, at))
        parts.append(svg.line("grid", LEFT, y, LEFT + SIDE, y))
        parts.append(svg.line("grid", x, TOP, x, BASE))
        parts.append(svg.text(f"{at:.0%}", LEFT - 6, y + 4, "end"))
        parts.append(svg.text(f"{at:.0%}", x, BASE + 18, "middle"))
    return parts


def _curves(costs: Sequence[Cost]) -> list[Markup]:
    return [
        svg.path(kind, [(LEFT, BASE), *map(_point, corners(cost))])
        for kind, cost in zip(KINDS, costs, strict=False)
    ]


def _key(names: Sequence[str]) -> list[Markup]:
    parts = []
    for place, (kind, name) in enumerate(
        zip((*KINDS[: len(names)], "chance"), (*names, "blind guessing"), strict=True)
    ):
        y = BASE + 56 + KEY * place
        parts.append(svg.line(kind, LEFT, y - 4, LEFT + 30, y - 4))
        parts.append(svg.text(name, LEFT + 38, y))
    return parts


def _point(rates: tuple[float, float]) -> tuple[float, float]:
    return LEFT + SIDE * rates[0], BASE - SIDE * rates[1]
