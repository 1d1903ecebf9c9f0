"""The state of a dataset version as of a day, a moment or a length of the log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.policy.expiry import expired
from registry.records import Event, WaiverRecord
from registry.store.database import reading
from registry.store.pages import Page, pages
from registry.workflow.auditing.asking import names
from registry.workflow.auditing.fact import read
from registry.workflow.auditing.fold import Standing, fold
from registry.workflow.auditing.releases_to import labels
from registry.workflow.auditing.then import as_of, moment_of
from registry.workflow.context import Context

Row = dict[str, object]
_AROUND = ("add-source", "confirm-source", "withdraw-source", "end-waiver")
"""Actions whose events are about more than one version, and name none."""


def state(context: Context, label: str, moment: str | None = None) -> Row:
    """What the log said of NAME@V at ``moment`` (now, where it is None), for a person to read."""
    with reading(context.engine) as session:
        found = standing(session, label, moment)
        if found.state is None:
            raise NotFound(
                f"{label} was not registered" + (f" as of {moment}" if moment else ""),
                expected="a version that was there at that time",
                todo=f"see `registry audit query --dataset {label}`",
            )
        then = moment_of(session, moment, context.clock())
        return _row(found, then, names(session), labels(session))


def standing(session: Session, label: str, moment: str | None = None) -> Standing:
    """The fold over the log as it was at ``moment``."""
    about = or_(
        col(Event.dataset) == label,
        col(Event.action).in_(_AROUND),
        col(Event.request).in_(_requests(session, label)),
    )
    asked = [as_of(session, moment)] if moment else []
    conditions: list[ColumnElement[bool]] = [about, *asked]
    granted = dict(session.exec(select(WaiverRecord.event_seq, WaiverRecord.id)).all())
    waivers = {seq: f"W-{key}" for seq, key in granted.items()}
    facts = (read(event) for event in pages(session, conditions, Page()))
    return fold(label, facts, waivers)


def _requests(session: Session, label: str) -> list[str]:
    """The version's requests, which alone are named where a step with one was refused."""
    chosen = [col(Event.dataset) == label, col(Event.action) == "submit"]
    return [one.request for one in pages(session, chosen, Page()) if one.request]


def _row(
    found: Standing, then: datetime, names: Mapping[str, str], labels: Mapping[str, str]
) -> Row:
    def name(one: str | None) -> str | None:
        return None if one is None else names.get(one, one)

    return {
        "version": found.label,
        "state": found.state,
        "source": found.source,
        "source_state": found.source_state,
        "classification": found.classification,
        "registered_by": name(found.registered_by),
        "registered_at": found.registered_at,
        "file": found.file,
        "content": found.content,
        "card": found.card,
        "evaluations": [
            f"{key} ({'admissible' if admissible else 'exploratory'})"
            for key, admissible in found.evaluations.items()
        ],
        "requests": [
            {
                "request": key,
                "state": one.state,
                "use": one.use,
                "audience": one.audience,
                "signed": [f"{one.meaning} {name(one.by)} ({one.role})" for one in one.signed],
            }
            for key, one in found.requests.items()
        ],
        "releases": [
            {
                "release": labels.get(key, key),
                "state": _state(one.state, one.expires, then),
                "recipient": one.recipient,
                "expires": one.expires,
            }
            for key, one in found.releases.items()
        ],
        "waivers": [
            {
                "waiver": key,
                "rule": f"{one.policy} {one.rule}",
                "state": "ended" if one.ended_at else _state("in force", one.until, then),
                "until": one.until,
            }
            for key, one in found.waivers.items()
        ],
        "refused": found.refused,
        "last_event": found.last,
    }


def _state(state: str, until: str | None, then: datetime) -> str:
    """A day that has passed ends what nobody ended."""
    over = state in ("in-force", "in force") and until is not None and expired(until, then)
    return "expired" if over else state
