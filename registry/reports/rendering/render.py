"""A document in one of its formats, as bytes. Pure and repeatable."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from registry.reports.document import Document
from registry.reports.rendering.environment import Form, environment
from registry.reports.rendering.faults import origin, placed
from registry.reports.rendering.pdf import typeset
from registry.reports.rendering.plain import as_json
from registry.resources import folder

FORMATS: Final = ("html", "pdf", "md", "json")


def render(document: Document, format: str, templates: Path | None = None) -> bytes:
    """The document as one file that needs nothing else; ``format`` is one of `FORMATS`.

    ``templates`` is a company's own folder: a template found there replaces the shipped one of the
    same name. Raises `InvalidInput` with file and line for a template that fails.
    """
    if format == "json":
        return as_json(document).encode()
    if format == "pdf":
        source = as_template_prints(document, "typ", templates)
        place = partial(origin, folders=searched(templates), ending=".typ.j2")
        return typeset(source, document.printed_at, place)
    return as_template_prints(document, "html" if format == "html" else "md", templates).encode()


def as_template_prints(document: Document, form: Form, templates: Path | None = None) -> str:
    """From the template of the document's own kind where there is one, else from that of all."""
    with placed(searched(templates)):
        made = environment(form, templates)
        names = [f"{document.kind}.{form}.j2", f"document.{form}.j2"]
        return made.select_template(names).render(document=document)


def searched(templates: Path | None) -> list[Path]:
    """The folders that templates come from, the company's own first."""
    return [one for one in (templates, folder("templates")) if one]
