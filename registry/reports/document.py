"""A report as one value: sections of blocks in reading order, words and pictures only.

Every format is printed from this value, so a figure cannot differ between them. It is also the
whole context of a template: what is not in here, no template can print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from markupsafe import Markup

from registry.reports.table import Table

Tone = Literal["plain", "note", "absent"]
Outcome = Literal["allow", "deny", "undecided", "info"]


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str
    block: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Words:
    """A paragraph; "absent" is for what is missing, and never reads like a result."""

    text: str
    tone: Tone = "plain"
    block: ClassVar[str] = "words"


@dataclass(frozen=True)
class Items:
    """A list of at least one sentence: an empty one would read as "nothing to say"."""

    texts: tuple[str, ...]
    block: ClassVar[str] = "items"

    def __post_init__(self) -> None:
        if not self.texts:
            raise ValueError("a list of a report has no item: say in words that there is none")


@dataclass(frozen=True)
class Line:
    """A label, its figure or words, and what to know about it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Lines:
    """The figures that a reader looks for first."""

    lines: tuple[Line, ...]
    block: ClassVar[str] = "lines"


@dataclass(frozen=True)
class Callout:
    """A verdict or recommendation: the word, what it is about, why, and how far it came."""

    outcome: Outcome
    word: str
    about: str
    sentence: str
    reasons: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    block: ClassVar[str] = "callout"


@dataclass(frozen=True)
class Rows:
    """A table; rows beyond its ``shown`` may be folded where a reader can unfold them."""

    table: Table
    block: ClassVar[str] = "rows"


@dataclass(frozen=True)
class Figure:
    """A picture with its caption and the table behind it; ``picture`` is None where suppressed.

    The picture's own title and description are for those who cannot see it (`svg.drawing`). A
    ``wide`` one takes the width of the page.
    """

    heading: str
    picture: Markup | None
    caption: str
    table: Table | None
    legend: str = ""
    wide: bool = False
    block: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Gallery:
    """Figures of one kind, side by side where there is room; those beyond ``shown`` folded."""

    figures: tuple[Figure, ...]
    shown: int = 12
    block: ClassVar[str] = "gallery"

    @property
    def first(self) -> tuple[Figure, ...]:
        """The figures always in view."""
        return self.figures[: self.shown]

    @property
    def rest(self) -> tuple[Figure, ...]:
        """The figures that may be folded away."""
        return self.figures[self.shown :]


@dataclass(frozen=True)
class Code:
    """Text printed as it is, as a digest to be compared or a command to be run."""

    text: str
    about: str
    block: ClassVar[str] = "code"


Block = Heading | Words | Items | Lines | Callout | Rows | Figure | Gallery | Code


@dataclass(frozen=True)
class Section:
    """Blocks under a title; ``anchor`` names it on a page and is unique in its document."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report. ``kind`` is its id ("quality"), ``name`` what people call it.

    ``label`` is what it is about ("claims@1"), ``printed_at`` UTC in words, empty where
    the document is of a file alone and has no time. Notices come before
    everything else, ``closing`` after it.
    """

    kind: str
    name: str
    title: str
    label: str
    printed_at: str
    sections: tuple[Section, ...]
    closing: str
    notices: tuple[str, ...] = ()
    lead: str = ""
    language: str = "en"

    def section(self, anchor: str) -> Section | None:
        """The section of that name, for a template that prints them in another order."""
        return next((one for one in self.sections if one.anchor == anchor), None)


def blocks(*found: Block | None) -> tuple[Block, ...]:
    """The blocks that there are."""
    return tuple(one for one in found if one is not None)


def items(texts: tuple[str, ...], otherwise: str) -> Block:
    """The texts as a list, or the sentence that says why there are none."""
    return Items(texts) if texts else Words(otherwise)


def rows(found: Table, otherwise: str) -> Block:
    """The table, or the sentence that says why it has no row."""
    return Rows(found) if found.rows else Words(otherwise)
