"""Compares the revisions of cards with the log: no word of a card changed without its event."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.log.canonical import digest_bytes
from registry.records import CardRevision, Dataset, DatasetVersion
from registry.workflow.verifying.told import Log, differences, pseudonym


def cards_told(log: Log) -> dict[str | None, object]:
    """The digest of the card that each version has by the log, after the last amendment."""
    told: dict[str | None, object] = {}
    for one in log:
        if one.fact in ("dataset.registered", "dataset.amended"):
            told[one.dataset] = one.details.get("card")
    return told


def amendment_problems(session: Session, log: Log) -> Iterator[str]:
    """Every revision that is not the one that its event names."""
    stored: dict[object, object] = {}
    before: dict[int, str] = {}
    rows = session.exec(
        select(CardRevision, DatasetVersion, Dataset)
        .where(CardRevision.version_id == DatasetVersion.id)
        .where(DatasetVersion.dataset_id == Dataset.id)
        .order_by(col(CardRevision.version_id), col(CardRevision.number))
    )
    for row, version, dataset in rows:
        label = f"{dataset.name}@{version.number}"
        if digest_bytes(row.card.encode()) != row.card_digest:
            yield f"version {label}: revision {row.number} of its card has another digest"
        if row.event_seq is not None:
            by = pseudonym(session, row.amended_by)
            was = before.get(row.version_id)
            why = digest_bytes((row.reason or "").encode())
            stored[row.event_seq] = (label, was, row.card_digest, why, row.amended_at, by)
        before[row.version_id] = row.card_digest
    told: dict[object, object] = {
        one.seq: (
            one.dataset,
            *(one.details.get(key) for key in ("was", "card", "reason")),
            one.at,
            one.actor,
        )
        for one in log
        if one.fact == "dataset.amended"
    }
    yield from differences("amendment of event", stored, told)
