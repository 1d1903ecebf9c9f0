"""A table as a report prints it: words only, so that HTML and Markdown show the same cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

Row = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A heading, and whether its cells are figures to be aligned on the right."""

    title: str
    figures: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a caption; the first cell names the row, rows beyond ``shown`` may be folded.

    The first ``marked`` rows are set off from the others; their cells say why.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shown: int = 10
    marked: int = 0

    def marking(self, number: int) -> Table:
        """The same table with its first ``number`` rows set off, and none of them folded away."""
        return replace(self, marked=number, shown=max(self.shown, number))

    @property
    def first(self) -> tuple[Row, ...]:
        """The rows always in view."""
        return self.rows[: self.shown]

    @property
    def rest(self) -> tuple[Row, ...]:
        """The rows that may be folded away."""
        return self.rows[self.shown :]


def table(caption: str, columns: str, rows: tuple[Row, ...], shown: int = 10) -> Table:
    """A table from headings written "Column | Value # | n #", where "#" marks figures."""
    heads = (head.strip() for head in columns.split("|"))
    made = tuple(Column(head.removesuffix("#").strip(), head.endswith("#")) for head in heads)
    return Table(caption, made, rows, shown)
