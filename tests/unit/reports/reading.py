"""Finds things in a document by what they are, as a reader does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from registry.reports.document import (
    Block,
    Callout,
    Code,
    Document,
    Figure,
    Gallery,
    Heading,
    Items,
    Line,
    Lines,
    Rows,
    Section,
    Words,
)
from registry.reports.table import Table

Kind = TypeVar("Kind", bound=Block)


def section(document: Document, anchor: str) -> Section:
    """The section of that name, which must be there."""
    found = document.section(anchor)
    assert found is not None, f"no section {anchor}"
    return found


def all_blocks(document: Document) -> list[Block]:
    return [block for each in document.sections for block in each.blocks]


def of(kind: type[Kind], blocks: list[Block] | tuple[Block, ...]) -> list[Kind]:
    return [block for block in blocks if isinstance(block, kind)]


def under(found: Section, heading: str) -> tuple[Block, ...]:
    """The blocks between a heading and the next one."""
    places = [place for place, one in enumerate(found.blocks) if isinstance(one, Heading)]
    (at,) = (place for place in places if found.blocks[place] == Heading(heading))
    after = [place for place in places if place > at]
    return found.blocks[at + 1 : after[0] if after else None]


def texts(blocks: tuple[Block, ...] | list[Block]) -> tuple[str, ...]:
    """The sentences of lists and paragraphs, in order."""
    return tuple(
        text
        for block in blocks
        for text in (
            block.texts
            if isinstance(block, Items)
            else (block.text,)
            if isinstance(block, Words)
            else ()
        )
    )


def figures(blocks: tuple[Block, ...] | list[Block]) -> list[Figure]:
    return [
        figure
        for block in blocks
        for figure in (
            block.figures
            if isinstance(block, Gallery)
            else (block,)
            if isinstance(block, Figure)
            else ()
        )
    ]


def tables(blocks: tuple[Block, ...] | list[Block]) -> list[Table]:
    """Every table, those behind figures included, in order."""
    found: list[Table] = []
    for block in blocks:
        if isinstance(block, Rows):
            found.append(block.table)
        found += [figure.table for figure in figures([block]) if figure.table]
    return found


def lines(blocks: tuple[Block, ...] | list[Block]) -> list[Line]:
    return [line for block in of(Lines, blocks) for line in block.lines]


def strings(document: Document) -> Iterator[str]:
    """Every string that a reader must find in every format, in reading order."""
    yield from (document.name, document.title, document.label, document.printed_at)
    yield document.lead
    yield from document.notices
    for each in document.sections:
        yield each.title
        for block in each.blocks:
            yield from _of_block(block)
    yield document.closing


def _of_block(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Words():
            yield block.text
        case Items():
            yield from block.texts
        case Lines():
            for line in block.lines:
                yield from (line.label, line.value, line.note)
        case Callout():
            yield from (block.word, block.about, block.sentence)
            yield from (*block.reasons, *block.progress)
        case Rows():
            yield from _of_table(block.table)
        case Figure() | Gallery():
            for figure in figures([block]):
                yield from (figure.heading, figure.legend, figure.caption)
                yield from _of_table(figure.table) if figure.table else ()
        case Code():
            yield from (block.about, block.text)


def _of_table(table: Table) -> Iterator[str]:
    yield table.caption
    yield from (column.title for column in table.columns)
    for row in table.rows:
        yield from row
