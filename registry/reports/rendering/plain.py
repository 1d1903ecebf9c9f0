"""A document as JSON: the same words in the same order, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from registry.reports.document import Block, Document, Figure, Gallery, Items, Lines, Rows
from registry.reports.rendering.environment import present
from registry.reports.table import Table

SCHEMA: Final = "registry-report/1"


def as_json(document: Document) -> str:
    """The document as JSON; pictures stay out, for the tables behind them hold their figures."""
    body = {
        "schema": SCHEMA,
        "kind": document.kind,
        "name": document.name,
        "title": document.title,
        "label": document.label,
        "printed_at": document.printed_at,
        "lead": document.lead,
        "notices": list(document.notices),
        "sections": [
            {
                "anchor": section.anchor,
                "title": section.title,
                "blocks": [_block(one) for one in section.blocks],
            }
            for section in document.sections
        ],
        "closing": document.closing,
    }
    return json.dumps(_clean(body), ensure_ascii=False, indent=1) + "\n"


def _block(block: Block) -> dict[str, object]:
    return {"block": block.block, **_fields(block)}


def _fields(block: Block) -> Mapping[str, object]:
    match block:
        case Rows():
            return _table(block.table)
        case Figure():
            return _figure(block)
        case Gallery():
            return {"figures": [_figure(one) for one in block.figures]}
        case Lines():
            return {"lines": [vars(one) for one in block.lines]}
        case Items():
            return {"texts": block.texts}
    return vars(block)


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "heading": figure.heading,
        "caption": figure.caption,
        "legend": figure.legend,
        "table": _table(figure.table) if figure.table else None,
    }


def _table(found: Table) -> dict[str, object]:
    return {
        "caption": found.caption,
        "columns": [column.title for column in found.columns],
        "rows": found.rows,
    }


def _clean(value: object) -> object:
    """The value with nothing unseen in its words, as in the other formats."""
    if isinstance(value, Mapping):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return str(present(value)) if isinstance(value, str | Markup) else value
