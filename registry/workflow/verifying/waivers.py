"""Compares waivers with the log: what was granted, by whom, and how it ended."""

import base64
import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.log.canonical import digest_bytes
from registry.records import Account, Dataset, DatasetVersion, WaiverRecord
from registry.workflow.signature_check import signature_problem
from registry.workflow.verifying.told import Log, differences, pseudonym


def waiver_problems(session: Session, log: Log) -> Iterator[str]:
    """Every waiver that is not what its event, or its own statement, says."""
    keys = ("policy", "rule", "until", "role", "statement", "key", "signature")
    ended = {
        one.details.get("waiver"): (one.at, one.actor, one.details.get("reason"))
        for one in log
        if one.fact == "waiver.ended"
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(WaiverRecord)):
        label = f"W-{row.id}"
        by = pseudonym(session, row.approved_by)
        told = (row.policy_id, row.rule, row.until, row.role, row.statement_digest)
        signed = base64.b64encode(row.signature).decode() if row.signature else None
        stored[row.event_seq] = (*told, row.key_id, signed, by, _version(session, row))
        if not _waives(row, session.get_one(Account, row.approved_by).name):
            yield f"waiver {label}: it is not what its statement says"
        if found := signature_problem(session, row, row.approved_by, row.approved_at):
            yield f"waiver {label}: {found}"
        how = (row.ended_at, pseudonym(session, row.ended_by), row.ended_reason)
        if how != ended.get(label, (None,) * 3):
            yield f"waiver {label}: how it ended is not what the log records"
    told_of: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in keys), one.actor, one.dataset)
        for one in log
        if one.fact == "waiver.granted"
    }
    yield from differences("waiver of event", stored, told_of)


def _version(session: Session, row: WaiverRecord) -> str:
    version = session.get_one(DatasetVersion, row.version_id)
    return f"{session.get_one(Dataset, version.dataset_id).name}@{version.number}"


def _waives(row: WaiverRecord, name: str) -> bool:
    """Whether the columns are those of the bytes that were signed over."""
    if digest_bytes(bytes(row.statement)) != row.statement_digest:
        return False
    said = json.loads(row.statement)
    keys = ("rule", "reason", "owner", "ticket", "control", "until", "role", "authentication")
    stored = (
        name,
        row.policy_id,
        row.policy_version,
        row.approved_at,
        *(getattr(row, key) for key in keys),
    )
    policy = said["policy"]
    signed = (said["signer"], policy["id"], policy["version"], said["at"])
    return stored == (*signed, *(said.get(key) for key in keys))
