"""Real against synthetic, drawn: paired columns for numbers, paired bars for categories.

Real is filled and synthetic is outlined, so the two differ without colour. The colours themselves
are from Okabe and Ito's palette for colour-blind readers ("Color Universal Design", 2008) and live
in the stylesheet. Shares, not counts: the two tables need not have the same number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from registry.reports import svg
from registry.reports.document import Figure
from registry.reports.histogram import Histogram, percent, read

WIDTH = 420.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 8.0, 24.0, 26.0
PLOT_HEIGHT = 150.0
LABELS = 132.0
STEP = 30.0
ORDERED = ("numeric", "datetime")
SUPPRESSED = "Not shown: too few rows to be drawn without revealing single records."

LEGEND: Final = (
    "The real training table is drawn filled, the synthetic table outlined. Shares are of the rows "
    "of each table; small cells were joined before they were stored."
)


def chart(stored: Mapping[str, object], key: str) -> Figure:
    """The figure of one stored histogram, without picture and table where it was suppressed.

    ``key`` makes its element ids unique on the page.
    """
    histogram = read(stored)
    if not histogram.bins:
        return Figure(histogram.column, None, SUPPRESSED, None)
    summary = _summary(histogram)
    title = f"Distribution of {histogram.column}, real and synthetic"
    ordered = histogram.kind in ORDERED
    height, parts = _columns(histogram) if ordered else _bars(histogram)
    picture = svg.drawing(key, WIDTH, height, title, summary, parts)
    return Figure(histogram.column, picture, summary, histogram.table)


def _summary(histogram: Histogram) -> str:
    label, real, made = histogram.furthest
    return (
        f"The two tables differ most at {label}: "
        f"{percent(real)} of the real rows, {percent(made)} of the synthetic ones."
    )


def _top(histogram: Histogram) -> float:
    """The end of the share axis: the next tenth above the tallest bar."""
    tallest = max(max(real, made) for _, real, made in histogram.shares)
    return min(1.0, (int(tallest * 10) + 1) / 10)


def _columns(histogram: Histogram) -> tuple[float, list[Markup]]:
    """Numbers and dates: cells side by side in order, shares upwards."""
    top, base = _top(histogram), TOP + PLOT_HEIGHT
    step = (WIDTH - LEFT - RIGHT) / len(histogram.bins)
    parts = []
    for share in (0.0, top / 2, top):
        y = base - PLOT_HEIGHT * share / top
        parts += [svg.line("grid", LEFT, y, WIDTH - RIGHT, y)]
        parts += [svg.text(f"{share:.0%}", LEFT - 6, y + 4, "end")]
    for place, (_, real, made) in enumerate(histogram.shares):
        x, wide = LEFT + step * (place + 0.12), step * 0.36
        for kind, share, at in (("real", real, x), ("synthetic", made, x + wide + step * 0.04)):
            tall = PLOT_HEIGHT * share / top
            parts.append(svg.bar(kind, at, base - tall, wide, tall))
    parts += _ends(histogram, base)
    parts.append(svg.text("share of rows", 0, TOP - 10))
    return base + BOTTOM, parts


def _ends(histogram: Histogram, base: float) -> list[Markup]:
    """The first and last label; those between are in the table, where they can be read."""
    first, last = histogram.bins[0].label, histogram.bins[-1].label
    return [
        svg.text(svg.shortened(first, 24), LEFT, base + 18),
        svg.text(svg.shortened(last, 24), WIDTH - RIGHT, base + 18, "end"),
    ]


def _bars(histogram: Histogram) -> tuple[float, list[Markup]]:
    """Categories: one below the other, so that a long name stays level; shares to the right."""
    top, long = _top(histogram), WIDTH - LABELS - RIGHT - 4
    base = TOP + STEP * len(histogram.bins)
    parts = []
    for share, anchor in ((0.0, "start"), (top / 2, "middle"), (top, "end")):
        x = LABELS + long * share / top
        parts += [svg.line("grid", x, TOP, x, base)]
        parts += [svg.text(f"{share:.0%}", x, base + 16, anchor)]
    for place, (label, real, made) in enumerate(histogram.shares):
        y = TOP + STEP * place
        parts.append(svg.text(svg.shortened(label, 20), LABELS - 8, y + 18, "end"))
        parts.append(svg.bar("real", LABELS, y + 4, long * real / top, 10))
        parts.append(svg.bar("synthetic", LABELS, y + 15.5, long * made / top, 10))
    parts.append(svg.text("share of rows", LABELS, TOP - 10))
    return base + BOTTOM, parts
