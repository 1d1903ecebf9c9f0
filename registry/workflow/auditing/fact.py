"""One event of the log, read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import IntegrityFailure
from registry.log.chain import StoredEvent


@dataclass(frozen=True)
class Fact:
    """What an event says; ``actor`` is a pseudonym."""

    seq: int
    at: str
    actor: str
    action: str
    fact: str
    outcome: str
    dataset: str | None
    request: str | None
    authentication: str
    details: Mapping[str, Any]
    digest: str


def read(event: StoredEvent) -> Fact:
    """The event as a fact; raises `IntegrityFailure` where its bytes are none."""
    try:
        body = json.loads(event.body)
        details, fact, how = body["details"], str(body["fact"]), str(body["authentication"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityFailure(
            f"event {event.seq} cannot be read",
            expected="the bytes of an event",
            todo="run `registry audit verify`",
        ) from error
    return Fact(
        event.seq,
        event.at,
        event.actor,
        event.action,
        fact,
        event.outcome,
        event.dataset,
        event.request,
        how,
        details if isinstance(details, dict) else {},
        event.digest,
    )
