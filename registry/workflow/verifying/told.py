"""What the log tells of records, and how the two differ."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from sys import intern
from typing import Any, NamedTuple

from sqlmodel import Session

from registry.clock import moment
from registry.log.chain import Fields, Row
from registry.records import Account


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


# No record repeats what these facts tell, and most of a long log is made of them.
_UNTOLD = frozenset(
    ("attempt.refused", "decision.made", "evaluation.progressed", "report.written", "log.exported")
)


def told(row: Row, fields: Fields) -> Told | None:
    """An event that some record repeats, None for any other."""
    fact, details = fields.get("fact"), fields.get("details")
    if not isinstance(fact, str) or fact in _UNTOLD or not isinstance(details, dict):
        return None
    seq, at, actor, _, _, dataset, request, _, _ = row
    # A verification holds all of these at once: names and words that come again are held once.
    shared = {intern(key): value for key, value in details.items()}
    return Told(seq, at, actor, intern(fact), dataset, request, shared)


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
