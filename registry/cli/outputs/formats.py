"""Which formats a result can be written in, and where each one goes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import Format
from registry.errors import InvalidInput


class Output(StrEnum):
    """The formats of data, and those that CI systems read."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MD = "md"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"

    @property
    def data(self) -> Format | None:
        """The format of data that it is, if it is one."""
        return Format(self.value) if self.value in list(Format) else None


Outputs = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", metavar="FORMAT=PATH", help="Write as well; - is stdout."),
]
"""The option, spelt once; repeatable."""


@dataclass(frozen=True)
class Target:
    """One format and the file it goes to; None is stdout."""

    format: Output
    path: Path | None

    def write(self, text: str) -> None:
        """Put the text there; a file that stands is replaced."""
        line = text + "\n" if text else ""
        if self.path is None:
            sys.stdout.write(line)
        else:
            self.path.write_text(line, encoding="utf-8", newline="\n")


def targets(wanted: Sequence[str], shown: Output | None) -> list[Target]:
    """Every target of ``FORMAT=PATH`` (``-`` is stdout), and ``shown`` on stdout.

    Without either, a table. Raises `InvalidInput` where two would go to one place.
    """
    found = [_target(text) for text in wanted]
    free = all(one.path for one in found)
    if shown is not None or free:
        found.insert(0, Target(shown or Output.TABLE, None))
    places = [one.path for one in found]
    twice = [place for place in places if places.count(place) > 1]
    if twice:
        raise InvalidInput(
            f"two formats would go to {twice[0] or 'stdout'}", expected="a place for each"
        )
    return found


def _target(text: str) -> Target:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in list(Output):
        raise InvalidInput(
            f"{text!r} is no output",
            expected=f"FORMAT=PATH, PATH or - for stdout, FORMAT one of: {', '.join(Output)}",
        )
    return Target(Output(name), None if path == "-" else Path(path))
