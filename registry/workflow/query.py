"""What an auditor asks of the log: who did what, to which dataset, when, and how it ended."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from registry.card import require_word
from registry.clock import stamp
from registry.errors import InvalidInput, NotFound
from registry.records import Account, Event
from registry.store import events
from registry.store.database import reading
from registry.workflow.context import UNIDENTIFIED, Context
from registry.workflow.permissions import ALLOWED

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OWN = ("login", "logout", "enrol", "change-password", "rotate-key")
ACTIONS = (*ALLOWED, *_OWN, "check", "report", "identify", "verify", "recheck")
OUTCOMES = ("done", "denied", "undecided", "failed", "forbidden", "conflict", "tampered")


@dataclass(frozen=True)
class Question:
    """Filters that must all hold; None asks for anything. Days are UTC and inclusive."""

    actor: str | None = None
    dataset: str | None = None
    request: str | None = None
    action: str | None = None
    outcome: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int | None = None


def query(context: Context, question: Question) -> Iterator[dict[str, object]]:
    """Matching events, oldest first, with the actor's name put back in."""
    with reading(context.engine) as session:
        names = {account.pseudonym: account.name for account in session.exec(select(Account))}
        conditions = _conditions(session, question)
        for count, event in enumerate(events.stored(session, *conditions)):
            if question.limit is not None and count >= question.limit:
                return
            body = json.loads(event.body)
            yield {
                "seq": event.seq,
                "at": event.at,
                "actor": names.get(event.actor, event.actor),
                "action": event.action,
                "fact": body["fact"],
                "outcome": event.outcome,
                "dataset": event.dataset,
                "request": event.request,
                "authentication": body["authentication"],
                "details": body["details"],
                "digest": event.digest,
            }


def _conditions(session: Session, question: Question) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if question.actor:
        found.append(col(Event.actor) == _pseudonym(session, question.actor))
    if question.dataset:
        # A name without a version asks for all of them.
        found.append(
            or_(
                col(Event.dataset) == question.dataset,
                col(Event.dataset).startswith(question.dataset + "@", autoescape=True),
            )
        )
    if question.request:
        found.append(col(Event.request) == question.request.upper())
    if question.action:
        require_word("action", question.action, ACTIONS)
        found.append(col(Event.action) == question.action)
    if question.outcome:
        require_word("outcome", question.outcome, OUTCOMES)
        found.append(col(Event.outcome) == question.outcome)
    if question.since:
        found.append(col(Event.at) >= _since(question.since))
    if question.until:
        found.append(col(Event.at) < _after(question.until))
    return found


def _pseudonym(session: Session, actor: str) -> str:
    """The actor as the log knows it. A pseudonym stands for itself: its name may be erased."""
    if actor == UNIDENTIFIED or actor.startswith("p-"):
        return actor
    account = session.exec(select(Account).where(Account.name == actor)).first()
    if account is None:
        raise NotFound(
            f"there is no account {actor!r}",
            expected=f"an account, its pseudonym, or {UNIDENTIFIED!r}",
            todo="see `registry accounts list`",
        )
    return account.pseudonym


def _since(text: str) -> str:
    """The first moment of a day, or the moment itself, as it is stored."""
    return _stamped(text, timedelta())


def _after(text: str) -> str:
    """The first moment after a day, or after the moment itself."""
    return _stamped(text, timedelta(days=1) if _DAY.fullmatch(text) else timedelta(microseconds=1))


def _stamped(text: str, later: timedelta) -> str:
    try:
        found = datetime.fromisoformat(text)
        return stamp((found if found.tzinfo else found.replace(tzinfo=UTC)) + later)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{text!r} is no time", expected="YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+00:00"
        ) from error
