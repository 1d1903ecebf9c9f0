"""The page that a set of documents begins with: what each is for, for whom, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from registry.reports.document import Document
from registry.reports.purposes import PURPOSES, Purpose

FORMAT_NAMES = {"html": "HTML", "pdf": "PDF", "md": "Markdown", "json": "JSON"}


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


def index(documents: Iterable[Document], formats: Iterable[str], printed_at: str) -> Index:
    """The index of documents that lie beside it, each in every format, grouped by their label."""
    every, found = tuple(formats), tuple(documents)
    groups = tuple(
        Group(label, _title(found, label), tuple(_entry(one, every) for one in _of(found, label)))
        for label in dict.fromkeys(one.label for one in found)
    )
    return Index(printed_at, groups)


def _of(documents: tuple[Document, ...], label: str) -> Iterable[Document]:
    return (one for one in documents if one.label == label)


def _title(documents: tuple[Document, ...], label: str) -> str:
    return next(iter(_of(documents, label))).title


def _entry(document: Document, formats: tuple[str, ...]) -> Entry:
    files = (File(FORMAT_NAMES[one], quote(file_name(document, one))) for one in formats)
    return Entry(document.name, PURPOSES[document.kind], tuple(files))
