"""Compares recalls with the log: the notice, how far it came, and what was answered."""

import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.log.canonical import digest_bytes
from registry.records import Recall, Release
from registry.workflow.commitment import commitment
from registry.workflow.find import release_label
from registry.workflow.recalls.issue import recall_label
from registry.workflow.verifying.told import Log, Told, differences, pseudonym

Key = tuple[object, object]


def recall_problems(session: Session, log: Log) -> Iterator[str]:
    """Every recall that is not what its events, or its own notice, say."""
    arrived, answered = _arrived(log), _answered(log)
    stored: dict[object, object] = {}
    for row in session.exec(select(Recall)):
        release = session.get_one(Release, row.release_id)
        key, name = (release_label(release), row.number), recall_label(release, row)
        stored[row.event_seq] = (
            *key,
            release.recipient,
            row.notice_digest,
            row.issued_at,
            pseudonym(session, row.issued_by),
        )
        if not _says(row, release):
            yield f"recall {name}: it is not what its notice says"
        if (row.delivery, row.attempted_at, row.cause) != arrived.get(key, ("pending", None, None)):
            yield f"recall {name}: how it was delivered is not what the log records"
        if _answer(session, row) != answered.get(key, (None,) * 4):
            yield f"recall {name}: how it was acknowledged is not what the log records"
    keys = ("release", "number", "recipient", "notice")
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in keys), one.at, one.actor)
        for one in log
        if one.fact == "recall.issued"
    }
    yield from differences("recall of event", stored, told)


def _says(row: Recall, release: Release) -> bool:
    if digest_bytes(bytes(row.notice)) != row.notice_digest:
        return False
    said = json.loads(row.notice)
    shown = (release_label(release), row.number, row.code, release.file_digest)
    return shown == tuple(said.get(key) for key in ("release", "notice", "code", "file"))


def _arrived(log: Log) -> dict[Key, tuple[object, ...]]:
    """The state of every notice that was sent: what arrived once is delivered."""
    found: dict[Key, tuple[object, ...]] = {}
    for one in log:
        key = _key(one)
        if one.fact == "recall.delivered":
            found[key] = ("delivered", one.at, None)
        elif one.fact == "recall.failed" and found.get(key, ("",))[0] != "delivered":
            found[key] = ("failed", one.at, one.details.get("cause"))
    return found


def _answered(log: Log) -> dict[Key, tuple[object, ...]]:
    return {
        _key(one): (one.at, one.actor, one.details.get("by"), one.details.get("evidence"))
        for one in log
        if one.fact == "recall.acknowledged"
    }


def _answer(session: Session, row: Recall) -> tuple[object, ...]:
    return (
        row.acknowledged_at,
        pseudonym(session, row.recorded_by),
        commitment(row.salt, row.acknowledged_by),
        commitment(row.salt, row.evidence),
    )


def _key(one: Told) -> Key:
    return (one.details.get("release"), one.details.get("number"))
