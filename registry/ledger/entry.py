"""One entry of a source's ledger, and the chain of digests over all of them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal

import rfc8785

from registry.ledger.guarantee import Read, read

GENESIS = "0" * 64
Kind = Literal["run", "exposure", "informed"]


@dataclass(frozen=True)
class Entry:
    """What was run on a source, or what an audience received of it, as the records tell it.

    ``number`` counts from 1 within the source. ``guarantee`` is the card's, as in its canonical
    JSON. ``partition`` is "NAME/PART" where it read one part of the source only, ``batch`` is
    "NAME/PLACE" in a plan, and ``event`` the place in the log that it follows from.
    """

    number: int
    kind: Kind
    label: str
    content_digest: str
    audience: str | None
    recipient: str | None
    guarantee: Mapping[str, object] | None
    partition: str | None
    batch: str | None
    event: int

    @cached_property
    def read(self) -> Read:
        """The guarantee as composition takes it."""
        return read(self.guarantee)

    def canonical(self) -> dict[str, object]:
        """The entry for the chain and for a bundle, which must not tell who else received."""
        return {key: value for key, value in asdict(self).items() if key != "recipient"}

    def digest(self, previous: str) -> str:
        """The hex SHA-256 of its RFC 8785 bytes with the digest of the entry before it."""
        body = rfc8785.dumps({**self.canonical(), "previous": previous})  # type: ignore[dict-item]
        return hashlib.sha256(body).hexdigest()


def head(entries: Iterable[Entry]) -> str:
    """The digest of the last entry, over all before it; `GENESIS` of an empty ledger."""
    found = GENESIS
    for one in entries:
        found = one.digest(found)
    return found
