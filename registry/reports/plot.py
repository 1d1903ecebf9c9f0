"""The spending of a source as one SVG file that stands alone: its own style, titles and units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from registry.reports import svg
from registry.reports.cost_facts import AudienceFacts
from registry.reports.document import Figure
from registry.reports.spending import HIGH, WIDTH, spending

MARGIN, TITLE, HEADING, CAPTION, BETWEEN = 16.0, 34.0, 26.0, 12.0, 30.0
"""Room around all, for the title, above and below a picture, and between two of them."""
WIDE: Final = 660.0
"""The longest caption has room."""
_STYLE: Final = Markup("""<style>
svg { font: 11.5px system-ui, sans-serif; background: #ffffff; }
text { fill: #565d66; }
.grid { stroke: #d9dde2; stroke-width: 1; }
.value { fill: #0072b2; }
.spent, .limit, .unbounded { fill: none; stroke-width: 2; }
.spent { stroke: #0072b2; }
.limit { stroke: #b34700; stroke-dasharray: 7 4; }
.unbounded { stroke: #1c2024; stroke-dasharray: 2 4; }
</style>""")


def plot(source: str, audiences: Iterable[AudienceFacts]) -> str | None:
    """What each audience received of a source, one above the other; None if none received any."""
    drawn = [(one.name, found) for one in audiences if (found := spending(one, one.name))]
    if not drawn:
        return None
    title = f"Epsilon exposed of {source}, by audience"
    summary = " ".join(f"{name}: {figure.caption}" for name, figure in drawn)
    parts, height = _stacked([figure for _, figure in drawn])
    parts = [_STYLE, svg.text(title, MARGIN, MARGIN + 8), *parts]
    return str(svg.alone("spending", WIDE, height, title, summary, parts))


def _stacked(figures: Sequence[Figure]) -> tuple[list[Markup], float]:
    """Each figure under its heading and above its caption, and how high they are together."""
    parts, y = list[Markup](), TITLE
    for one in figures:
        parts.append(svg.text(one.heading, MARGIN, y + 18))
        picture = one.picture or Markup("")  # of what was exposed nothing is suppressed
        parts.append(svg.placed(picture, MARGIN, y + HEADING, WIDTH, HIGH))
        y += HEADING + HIGH
        parts.append(svg.text(one.caption, MARGIN, y + CAPTION))
        y += CAPTION + BETWEEN
    return parts, y
