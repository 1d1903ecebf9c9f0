"""Compares sign-offs with the log and with their own statements, and checks each signature."""

import base64
import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.log.canonical import digest_bytes
from registry.records import Account, SignOff
from registry.workflow.find import account_name, row_id
from registry.workflow.signature_check import signature_problem
from registry.workflow.verifying.told import Log, differences, pseudonym

_SIGNATURES = ("request.signed", "request.rejected", "request.returned", "signoff.retracted")
_KEYS = ("statement", "role", "meaning", "for", "key", "signature")


def signoff_problems(session: Session, log: Log) -> Iterator[str]:
    """Every sign-off that is not what its event, its statement or its signature says."""
    stored: dict[object, object] = {}
    rows = session.exec(select(SignOff)).all()
    taken_back = {row.retracts: row.signed_at for row in rows if row.retracts is not None}
    seqs: dict[int | None, int] = {row_id(row): row.event_seq for row in rows}
    for row in rows:
        signer = session.get_one(Account, row.account_id)
        request = f"R-{row.request_id}"
        others = (seqs.get(row.retracts), signer.pseudonym, request)
        stored[row.event_seq] = (*_facts(session, row), *others)
        if not says(session, row):
            yield f"sign-off {row.id}: it is not what its statement says"
        if row.retracted_at != taken_back.get(row_id(row)):
            yield f"sign-off {row.id}: whether it was retracted is not what was signed"
        if found := signature_problem(session, row, row.account_id, row.signed_at):
            yield f"sign-off {row.id}: {found}"
    told: dict[object, object] = {
        one.seq: (
            *(one.details.get(key) for key in _KEYS),
            one.details.get("retracts"),
            one.actor,
            one.request,
        )
        for one in log
        if one.fact in _SIGNATURES
    }
    yield from differences("sign-off of event", stored, told)


def _facts(session: Session, row: SignOff) -> tuple[object, ...]:
    principal = pseudonym(session, row.principal_id)
    signature = base64.b64encode(row.signature).decode() if row.signature else None
    return (row.statement_digest, row.role, row.meaning, principal, row.key_id, signature)


def says(session: Session, row: SignOff) -> bool:
    """Whether its request and the columns that reports print are those of the bytes signed over."""
    if digest_bytes(bytes(row.statement)) != row.statement_digest:
        return False
    said = json.loads(row.statement)
    keys = ("request", "signer", "for", "role", "meaning", "reason", "at", "authentication")
    return tuple(said.get(key) for key in keys) == (
        f"R-{row.request_id}",
        account_name(session, row.account_id),
        account_name(session, row.principal_id),
        row.role,
        row.meaning,
        row.reason,
        row.signed_at,
        row.authentication,
    )
