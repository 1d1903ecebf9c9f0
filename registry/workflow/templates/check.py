"""Tries a company's own templates on a sample of every document, in every format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from registry.errors import InvalidInput
from registry.reports.document import Document
from registry.reports.index import Index, index
from registry.reports.rendering.environment import environment
from registry.reports.rendering.faults import origin, placed
from registry.reports.rendering.render import FORMATS, render, render_index, searched
from registry.reports.rendering.samples import HOSTILE, sample, sample_kinds
from registry.reports.reworded import reworded
from registry.workflow.templates.names import FORMS, names_in, replacing, used

# What a page fetches from elsewhere when it is opened, or runs.
REACHES: Final = re.compile(
    r"<(?:script|link|iframe|object|embed|base)\b"
    r"""|\b(?:src|srcset|poster)\s*=\s*["']?(?!data:)|@import|url\(\s*["']?(?!data:|#)"""
    r"|\bon[a-z]+\s*=\s*[\"'](?=[^<>]*>)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """What is wrong, at its file and line, and the first document that it was met in."""

    where: str
    what: str
    document: str


@dataclass(frozen=True)
class Checked:
    """What a folder of templates replaces, and what is wrong with it."""

    replaces: tuple[str, ...]
    faults: tuple[Fault, ...]


def check_templates(own: Path) -> Checked:
    """Try the templates in ``own``; raises `InvalidInput` for a folder that is not there."""
    searched(own)
    found = [*_idle(own), *_unread(own), *_unprinted(own)]
    first = {(one.where, one.what): one for one in reversed(found)}
    order = dict.fromkeys((one.where, one.what) for one in found)
    return Checked(replacing(own), tuple(first[key] for key in order))


def _idle(own: Path) -> Iterator[Fault]:
    for name in sorted(set(names_in(own)) - used(own)):
        what = "it replaces no shipped template, and none that does uses it"
        yield Fault(f"{own / name}:1", what, "none")


def _unread(own: Path) -> Iterator[Fault]:
    """Faults of syntax, in files that are used by one format alone as well."""
    for name in sorted(used(own)):
        form = next((one for one in FORMS if name.endswith(f".{one}.j2")), "html")
        try:
            with placed(searched(own)):
                environment(form, own).get_template(name)
        except InvalidInput as error:
            yield _fault(error, "any")


def _unprinted(own: Path) -> Iterator[Fault]:
    samples = [sample(kind) for kind in sample_kinds()]
    for document in samples:
        for tried in (document, reworded(document, lambda text: text + HOSTILE)):
            for format in FORMATS:
                yield from _printed(tried, format, own)
    yield from _index(index({"sample": samples}, FORMATS, samples[0].printed_at), own)


def _printed(document: Document, format: str, own: Path) -> Iterator[Fault]:
    name = f"{document.kind} as {format}"
    try:
        made = render(document, format, own)
    except InvalidInput as error:
        yield _fault(error, name)
        return
    if format == "html":
        yield from _reaching(made.decode(), name, own)


def _index(page: Index, own: Path) -> Iterator[Fault]:
    try:
        yield from _reaching(render_index(page, own).decode(), "index", own)
    except InvalidInput as error:
        yield _fault(error, "index")


def _reaching(page: str, name: str, own: Path) -> Iterator[Fault]:
    """Lines by which a page would ask for something, or run something, when it is opened."""
    place = partial(origin, folders=searched(own), ending=".j2")
    for line in page.splitlines():
        if found := REACHES.search(line):
            what = f"the page would ask for something or run something: {found[0].strip()}"
            yield Fault(place(line) or f"what is printed: {line[:80]}", what, name)


def _fault(error: InvalidInput, document: str) -> Fault:
    return Fault(error.where or "in a template", error.what, document)
