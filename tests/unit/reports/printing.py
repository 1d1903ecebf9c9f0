"""What a reader finds in each format, as one run of characters without spaces."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from pypdf import PdfReader

from registry.reports.document import Document
from registry.reports.rendering.environment import present

FORMATS = ("html", "md", "json", "pdf")
_GAPS = re.compile(r"[\s\u200b]+")


def run_together(text: str) -> str:
    return _GAPS.sub("", text)


def expected(text: str) -> str:
    """A string of a document as it must be found."""
    return run_together(str(present(text)))


def characters(document: Document, format: str, content: bytes) -> str:
    """All that can be read in a format, in order."""
    if format == "pdf":
        return _of_pdf(document, content)
    text = content.decode()
    if format == "json":
        return run_together("".join(_strings(json.loads(text))))
    if format == "md":
        text = MarkdownIt("commonmark").enable("table").render(text)
    return run_together("".join(_Reader.read(text)))


class _Reader(HTMLParser):
    """The words between tags, those of pictures and styles left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self._unread = 0

    @classmethod
    def read(cls, page: str) -> list[str]:
        reader = cls()
        reader.feed(page)
        reader.close()
        return reader.found

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self._unread += tag in ("style", "svg", "head")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in ("style", "svg", "head")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.append(data)


def tags(document: Document, format: str, content: bytes) -> set[str]:
    """The elements of a page, or of what Markdown becomes."""
    reader, text = _Reader(), content.decode()
    reader.feed(MarkdownIt("commonmark").enable("table").render(text) if format == "md" else text)
    return reader.tags


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _of_pdf(document: Document, content: bytes) -> str:
    """The pages one after the other without their feet, which would stand amid sentences."""
    foot = re.escape(expected(f"{document.name}: {document.label}")) + r"\d+/\d+"
    pages = (run_together(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(re.sub(foot, "", page) for page in pages)
