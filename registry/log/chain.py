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

GENESIS = "0" * 64


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


def breaks(events: Iterable[StoredEvent]) -> Iterator[Break]:
    """Every place where ``events``, in order of ``seq``, contradict their own bodies or chain."""
    expected_seq, previous = 1, GENESIS
    for event in events:
        if event.seq != expected_seq:
            yield Break(expected_seq, f"missing: the next event stored is {event.seq}")
        yield from _row_breaks(event, previous)
        expected_seq, previous = event.seq + 1, event.digest


def _row_breaks(event: StoredEvent, previous: str) -> Iterator[Break]:
    if leaf_digest(event.body) != event.digest:
        yield Break(event.seq, "the stored bytes do not have the stored digest")
    fields = _decode(event.body)
    if fields is None:
        yield Break(event.seq, "the stored bytes are not a JSON object")
        return
    if fields.get("previous") != previous:
        yield Break(event.seq, "it does not name the digest of the event before it")
    for name in ("seq", "at", "actor", "action", "outcome", "dataset", "request"):
        if fields.get(name) != getattr(event, name):
            yield Break(event.seq, f"the column {name!r} differs from the stored bytes")


def _decode(body: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
