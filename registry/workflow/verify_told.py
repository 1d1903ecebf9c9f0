"""What the log tells of records, and how the two differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from registry.clock import moment
from registry.records import Account
from registry.store import events


class Told(NamedTuple):
    """One event as far as records repeat it."""

    seq: int
    at: str
    actor: str
    fact: str
    dataset: str | None
    request: str | None
    details: Mapping[str, Any]


Log = Sequence[Told]

# Some rows take the time themselves, an instant before their event does.
_APART = timedelta(minutes=1)


# No record repeats what these facts tell, and most of a long log is made of them. The bytes are
# canonical, so a fact stands in them like this and in no other way.
_UNTOLD = tuple(
    f'"fact":"{fact}"'.encode()
    for fact in ("attempt.refused", "decision.made", "evaluation.progressed", "report.written")
)


def told(session: Session) -> Iterator[Told]:
    """Every event that can be read and that some record repeats, in order."""
    for event in events.stored(session):
        if any(fact in event.body for fact in _UNTOLD):
            continue
        try:
            body = json.loads(event.body.decode())
            details, fact = body["details"], body["fact"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # the log's own verification names it
        if isinstance(details, dict):
            yield Told(
                event.seq,
                event.at,
                event.actor,
                str(fact),
                event.dataset,
                event.request,
                details,
            )


def differences(
    name: str, stored: Mapping[object, object], told: Mapping[object, object]
) -> Iterator[str]:
    """Rows that are gone, were never told of, or say something else than their event."""
    for key in sorted(stored.keys() | told.keys(), key=str):
        if key not in stored:
            yield f"{name} {key}: the log records it and it is gone"
        elif key not in told:
            yield f"{name} {key}: the log does not know it"
        elif stored[key] != told[key]:
            yield f"{name} {key}: it is not what the log records"


def pseudonym(session: Session, account_id: int | None) -> str | None:
    """How the log calls an account."""
    return None if account_id is None else session.get_one(Account, account_id).pseudonym


def near(at: str, told: str) -> bool:
    """Whether a row's own time is that of its event."""
    try:
        return abs(moment(at) - moment(told)) <= _APART
    except ValueError:
        return False
