"""A document with every word in it changed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from markupsafe import Markup

from registry.reports.document import Document

NAMES: Final = {"kind", "printed_at", "language", "anchor", "outcome", "tone"}
"""Fields that a program reads, not a person."""


def reworded(document: Document, change: Callable[[str], str]) -> Document:
    """The document with ``change`` applied to each string that a reader sees."""
    made = _changed(document, change)
    assert isinstance(made, Document)
    return made


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return change(value) if value else value
    if isinstance(value, tuple):
        return tuple(_changed(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                each.name: _changed(getattr(value, each.name), change)
                for each in fields(value)
                if each.name not in NAMES
            },
        )
    return value
