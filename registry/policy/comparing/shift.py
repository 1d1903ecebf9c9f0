"""One change between two versions of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Direction = Literal["tightened", "loosened", "text"]


@dataclass(frozen=True)
class Change:
    """One place that changed: ``where`` it stands below ``spec``, and ``what`` became of it."""

    direction: Direction
    where: str
    what: str


def more(where: str, things: Iterable[str], what: str) -> Iterator[Change]:
    """Things that are allowed now and were not."""
    for thing in sorted(things):
        yield Change("loosened", where, what.format(thing))


def less(where: str, things: Iterable[str], what: str) -> Iterator[Change]:
    """Things that were allowed and are no more."""
    for thing in sorted(things):
        yield Change("tightened", where, what.format(thing))
