"""Whether the trail verifies, and how the log stood at both ends of a period."""

import base64
from dataclasses import replace

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from registry.clock import stamp
from registry.errors import IntegrityFailure, RegistryError
from registry.records import Anchor, Event, LogCheckpoint
from registry.reports.period.facts import EndFacts, TrailFacts
from registry.store.database import reading
from registry.workflow.auditing.exposure import exposure, last_anchor
from registry.workflow.auditing.times import after, end, since
from registry.workflow.context import Context
from registry.workflow.verify import require_intact

Verdict = tuple[str, tuple[str, ...]]
"""intact, broken or not checked; and why."""


def verified(context: Context) -> tuple[Verdict, RegistryError | None]:
    """The verdict on the whole trail, and what a command must end with if that is not intact."""
    try:
        with reading(context.engine, at_once=True) as session:
            found = require_intact(context, session)
    except IntegrityFailure as error:
        return ("broken", tuple(error.what.splitlines())), error
    except RegistryError as error:
        return ("not checked", (error.what,)), error
    last = (
        f"the last signed checkpoint is of {found.checkpoint}"
        if found.checkpoint
        else ("no checkpoint was ever signed")
    )
    said = f"All {found.events} events, records and signatures agree today; {last}."
    return ("intact", (said,)), None


def trail(session: Session, first: str, last: str, verdict: Verdict) -> TrailFacts:
    """The log from the first day to the last, and what of it lies under no anchor."""
    begin = _end(session, since(first))
    stop = replace(_end(session, after(last)), at=stamp(end(last)))
    anchor = last_anchor(session)
    protected = max(anchor.size if anchor else 0, begin.events)
    return TrailFacts(
        verdict=verdict[0],
        why=verdict[1],
        first=begin,
        last=stop,
        events=stop.events - begin.events,
        unanchored=max(stop.events - protected, 0),
        exposure=exposure(session).sentence,
    )


def _end(session: Session, before: str) -> EndFacts:
    """The log as it was when everything earlier than ``before`` was in it."""
    size = session.exec(select(func.max(Event.seq)).where(col(Event.at) < before)).one() or 0
    return EndFacts(
        before,
        size,
        _checkpoint(session, col(LogCheckpoint.at) < before),
        _anchor(session, col(Anchor.at) < before),
    )


def _checkpoint(session: Session, when: ColumnElement[bool]) -> str | None:
    row = session.exec(
        select(LogCheckpoint).where(when).order_by(col(LogCheckpoint.size).desc()).limit(1)
    ).first()
    if row is None:
        return None
    return f"{row.size} events, root {base64.b64encode(bytes(row.root)).decode()}, {row.at[:10]}"


def _anchor(session: Session, when: ColumnElement[bool]) -> str | None:
    row = session.exec(
        select(Anchor).where(when).order_by(col(Anchor.size).desc(), col(Anchor.id).desc()).limit(1)
    ).first()
    return f"{row.size} events, {row.kind} {row.place}, {row.at[:10]}" if row else None
