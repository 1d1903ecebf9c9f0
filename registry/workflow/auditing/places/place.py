"""What every place outside has in common: checkpoints go in once, and are read back."""

import re
from dataclasses import dataclass
from typing import Protocol

from registry.records.anchor import AnchorKind

SUFFIX = ".checkpoint"
TOKEN_SUFFIX = ".tsr"  # beside the note: `<note>.tsr`, the answer of a time-stamp server
MOST_BYTES = 64_000  # a note with a hundred witnesses has fewer


@dataclass(frozen=True)
class Held:
    """One note as it was found outside, and the time-stamp token beside it."""

    where: str
    note: bytes
    token: bytes | None = None


class Place(Protocol):
    """A place that an administrator of the database does not write to."""

    @property
    def kind(self) -> AnchorKind:
        """Which kind."""
        ...

    @property
    def name(self) -> str:
        """As it is recorded."""
        ...

    def held(self) -> list[Held]:
        """Every checkpoint in it. Raises `InvalidInput` or `Unavailable`."""
        ...

    def put(self, name: str, note: bytes, at: str) -> bytes | None:
        """Keep the note as the file ``name``, whole or not at all; returns the token, if any.

        A file of that name stays as it is: it may have gained the lines of witnesses since.
        """
        ...


def file_name(origin: str, size: int) -> str:
    """``<origin>-<size>.checkpoint``, with nothing in it that leads out of a folder."""
    return f"{re.sub(r'[^A-Za-z0-9._-]', '_', origin).lstrip('.')}-{size}{SUFFIX}"
