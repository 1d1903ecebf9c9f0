"""The page that a set of documents begins with: what each is for, for whom, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from registry.reports.document import Document
from registry.reports.purposes import PURPOSES, Purpose

Groups = Mapping[str, Sequence[Document]]
"""Documents by the label of what they are about, or by what they have in common."""
FORMAT_NAMES: Final = {"html": "HTML", "pdf": "PDF", "md": "Markdown", "json": "JSON"}


@dataclass(frozen=True)
class File:
    """One file of a document: its format in words, and its address relative to the index."""

    format: str
    address: str


@dataclass(frozen=True)
class Entry:
    """A document in all its formats."""

    name: str
    purpose: Purpose
    files: tuple[File, ...]


@dataclass(frozen=True)
class Group:
    """The documents about one thing."""

    label: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Index:
    """The whole page; ``printed_at`` is UTC in words."""

    printed_at: str
    groups: tuple[Group, ...]


def file_name(document: Document, format: str) -> str:
    """What a document's file is called: "claims@1-quality.html"."""
    return f"{document.label}-{document.kind}.{format}".replace("/", "-").replace(" ", "-")


def index(
    groups: Groups,
    formats: Sequence[str],
    printed_at: str,
    others: Mapping[str, Sequence[Entry]] = MappingProxyType({}),
) -> Index:
    """The index of documents that lie beside it, each in every format.

    ``others`` are files of another kind, by the label of the group that they stand at the end of.
    """
    return Index(
        printed_at,
        tuple(
            Group(
                label,
                _title(label, found),
                (*(_entry(label, one, formats) for one in found), *others.get(label, ())),
            )
            for label, found in groups.items()
        ),
    )


def _title(label: str, found: Sequence[Document]) -> str:
    """What the group is called beside its label: the title of a version, if it is about one."""
    return next((one.title for one in found if one.label == label), label)


def _entry(label: str, document: Document, formats: Sequence[str]) -> Entry:
    files = (File(FORMAT_NAMES[one], quote(file_name(document, one))) for one in formats)
    about = document.label.removeprefix(label).strip()
    name = f"{document.name}, {about}" if about else document.name
    return Entry(name, PURPOSES[document.kind], tuple(files))
