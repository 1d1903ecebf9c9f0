"""A sample of every kind of document, to try templates on.

They are documents of the demonstration as JSON, cut short, with a picture in each figure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from registry.reports import svg
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
from registry.reports.table import Column, Table
from registry.resources import folder

HOSTILE: Final = ' <b onclick="x()">#panic("read") | **x** {{ 7 * 7 }}'
"""What names and comments can hold; no template may let it act."""
_PLAIN: Final[Mapping[str, type[Heading] | type[Words] | type[Code]]] = {
    "heading": Heading,
    "words": Words,
    "code": Code,
}


def sample_kinds() -> tuple[str, ...]:
    """The kinds that there is a sample of."""
    return tuple(sorted(path.stem for path in (folder("templates") / "samples").glob("*.json")))


def sample(kind: str) -> Document:
    """The sample of a kind."""
    path = folder("templates") / "samples" / f"{kind}.json"
    return read_document(json.loads(path.read_text(encoding="utf-8")))


def read_document(body: Mapping[str, Any]) -> Document:
    """The document of a JSON report; pictures, which JSON leaves out, are drawn as a line."""
    told = ("kind", "name", "title", "label", "printed_at", "lead", "closing")
    return Document(
        **{name: body[name] for name in told},
        notices=tuple(body["notices"]),
        sections=tuple(
            Section(one["anchor"], one["title"], tuple(map(_block, one["blocks"])))
            for one in body["sections"]
        ),
    )


def _block(body: Mapping[str, Any]) -> Block:
    fields = {name: value for name, value in body.items() if name != "block"}
    match body["block"]:
        case "items":
            return Items(tuple(fields["texts"]))
        case "lines":
            return Lines(tuple(Line(**one) for one in fields["lines"]))
        case "callout":
            lists = {name: tuple(fields[name]) for name in ("reasons", "progress")}
            return Callout(**{**fields, **lists})
        case "rows":
            return Rows(_table(fields))
        case "figure":
            return _figure(fields)
        case "gallery":
            return Gallery(tuple(map(_figure, fields["figures"])))
        case plain:
            return _PLAIN[plain](**fields)


def _figure(body: Mapping[str, Any]) -> Figure:
    parts = [svg.line("grid", 0, 5, 100, 5)]
    drawn = svg.drawing("sample", 100, 10, body["heading"], body["caption"], parts)
    table = _table(body["table"]) if body["table"] else None
    return Figure(body["heading"], drawn, body["caption"], table, body["legend"])


def _table(body: Mapping[str, Any]) -> Table:
    columns = tuple(Column(title) for title in body["columns"])
    return Table(body["caption"], columns, tuple(map(tuple, body["rows"])))
