"""The page that goes with exported templates: what they are handed, told by the code itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from registry.reports import document, index, table

_CONTEXT: Final = (
    document.Document,
    document.Section,
    document.Heading,
    document.Words,
    document.Items,
    document.Lines,
    document.Line,
    document.Callout,
    document.Rows,
    table.Table,
    table.Column,
    document.Figure,
    document.Gallery,
    document.Code,
    index.Index,
    index.Group,
    index.Entry,
    index.File,
)
_HEAD: Final = """\
# Templates of your own

A file here replaces the shipped template of the same name; delete those that you leave alone.
Point the registry to this folder with `templates = "..."` in registry.toml, with
`REGISTRY_TEMPLATES`, or with `registry report --templates`.

- `document.html.j2`, `document.md.j2`, `document.typ.j2` (PDF, by Typst) print every document.
- `KIND.html.j2` and its like, for instance `quality.html.j2`, print that kind alone.
- `_blocks.*` hold how each block looks; `index.html.j2` is the page of a set.
- A replaced template can be extended: `{% extends "shipped/document.html.j2" %}` and then its
  blocks `header`, `main` and `footer`.

Templates are Jinja, in its sandbox. Each is handed `document` (the index: `index`), described
below, and nothing else. Whatever it prints is escaped; there is no filter to switch that off. For
Typst, `literal` prints a value as a string, and `import`, `include`, `eval` and `std` are refused,
for they could reach a file or the network.

`registry templates check` tries every template here on a sample of every document.

Kinds: KINDS.
"""


def guide(kinds: Iterable[str]) -> str:
    """The page as Markdown, from the docstrings and fields of what templates are handed."""
    parts = [_HEAD.replace("KINDS", ", ".join(f"`{kind}`" for kind in sorted(kinds)))]
    parts += [_described(one) for one in _CONTEXT]
    return "\n".join(parts)


def _described(kind: type) -> str:
    named = getattr(kind, "block", None)
    title = f"## {kind.__name__}" + (f' (`block.block == "{named}"`)' if named else "")
    rows = [f"- `{name}`: `{type}`" for name, type in _fields(kind)]
    return "\n".join([title, "", inspect.getdoc(kind) or "", "", *rows, ""])


def _fields(kind: type) -> Iterable[tuple[str, str]]:
    """Its fields, then what else can be asked of it."""
    yield from ((each.name, str(each.type)) for each in fields(kind))
    for name, found in vars(kind).items():
        if isinstance(found, property):
            yield name, str(inspect.signature(found.fget).return_annotation)  # type: ignore[arg-type]
        elif inspect.isfunction(found) and not name.startswith("_"):
            asked = inspect.signature(found)
            given = ", ".join(one for one in asked.parameters if one != "self")
            yield f"{name}({given})", str(asked.return_annotation)
