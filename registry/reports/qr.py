"""A QR code (ISO/IEC 18004) as a picture of a report."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from registry.reports import svg

QUIET = 4
"""Modules of white around it, which the standard asks for."""


def qr(key: str, text: str, title: str, summary: str) -> Markup:
    """``text`` as a QR code with error correction M, black on white whatever the page is."""
    import segno

    code = segno.make(text, error="m", micro=False)
    modules = [bytes(row) for row in code.matrix]
    size = len(modules) + 2 * QUIET
    paper = svg.bar("qr-paper", 0, 0, size, size)
    ink = Markup('<path class="qr" d="{}"/>').format(" ".join(_runs(modules)))
    return svg.drawing(key, size, size, title, summary, (paper, ink))


def _runs(modules: list[bytes]) -> Iterator[str]:
    """Each run of dark modules in a row as one rectangle."""
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z"
            x += 1
