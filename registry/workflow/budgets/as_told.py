"""What two people signed is what the log tells of it: rows that are gone or changed are refused."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.records import Event
from registry.records.told import SIGNED, SourceTold
from registry.workflow.budgets.terms import DECLARE, SIGN, Declared, Signature, label_of
from registry.workflow.signature_check import distrusted

Made = Sequence[tuple[Declared, Signature | None]]
"""Every budget of a source, every partition or every batch, with each of its signatures."""


def require_two(made: Made) -> None:
    """Raise `IntegrityFailure` without a declaration on each, and on one that is signed two
    people's.
    """
    by: dict[str, dict[str, int]] = {}
    for row, one in made:
        people = by.setdefault(label_of(row), {})
        if one is not None:
            people[one.meaning] = one.account_id
    for label, people in by.items():
        if DECLARE not in people or len(set(people.values())) < len(people):
            raise _altered(f"{label} lacks a signature of the two people who made it")


def require_told(session: Session, source: str, action: str, made: Made) -> None:
    """Raise `IntegrityFailure` unless the log tells of the same second signatures, each of the same
    statement at the same event.
    """
    signed = {
        label_of(row): (one.event_seq, one.statement_digest)
        for row, one in made
        if one is not None and one.meaning == SIGN
    }
    told = {
        str(one["details"].get("label", one["details"].get("budget"))): (
            int(one["seq"]),
            str(one["details"].get("statement")),
        )
        for one in told_of(session, source, action)
    }
    for label in sorted({*told, *signed}):
        if told.get(label) != signed.get(label):
            raise _altered(f"{label} of {source} is not signed as the log tells")


def told_of(session: Session, source: str, action: str) -> list[dict[str, Any]]:
    """The events of ``action`` that were done on a source; only of those that are `SIGNED`."""
    # The sum keeps SQLite off the index of outcomes: nearly every event of a log is "done".
    bodies = session.exec(
        select(Event.body)
        .where(sa.text(SIGNED), SourceTold(col(Event.body)) == source)
        .where(Event.action == action, col(Event.outcome) + "" == "done")
    )
    return [json.loads(bytes(body)) for body in bodies]


def sources_told(session: Session, action: str, sources: Collection[str]) -> set[str]:
    """Those of ``sources`` of which the log tells that ``action`` was done."""
    source = SourceTold(col(Event.body))
    rows = session.execute(
        select(source)
        .where(sa.text(SIGNED), source.in_(sources))
        .where(Event.action == action, col(Event.outcome) + "" == "done")
    )
    return {str(name) for (name,) in rows}


def in_doubt(session: Session, signatures: Sequence[Signature]) -> str | None:
    """Why signatures count for nothing: others may have made one of them; None if they count."""
    since = distrusted(session)
    for one in signatures:
        if one.key_id in since and one.signed_at >= since[one.key_id]:
            return f"signed with the key {one.key_id}, which others may have used by then"
    return None


def state_of_two(session: Session, made: Sequence[Signature]) -> str:
    """``proposed``, ``in force``, or ``void``: signed by nobody, as older versions let partitions
    be, or with a key that others may have used.
    """
    if not made or in_doubt(session, made):
        return "void"
    return "in force" if len(made) == 2 else "proposed"


def _altered(what: str) -> IntegrityFailure:
    return IntegrityFailure(
        what,
        expected="both of its signatures, as they were made",
        todo="run `registry audit verify` and find out who changed it",
    )
