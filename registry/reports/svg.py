"""The few SVG elements that the charts need; every value is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def number(value: float) -> str:
    """A coordinate to a tenth of a unit, without trailing zeros."""
    return f"{value:.1f}".removesuffix(".0")


def drawing(
    key: str,
    width: float,
    height: float,
    title: str,
    summary: str,
    parts: Iterable[Markup],
) -> Markup:
    """A whole picture with its title and description for those who cannot see it."""
    drawn = Markup("").join(parts)
    # What is inside of an image is not there for a screen reader, and links have to be.
    role = "group" if "<a href=" in drawn else "img"
    return Markup(
        '<svg viewBox="0 0 {} {}" role="{}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>'
    ).format(*(number(width), number(height), role, key, key, key, title, key, summary), drawn)


def alone(
    key: str, width: float, height: float, title: str, summary: str, parts: Iterable[Markup]
) -> Markup:
    """The same as a file of its own: a browser needs the namespace, and a size to begin with."""
    size = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"').format(
        number(width), number(height)
    )
    whole = drawing(key, width, height, title, summary, parts)
    return Markup("{}{}\n").format(size, whole.removeprefix("<svg"))


def placed(picture: Markup, x: float, y: float, width: float, height: float) -> Markup:
    """A whole picture within another one, at a point of it."""
    place = Markup('<svg x="{}" y="{}" width="{}" height="{}"').format(
        *map(number, (x, y, width, height))
    )
    return Markup("{}{}").format(place, picture.removeprefix("<svg"))


def bar(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle of class ``kind``; a count of zero draws nothing."""
    if width <= 0 or height <= 0:
        return Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, *(number(size) for size in (x, y, width, height))
    )


def box(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle of class ``kind`` with rounded corners, for words to stand in."""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="5"/>').format(
        kind, *(number(size) for size in (x, y, width, height))
    )


def linked(address: str, parts: Markup) -> Markup:
    """``parts`` as a link to a page of the same site; as they are where ``address`` is ""."""
    return Markup('<a href="{}">{}</a>').format(address, parts) if address else parts


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """A straight line of class ``kind``."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, *(number(at) for at in (x1, y1, x2, y2))
    )


def path(kind: str, points: Iterable[tuple[float, float]]) -> Markup:
    """A line of class ``kind`` from point to point."""
    along = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return Markup('<polyline class="{}" points="{}"/>').format(kind, along)


def dot(kind: str, x: float, y: float, radius: float) -> Markup:
    """A filled circle of class ``kind``."""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
        kind, *(number(at) for at in (x, y, radius))
    )


def text(words: str, x: float, y: float, anchor: str = "start") -> Markup:
    """Words at a point; ``anchor`` is start, middle or end."""
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        number(x), number(y), anchor, words
    )


def shortened(words: str, most: int) -> str:
    """``words`` cut to ``most`` characters with an ellipsis; the table beside holds them whole."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def clipped(words: str, most: int) -> str:
    """``words`` cut in their middle: columns of one family differ at their ends."""
    if len(words) <= most:
        return words
    tail = most // 2
    return f"{words[: most - 1 - tail].rstrip()}…{words[-tail:].lstrip()}"


def frame(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    """The outline of a rectangle, of class ``kind``."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return Markup('<polyline class="{} outline" points="{}"/>').format(
        kind, " ".join(f"{number(one)},{number(other)}" for one, other in corners)
    )


def coloured(colour: str, x: float, y: float, width: float, height: float) -> Markup:
    """A rectangle of a colour that is itself the figure ("#rrggbb"), as in a heat map."""
    return Markup('<rect fill="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        colour, *(number(size) for size in (x, y, width, height))
    )


def cross(x: float, y: float, size: float) -> Markup:
    """A cross in a square of white paper: what could not be told."""
    ends = ((x, y, x + size, y + size), (x, y + size, x + size, y))
    return Markup("").join(line("undefined", *end) for end in ends)
