"""The hash chain over stored event bytes.

Each body names the digest of the one before it, so a changed, dropped or inserted event breaks
every later link. The digest is the RFC 6962 leaf hash of the very bytes that are stored
(``SHA-256(0x00 || body)``): a Merkle tree can be laid over the same leaves without re-serialising.

What a chain alone does not show: whoever may rewrite the whole table can re-chain it, and a cut at
the end leaves a shorter, intact chain. Only a copy of a digest held elsewhere shows those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

GENESIS = "0" * 64
_DECODER = json.JSONDecoder()
_READ = _DECODER.raw_decode  # `decode` looks for white space around, which takes nearly as long
_COPIED = ("seq", "at", "actor", "action", "outcome", "dataset", "request")
_NAMED = itemgetter("previous", *_COPIED)

Row = tuple[int, str, str, str, str, str | None, str | None, bytes, str]
"""The values of a `StoredEvent`, in its order: what a walk over millions can afford."""
Fields = Mapping[str, object]
"""What an event says: its body, read."""


@dataclass(frozen=True)
class StoredEvent:
    """One row of the log as the database returns it; all but ``body`` are copies of its fields."""

    seq: int
    at: str
    actor: str
    action: str
    outcome: str
    dataset: str | None
    request: str | None
    body: bytes
    digest: str


@dataclass(frozen=True)
class Break:
    """One place where the log is not what was written, and how that shows."""

    seq: int
    what: str


def leaf_digest(body: bytes) -> str:
    """Hex RFC 6962 leaf hash of ``body``."""
    return hashlib.sha256(b"\x00" + body).hexdigest()


class Link:
    """The place reached in the chain: what the next event must be and must name.

    ``leaf`` is the hash of the bytes of the event met last, whatever digest stands beside them, and
    ``fields`` are what these bytes say, None where they say nothing.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.previous = GENESIS
        self.leaf = b""
        self.fields: Fields | None = None

    def follows(self, row: Row) -> bool:
        """Whether ``row`` is the next event and nothing contradicts it; only then it is met.

        False can also be caution: `breaks` has the last word on every row that is refused here.
        """
        seq, at, actor, action, outcome, dataset, request, body, digest = row
        try:
            leaf = hashlib.sha256(b"\x00" + body).digest()
            # As text: from bytes json.loads would guess the encoding, at a third of the cost.
            text = str(body, "utf-8")
            fields, end = _READ(text)
            said = _NAMED(fields)
        except (ValueError, RecursionError, TypeError, KeyError):
            return False
        stands = (self.previous, seq, at, actor, action, outcome, dataset, request)
        if said != stands or end != len(text) or seq != self.seq + 1 or leaf.hex() != digest:
            return False
        self.seq, self.previous, self.leaf, self.fields = seq, digest, leaf, fields
        return True

    def breaks(self, event: StoredEvent) -> list[Break]:
        """Where ``event``, the next one stored, contradicts its own body or the chain."""
        found = []
        if event.seq != self.seq + 1:
            found.append(Break(self.seq + 1, f"missing: the next event stored is {event.seq}"))
        # SQLite stores text, or a number, in a column of bytes where somebody writes it there.
        body = event.body if isinstance(event.body, bytes) else b""
        self.leaf = hashlib.sha256(b"\x00" + body).digest()
        if self.leaf.hex() != event.digest:
            found.append(Break(event.seq, "the stored bytes do not have the stored digest"))
        self.fields = _decode(body)
        found += _field_breaks(event, self.fields, self.previous)
        self.seq, self.previous = event.seq, event.digest
        return found


def breaks(events: Iterable[StoredEvent]) -> Iterator[Break]:
    """Every place where ``events``, in order of ``seq``, contradict their own bodies or chain."""
    link = Link()
    for event in events:
        yield from link.breaks(event)


def _field_breaks(event: StoredEvent, fields: Fields | None, previous: str) -> list[Break]:
    if fields is None:
        return [Break(event.seq, "the stored bytes are not a JSON object")]
    get = fields.get
    found = []
    if get("previous") != previous:
        found.append(Break(event.seq, "it does not name the digest of the event before it"))
    found += [
        Break(event.seq, f"the column {name!r} differs from the stored bytes")
        for name in _COPIED
        if get(name) != getattr(event, name)
    ]
    return found


def _decode(body: bytes) -> Fields | None:
    try:
        found = _DECODER.decode(str(body, "utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
