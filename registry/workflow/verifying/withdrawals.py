"""Compares withdrawals with the log, and the states of sources and versions with both."""

from collections.abc import Iterator

from sqlmodel import Session, select

from registry.records import Dataset, DatasetVersion, Source, SourceState, VersionState, Withdrawal
from registry.workflow.verifying.told import Log, differences, pseudonym
from registry.workflow.withdraw_version import BASIS


def withdrawal_problems(session: Session, log: Log) -> Iterator[str]:
    """What is withdrawn and the log does not know, or the reverse."""
    stored: dict[object, object] = {
        row.event_seq: (
            _subject(session, row),
            row.basis,
            row.reason,
            row.withdrawn_at,
            pseudonym(session, row.withdrawn_by),
        )
        for row in session.exec(select(Withdrawal))
    }
    told: dict[object, object] = {
        one.seq: (
            one.details.get("source") or one.dataset,
            one.details.get("basis", BASIS),
            one.details.get("reason"),
            one.at,
            one.actor,
        )
        for one in log
        if one.fact in ("source.withdrawn", "dataset.withdrawn")
    }
    yield from differences("withdrawal of event", stored, told)
    yield from _states(session, log)


def _states(session: Session, log: Log) -> Iterator[str]:
    sources = {one.details.get("source") for one in log if one.fact == "source.withdrawn"}
    for row in session.exec(select(Source)):
        if (row.state == SourceState.WITHDRAWN) != (row.name in sources):
            yield f"source {row.name}: whether it is withdrawn is not what the log records"
    versions = {one.dataset for one in log if one.fact == "dataset.withdrawn"}
    for version, dataset in session.exec(
        select(DatasetVersion, Dataset).where(DatasetVersion.dataset_id == Dataset.id)
    ):
        label = f"{dataset.name}@{version.number}"
        if (version.state == VersionState.WITHDRAWN) != (label in versions):
            yield f"version {label}: whether it is withdrawn is not what the log records"


def _subject(session: Session, row: Withdrawal) -> str | None:
    if row.source_id is not None:
        return session.get_one(Source, row.source_id).name
    if row.version_id is None:
        return None
    version = session.get_one(DatasetVersion, row.version_id)
    return f"{session.get_one(Dataset, version.dataset_id).name}@{version.number}"
