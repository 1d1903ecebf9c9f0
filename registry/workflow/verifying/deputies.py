"""Compares deputies with the log: who was named for whom, when, and how it ended."""

import base64
import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.log.canonical import digest_bytes
from registry.records import Deputy
from registry.workflow.find import account_name
from registry.workflow.signature_check import signature_problem
from registry.workflow.verifying.told import Log, differences, pseudonym

_KEYS = ("deputy", "first", "last", "statement", "key", "signature")


def deputy_problems(session: Session, log: Log) -> Iterator[str]:
    """Every deputy who is not the one that the log, or the principal's statement, names."""
    ended = {
        one.details.get("deputy"): (one.at, one.actor) for one in log if one.fact == "deputy.ended"
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(Deputy)):
        label = f"D-{row.id}"
        stored[row.event_seq] = _facts(session, row)
        if not _says(session, row):
            yield f"deputy {label}: it is not what its statement says"
        if found := signature_problem(session, row, row.principal_id, row.named_at):
            yield f"deputy {label}: {found}"
        how = (row.ended_at, pseudonym(session, row.ended_by))
        if how != ended.get(label, (None, None)):
            yield f"deputy {label}: how it ended is not what the log records"
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in _KEYS), one.actor)
        for one in log
        if one.fact == "deputy.named"
    }
    yield from differences("deputy of event", stored, told)


def _facts(session: Session, row: Deputy) -> tuple[object, ...]:
    signature = base64.b64encode(row.signature).decode() if row.signature else None
    return (
        pseudonym(session, row.deputy_id),
        row.first,
        row.last,
        row.statement_digest,
        row.key_id,
        signature,
        pseudonym(session, row.principal_id),
    )


def _says(session: Session, row: Deputy) -> bool:
    if digest_bytes(bytes(row.statement)) != row.statement_digest:
        return False
    said = json.loads(row.statement)
    names = (account_name(session, row.principal_id), account_name(session, row.deputy_id))
    shown = (*names, row.first, row.last, row.reason, row.named_at, row.authentication)
    keys = ("signer", "deputy", "first", "last", "reason", "at", "authentication")
    return shown == tuple(said.get(key) for key in keys)
