"""What one foreign format takes of a record: where each field goes, and what it asks for besides.

`Format.places` says of every field that is carried where it stands in the file, and what is lost on
the way. Whatever has no place there is not carried: the report of losses needs no list of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.exchange.facts import Record


@dataclass(frozen=True)
class Place:
    """Where a field stands in the file, and what of it is lost there; empty where nothing is."""

    target: str
    loss: str = ""


@dataclass(frozen=True)
class Demand:
    """What the format asks for and the record does not have, and what the file says instead."""

    target: str
    instead: str


@dataclass(frozen=True)
class Format:
    """One format: its id for the command, the ending of its files, and how a record is written.

    ``fits`` says why a record cannot be written at all, None where it can.
    """

    id: str
    name: str
    specification: str
    ending: str
    write: Callable[[Record], str]
    places: Mapping[str, Place]
    demands: Callable[[Record], tuple[Demand, ...]]
    fits: Callable[[Record], str | None] = lambda record: None

    def written(self, record: Record) -> str:
        """The file's text; raises `InvalidInput` where the record cannot be told in this format."""
        if why := self.fits(record):
            raise InvalidInput(
                f"{record.label} cannot be exported as {self.id}: {why}",
                expected=f"a version that {self.name} can describe",
                todo="export it in another format: see `registry export --help`",
            )
        return self.write(record)

    def file_name(self, record: Record) -> str:
        """Such as ``claims@1-croissant.json``."""
        return f"{record.label}-{self.id}.{self.ending}"
