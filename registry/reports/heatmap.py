"""Associations of columns as three grids of squares: real, synthetic, and their difference.

Where there are many columns, those are drawn whose pairs differ most, for nobody reads three
hundred rows of squares; the table has the pairs that differ most of all columns. Colour runs from
blue through white to vermillion (Okabe and Ito), which colour-blind readers tell apart, and the
sign and size stand in the table.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from registry.reports import svg
from registry.reports.association import Association, Pair
from registry.reports.document import Figure
from registry.reports.numbers import count, plural
from registry.reports.table import Table, table

MOST: Final = 14
LISTED: Final = 60
SIDE: Final = 224.0
NAMES: Final = 118.0
GAP: Final = 18.0
TOP: Final = 46.0
SCALE: Final = 44.0
BLUE: Final = (0, 114, 178)
VERMILLION: Final = (213, 94, 0)
TITLE: Final = "Associations of columns: real, synthetic, difference"
LEGEND: Final = (
    "Blue is negative, orange positive, white none; a cross is undefined. Pearson's correlation "
    "for two numbers or dates, Cramér's V for any other pair. The difference is synthetic minus "
    "real."
)
NAMED: Final = {"pearson": "Pearson", "cramers-v": "Cramér's V"}


def heatmap(found: Association, key: str) -> Figure:
    """The grids of at most fourteen columns, and the table of the pairs that differ most."""
    worst = found.worst_first()
    shown = _shown(found, worst)
    width, height = NAMES + 3 * SIDE + 2 * GAP, TOP + SIDE + SCALE
    caption = _caption(found, worst, shown)
    picture = svg.drawing(key, width, height, TITLE, caption, _parts(found, shown))
    return Figure(TITLE, picture, caption, _table(worst), LEGEND, wide=True)


def _shown(found: Association, worst: tuple[Pair, ...]) -> tuple[str, ...]:
    """All columns, or those of the pairs that differ most; in the order of the table."""
    if len(found.columns) <= MOST:
        return found.columns
    chosen: dict[str, None] = {}
    for pair in worst:
        for name in (pair.first, pair.second):
            if len(chosen) < MOST:
                chosen.setdefault(name)
    return tuple(name for name in found.columns if name in chosen)


def _caption(found: Association, worst: tuple[Pair, ...], shown: tuple[str, ...]) -> str:
    undefined = sum(pair.apart is None for pair in worst)
    defined = [pair for pair in worst if pair.apart is not None]
    said = "No pair of columns has a value in both tables."
    if defined:
        first = defined[0]
        said = (
            f"{first.first} and {first.second} differ most: {_told(first.real)} in the real "
            f"table, {_told(first.synthetic)} in the synthetic one."
        )
    if undefined:
        said += f" {plural(undefined, 'pair')} could not be told in one of the tables."
    if len(shown) < len(found.columns):
        said += (
            f" Drawn are {count(len(shown))} of {count(len(found.columns))} columns, "
            "those of the pairs that differ most."
        )
    return said


def _parts(found: Association, shown: tuple[str, ...]) -> list[Markup]:
    step = SIDE / max(len(shown), 1)
    place = {name: at for at, name in enumerate(shown)}
    pairs = [one for one in found.pairs if one.first in place and one.second in place]
    parts = [_name(name, at, step) for name, at in place.items()]
    for panel, title in enumerate(("real", "synthetic", "difference")):
        left = NAMES + panel * (SIDE + GAP)
        parts += [svg.text(title, left, TOP - 28), svg.coloured("#ffffff", left, TOP, SIDE, SIDE)]
        parts += [
            svg.text(str(at + 1), left + step * (at + 0.5), TOP - 8, "middle")
            for at in place.values()
        ]
        for pair in pairs:
            value = (pair.real, pair.synthetic, pair.apart)[panel]
            first, second = place[pair.first], place[pair.second]
            for row, column in ((first, second), (second, first)):
                parts.append(_square(value, left + step * column, TOP + step * row, step))
        parts.append(svg.frame("grid", left, TOP, SIDE, SIDE))
    return [*parts, *_scale()]


def _name(name: str, at: int, step: float) -> Markup:
    y = TOP + step * (at + 0.5) + 4
    return svg.text(f"{svg.clipped(name, 13)} {at + 1}", NAMES - 8, y, "end")


def _square(value: float | None, x: float, y: float, step: float) -> Markup:
    if value is None:  # on paper that is white in the dark as well
        return svg.cross(x + step * 0.35, y + step * 0.35, step * 0.3)
    return svg.coloured(colour(value), x, y, step, step)


def _scale() -> list[Markup]:
    """What the colours mean, from -1 to 1."""
    y, step = TOP + SIDE + 16, 8.0
    steps = range(-10, 11)
    parts = [svg.coloured(colour(at / 10), NAMES + step * (at + 10), y, step, 10) for at in steps]
    for at, anchor in ((-10, "start"), (0, "middle"), (10, "end")):
        parts.append(svg.text(f"{at / 10:g}", NAMES + step * (at + 10.5), y + 24, anchor))
    return parts


def colour(value: float) -> str:
    """A colour for -1 to 1, white at 0; what lies beyond has the colour of its end."""
    share = min(abs(value), 1.0)
    end = VERMILLION if value > 0 else BLUE
    red, green, blue = (round(255 + (one - 255) * share) for one in end)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _table(worst: tuple[Pair, ...]) -> Table:
    rows = tuple(
        (
            f"{one.first} and {one.second}",
            NAMED.get(one.coefficient, one.coefficient),
            _told(one.real),
            _told(one.synthetic),
            "undefined" if one.apart is None else f"{one.apart:+.2f}",
        )
        for one in worst[:LISTED]
    )
    rest = len(worst) - len(rows)
    caption = "Associations of pairs of columns, furthest apart first"
    if rest:
        caption += f"; {count(rest)} more pairs are no further apart than the last of these"
    heads = "Pair | Coefficient | Real # | Synthetic # | Difference #"
    return table(caption, heads, rows, len(rows))


def _told(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"
