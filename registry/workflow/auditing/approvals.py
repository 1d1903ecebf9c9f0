"""Who signed what, when, in which role, under which policies and on which evidence."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session, col, select

from registry.log.canonical import digest_bytes
from registry.records import SignOff
from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.followed import SIGNED, any_of
from registry.workflow.context import Context

Row = dict[str, object]
COLUMNS = ("seq", "at", "actor", "role", "meaning", "dataset", "request", "policies", "evidence")


def approvals(context: Context, question: Question) -> Iterator[Row]:
    """Every signature on a request that meets the question, refusals to sign not among them.

    Policies and evidence are those of the statement that was signed; where its bytes are no longer
    those that the log names, the row says so.
    """
    with reading(context.engine) as session:
        known = names(session)
        for one in facts(session, any_of(question, SIGNED)):
            yield _row(session, one, known)


def _row(session: Session, one: Fact, names: Mapping[str, str]) -> Row:
    said, kept = _statement(session, one)
    return {
        "seq": one.seq,
        "at": one.at,
        "actor": names.get(one.actor, one.actor),
        "role": one.details.get("role"),
        "meaning": one.details.get("meaning"),
        "dataset": one.dataset,
        "request": one.request,
        "policies": [f"{policy['id']} {policy['version']}" for policy in said.get("policies", ())],
        "evidence": said.get("evidence", []),
        "waivers": said.get("waivers", []),
        "decision": one.details.get("decision"),
        "reason": said.get("reason"),
        "authentication": one.authentication,
        "statement": one.details.get("statement"),
        "statement_kept": kept,
    }


def _statement(session: Session, one: Fact) -> tuple[Mapping[str, Any], str]:
    """What was signed over, and whether the record still holds those bytes."""
    row = session.exec(select(SignOff).where(col(SignOff.event_seq) == one.seq)).first()
    if row is None:
        return {}, "gone"
    if digest_bytes(bytes(row.statement)) != one.details.get("statement"):
        return {}, "altered"
    return json.loads(row.statement), "as signed"
