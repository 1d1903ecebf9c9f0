"""Gathers what the audit report says of a period, by the questions that auditors ask anyway."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session, col, func, select

from registry.errors import InvalidInput, RegistryError
from registry.records import Event
from registry.reports.document import Document
from registry.reports.numbers import words
from registry.reports.period.audit import audit as document_of
from registry.reports.period.facts import (
    EventFacts,
    GrantFacts,
    PeriodFacts,
    RefusalFacts,
    SignedFacts,
    WaivedFacts,
)
from registry.store.database import reading
from registry.store.time_order import CORRECTED
from registry.workflow.attempt import refusals_logged
from registry.workflow.auditing.approvals import approvals
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.denials import denials
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.releases_to import releases_to
from registry.workflow.auditing.times import after, end, since
from registry.workflow.auditing.waived import waived
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope
from registry.workflow.reports.trail import Verdict, trail, verified
from registry.workflow.verifying.clock import Forwards

Row = dict[str, object]
UNDECIDED: Final = ("denied", "undecided")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ended": (
        "release.revoked",
        "release.superseded",
        "release.flagged",
        "release.cleared",
        "recall.",
        "dataset.withdrawn",
        "source.withdrawn",
    ),
    "policies": ("policy.",),
    "people": ("account.", "role.", "deputy.", "key.", "enrolment.", "password.", "token."),
    "terms": ("budget.", "agreement.", "partition.", "figures.", "recipient."),
    "clock": (CORRECTED,),
    "upkeep": ("log.", "database."),
}
"""Which facts, or beginnings of them, a section of the report lists event by event."""

ABOUT: Final = (
    *("release", "recall", "source", "policy", "version", "waiver", "agreement", "budget"),
    *("audience", "partition", "account", "role", "roles", "deputy", "token", "scopes"),
    *("recipient", "kind", "size"),
)
"""What an event can be at, by the names that it has in the details."""


@dataclass(frozen=True)
class Period:
    """Days in UTC, both inclusive; ``until`` may be in the future."""

    since: str
    until: str


def audit(context: Context, period: Period) -> tuple[Document, RegistryError | None]:
    """The audit report, and what the command must end with: None where the trail verifies.

    A report on a trail that does not verify is written all the same, and says so first.
    """
    _require_days(period)
    with refusals_logged(context, "report"):
        require_scope(context, "report")
        verdict, failure = verified(context)
        found = _facts(context, period, verdict)
        return document_of(found), failure


def _require_days(period: Period) -> None:
    if since(period.since) >= after(period.until):
        raise InvalidInput(
            f"nothing is between {period.since} and {period.until}",
            expected="--from before --to, as days: --from 2026-01-01 --to 2026-06-30",
        )


def _facts(context: Context, period: Period, verdict: Verdict) -> PeriodFacts:
    over = end(period.until) <= context.clock()
    last = period.until if over else context.now()
    question = Question(since=period.since, until=last)
    refusals = [_refusal(row) for row in denials(context, replace(question, as_of=last))]
    signed = list(approvals(context, question))
    with reading(context.engine) as session:
        known, kept, counted, wrong = _told(session, question)
        return PeriodFacts(
            since=period.since,
            until=period.until,
            over=over,
            trail=trail(session, period.since, last, verdict),
            counted=tuple(sorted(counted.items())),
            granted=tuple(_granted(context, period.since, last)),
            denied=tuple(one for one in refusals if one.outcome in UNDECIDED),
            refused=tuple(one for one in refusals if one.outcome not in UNDECIDED),
            waived=tuple(_waived(context, period.since, last)),
            signed=tuple(_signed(row) for row in signed),
            **{
                kind: tuple(_event(one, known) for one in kept[kind])
                for kind in KINDS
                if kind != "clock"
            },
            clock=(*(_event(one, known) for one in kept["clock"]), *wrong),
            local_mode=context.settings.mode == "local",
            printed_at=context.now(),
        )


def _told(
    session: Session, question: Question
) -> tuple[dict[str, str], dict[str, list[Fact]], Counter[str], list[EventFacts]]:
    """One walk through the period: names, the events of each kind, counts, and time that ran back.

    Only what a section lists is kept in memory.
    """
    known, forwards = names(session), Forwards()
    kept: dict[str, list[Fact]] = {kind: [] for kind in KINDS}
    counted: Counter[str] = Counter()
    wrong: list[EventFacts] = []
    first, last = _numbers(session, question)
    for one in facts(session, Question(after=first, upto=last)):
        counted[one.fact] += 1
        if said := forwards.problem(one.seq, one.at, one.fact):
            wrong.append(EventFacts(one.seq, one.at, "the clock", "Time ran back", "", said))
        for kind, beginnings in KINDS.items():
            if one.fact.startswith(beginnings):
                kept[kind].append(one)
    return known, kept, counted, wrong


def _numbers(session: Session, question: Question) -> tuple[int, int]:
    """The events around the period, by number: one out of order belongs to those beside it."""
    within = [
        col(Event.at) >= since(question.since or ""),
        col(Event.at) < after(question.until or ""),
    ]
    found = session.exec(select(func.min(Event.seq), func.max(Event.seq)).where(*within)).one()
    return (found[0] - 1, found[1]) if found[0] else (0, 0)


def _event(one: Fact, known: Mapping[str, str]) -> EventFacts:
    return EventFacts(
        seq=one.seq,
        at=one.at,
        who=known.get(one.actor, one.actor),
        what=words(one.fact.replace(".", " ")).capitalize(),
        about=_about(one, known),
        grounds=_grounds(one),
    )


def _about(one: Fact, known: Mapping[str, str]) -> str:
    """What it was at, of all that the event names."""
    named = [each for key in ABOUT for each in _several(one.details.get(key))]
    said = [one.dataset, one.request, *(known.get(each, each) for each in named)]
    return ", ".join(each for each in said if each) or "the registry"


def _several(value: object) -> list[str]:
    """What an event names under one key: nothing, one thing, or several."""
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _grounds(one: Fact) -> str:
    """The reason that was given; of a policy what it changed."""
    if changes := one.details.get("changes"):
        told = (f"{each['direction']} {each['where']}: {each['what']}" for each in changes)
        return "; ".join(told)
    reason = one.details.get("reason")
    return str(reason) if reason else "none given"


def _granted(context: Context, first: str, last: str) -> Iterable[GrantFacts]:
    by: dict[object, list[Row]] = {}
    # What was released in the period may have been signed before it.
    for row in approvals(context, Question(until=last)):
        by.setdefault(row["request"], []).append(row)
    for row in releases_to(context, None, last):
        if str(row["at"]) < since(first):
            continue
        approved = [one for one in by.get(row["request"], []) if one["meaning"] == "approve"]
        policies = [str(name) for one in approved for name in _listed(one["policies"])]
        yield GrantFacts(
            release=str(row["release"]),
            dataset=str(row["dataset"]),
            recipient=str(row["recipient"]),
            use=str(row["use"]),
            state=str(row["state"]),
            at=str(row["at"]),
            by=str(row["by"]),
            expires=str(row["expires"]),
            agreement=_text(row["agreement"]),
            request=str(row["request"]),
            decision=str(row["decision"]),
            policies=tuple(dict.fromkeys(policies)),
            signed=tuple(f"{one['actor']} ({words(str(one['role']))})" for one in approved),
        )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _refusal(row: Row) -> RefusalFacts:
    about = [row[key] for key in ("dataset", "request", "about") if row[key]]
    why = row["why"]
    return RefusalFacts(
        seq=int(str(row["seq"])),
        at=str(row["at"]),
        who=str(row["actor"]),
        action=str(row["action"]),
        about=", ".join(map(str, about)) or "the registry",
        outcome=str(row["outcome"]),
        why=", ".join(map(str, why)) if isinstance(why, list) else str(why or "not recorded"),
        then=str(row["then"]),
    )


def _waived(context: Context, first: str, last: str) -> Iterable[WaivedFacts]:
    for row in waived(context, as_of=last):
        over = str(row["ended_at"] or row["until"])
        if over < first:
            continue
        how = f"{row['state']}: {row['ended_reason']}" if row["ended_reason"] else row["state"]
        yield WaivedFacts(
            label=str(row["waiver"]),
            dataset=str(row["dataset"]),
            rule=f"{row['policy']} {row['rule']}",
            by=f"{row['actor']} ({words(str(row['role']))})",
            at=str(row["at"]),
            until=str(row["until"]),
            state=str(how),
            reason=str(row["reason"] or "not kept"),
            control=str(row["control"] or "not kept"),
            owner=str(row["owner"] or "not kept"),
            kept=str(row["statement_kept"]),
        )


def _signed(row: Row) -> SignedFacts:
    about = [str(row[key]) for key in ("dataset", "request") if row[key]]
    return SignedFacts(
        seq=int(str(row["seq"])),
        at=str(row["at"]),
        who=str(row["actor"]),
        role=str(row["role"]),
        meaning=str(row["meaning"]),
        about=", ".join(about),
        policies=tuple(map(str, _listed(row["policies"]))),
        reason=_text(row["reason"]),
        authentication=str(row["authentication"]),
        kept=str(row["statement_kept"]),
    )
