"""A picture outside a page: with the colours that a page's stylesheet would give it."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from registry.reports.document import Figure

FONT: Final = "Libertinus Serif, sans-serif"
TALLEST: Final = 0.85
_VIEW = re.compile(r'viewBox="([^"]+)"')
_ROOT = re.compile(r":root\s*{(.*?)}", re.DOTALL)
_SET = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USED = re.compile(r"var\((--[\w-]+)\)")


def drawn_alone(picture: Markup, stylesheet: str) -> Markup:
    """``picture`` with the rules of ``stylesheet`` inside it, its variables resolved.

    ``stylesheet`` starts with a ``:root`` block that sets the variables (light paper).
    """
    root = _ROOT.search(stylesheet)
    palette = dict(_SET.findall(root[1])) if root else {}
    rules = _USED.sub(lambda used: palette.get(used[1], "currentColor"), _ROOT.sub("", stylesheet))
    head, _, rest = str(picture).partition(">")
    space = ' xmlns="http://www.w3.org/2000/svg"'
    style = f"<style>text{{font-family:{FONT}}}{rules}</style>"
    return Markup(f"{head}{space}>{style}{rest}")


def drawn_width(figure: Figure) -> Markup:
    """The share of a printed page's width that a picture takes, so that it leaves room beside it.

    None is higher than `TALLEST` of that width, for a figure is never broken over two pages.
    """
    share = 1.0 if figure.wide else 0.78
    _, _, width, height = map(float, _VIEW.findall(str(figure.picture))[0].split())
    return Markup(f"{100 * min(share, TALLEST * width / height):.0f}%")
