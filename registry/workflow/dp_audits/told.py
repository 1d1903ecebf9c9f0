"""What the log tells of the audits of a version, and what they show: as policies read it.

From the log and not from the rows: none that is gone must make a contradicted claim a good one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from registry.ledger.audits import SUBMITTED, Audit, Shown, shown, with_scores
from registry.policy.audited import audited
from registry.policy.facts import Evidence, Subject
from registry.records import DpAudit, Event
from registry.workflow.budgets.ledger import Claim

_ACTIONS = ("plan-dp-audit", "submit-dp-audit")


@dataclass(frozen=True)
class Told:
    """One event about an audit."""

    seq: int
    fact: str
    details: Mapping[str, Any]


def audits_told(session: Session, label: str) -> list[Audit]:
    """The audits of NAME@V that have scores; raises `ValueError` where that cannot be made out."""
    return with_scores(_told(session, label))


def evidence_of_audits(session: Session, subject: Subject, claim: Claim) -> Iterator[Evidence]:
    """What the audits of a version show of the claim on its card."""
    label = f"{subject.dataset}@{subject.version}"
    try:
        found = shown(audits_told(session, label), claim)
    except ValueError as error:
        return audited(subject, None, None, str(error))
    return audited(subject, found.lower_bound, found.contradicting)


def labels_audited(session: Session) -> set[str]:
    """The versions that the log tells of an audit of."""
    found = session.exec(select(Event.dataset).where(col(Event.action).in_(_ACTIONS)))
    return {label for label in found if label is not None}


def shown_of(session: Session, label: str, claim: Claim) -> Shown | None:
    """What the audits of NAME@V show of a claim; None where none of them has scores."""
    audits = audits_told(session, label)
    return shown(audits, claim) if audits else None


def _told(session: Session, label: str) -> list[Told]:
    # As expressions, so that events are looked up by their dataset, of which there are few.
    bodies = session.exec(
        select(Event.body)
        .where(Event.dataset == label, (col(Event.action) + "").in_(_ACTIONS))
        .where(col(Event.outcome) + "" == "done")
        .order_by(col(Event.seq))
    )
    said = [json.loads(bytes(body)) for body in bodies]
    events = [Told(one["seq"], one["fact"], one["details"]) for one in said]
    return [_naming_its_plan(session, one) for one in events]


def _naming_its_plan(session: Session, one: Told) -> Told:
    """Scores from before they told of their plan name the row of it."""
    if one.fact != SUBMITTED or "plan" in one.details:
        return one
    row = session.get(DpAudit, int(str(one.details["audit"]).removeprefix("AUD-")))
    plan = {"plan": row.event_seq} if row else {}
    return Told(one.seq, one.fact, {**one.details, **plan})
