"""One version with everything recorded around it, but for what was measured."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from registry.card import DatasetCard, recorded_card
from registry.records import (
    Account,
    CardRevision,
    DatasetVersion,
    DecisionRecord,
    Evaluation,
    Generator,
    Guarantee,
    Measurement,
    Release,
    Request,
    SignOff,
    Source,
    WaiverRecord,
    Withdrawal,
)
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.listing import version_state
from registry.workflow.permissions import require_scope
from registry.workflow.release_rows import release_state

MOST = 200
"""So many rows of a kind are read; a version with more of them says how many there are."""
NEIGHBOURS = 3


@dataclass(frozen=True)
class Run:
    """One evaluation, without its figures; ``measured`` of ``tried`` have a value."""

    digest: str
    admissible: bool
    profile: str
    at: str
    by: str
    measured: int
    tried: int


@dataclass(frozen=True)
class Decided:
    """The newest decision recorded in one context."""

    use: str
    audience: str
    jurisdiction: str
    outcome: str
    at: str


@dataclass(frozen=True)
class VersionRecord:
    """``label`` with what is recorded around it; rows are those of the tables, oldest first.

    ``before`` and ``behind`` are numbers of the nearest other versions of the dataset.
    """

    label: str
    found: Found
    state: str
    card: DatasetCard
    columns: int
    generator: Generator
    guarantee: Guarantee | None
    revisions: tuple[CardRevision, ...]
    runs: tuple[Run, ...]
    decided: tuple[Decided, ...]
    requests: tuple[Request, ...]
    signoffs: tuple[SignOff, ...]
    releases: tuple[tuple[Release, str], ...]
    """Each with its state today."""
    waivers: tuple[WaiverRecord, ...]
    withdrawal: Withdrawal | None
    before: tuple[int, ...]
    behind: tuple[int, ...]
    names: dict[int, str]

    def name(self, account_id: int | None) -> str:
        """The printed name of an account."""
        return self.names.get(account_id or 0, "an unknown account")


def version_record(context: Context, label: str) -> VersionRecord:
    """Everything recorded around NAME@V; raises `NotFound`."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        return _gathered(context, session, version_labelled(session, label))


def _gathered(context: Context, session: Session, found: Found) -> VersionRecord:
    key = row_id(found.version)
    requests = _of(session, Request, Request.version_id == key)
    ids = [row_id(one) for one in requests]
    signoffs = _of(session, SignOff, col(SignOff.request_id).in_(ids)) if ids else []
    releases = _of(session, Release, col(Release.request_id).in_(ids)) if ids else []
    generator = session.exec(select(Generator).where(Generator.version_id == key)).one()
    guarantee = session.exec(select(Guarantee).where(Guarantee.version_id == key)).first()
    before, behind = _neighbours(session, found)
    return VersionRecord(
        label=found.label,
        found=found,
        state=str(version_state(found)),
        card=recorded_card(found.version.card),
        columns=len(json.loads(found.version.columns)),
        generator=generator,
        guarantee=guarantee,
        revisions=tuple(_of(session, CardRevision, CardRevision.version_id == key)),
        runs=tuple(_runs(session, key)),
        decided=tuple(_decided(session, key)),
        requests=tuple(requests),
        signoffs=tuple(signoffs),
        releases=tuple((one, str(release_state(context, one))) for one in releases),
        waivers=tuple(_of(session, WaiverRecord, WaiverRecord.version_id == key)),
        withdrawal=_withdrawal(session, key, found.source),
        before=before,
        behind=behind,
        names=dict(session.execute(select(Account.id, Account.name)).all()),
    )


def _of(session: Session, table: Any, where: Any) -> list[Any]:
    return list(session.exec(select(table).where(where).order_by(table.id).limit(MOST)))


def _runs(session: Session, version_id: int) -> Sequence[Run]:
    """Without what was drawn: histograms are most of an evaluation."""
    tried = func.count(col(Measurement.id))
    rows = session.execute(
        select(  # type: ignore[call-overload]
            Evaluation.digest,
            Evaluation.admissible,
            Evaluation.profile,
            Evaluation.evaluated_at,
            col(Account.name).label("by"),
            func.count(col(Measurement.value)).label("measured"),
            tried.label("tried"),
        )
        .join(Account, col(Account.id) == col(Evaluation.evaluated_by))
        .outerjoin(Measurement, col(Measurement.evaluation_id) == col(Evaluation.id))
        .where(Evaluation.version_id == version_id)
        .group_by(col(Evaluation.id), col(Account.name))
        .order_by(col(Evaluation.id))
        .limit(MOST)
    )
    return [
        Run(
            row.digest,
            row.admissible,
            row.profile or "of before profiles",
            row.evaluated_at,
            row.by,
            row.measured,
            row.tried,
        )
        for row in rows
    ]


def _decided(session: Session, version_id: int) -> Sequence[Decided]:
    """The newest of each context, without the findings."""
    record = DecisionRecord
    rows = session.execute(
        select(  # type: ignore[call-overload]
            record.use, record.audience, record.jurisdiction, record.outcome, record.decided_at
        )
        .where(record.version_id == version_id)
        .order_by(col(record.id))
    )
    newest = {
        (row.use, row.audience, row.jurisdiction): Decided(
            row.use, row.audience, row.jurisdiction or "", row.outcome, row.decided_at
        )
        for row in rows
    }
    return list(newest.values())


def _withdrawal(session: Session, version_id: int, source: Source) -> Withdrawal | None:
    either = (Withdrawal.version_id == version_id) | (Withdrawal.source_id == row_id(source))
    return session.exec(select(Withdrawal).where(either)).first()


def _neighbours(session: Session, found: Found) -> tuple[tuple[int, ...], tuple[int, ...]]:
    number, own = col(DatasetVersion.number), found.version.number
    same = select(number).where(DatasetVersion.dataset_id == row_id(found.dataset))
    before = session.exec(same.where(number < own).order_by(number.desc()).limit(NEIGHBOURS))
    behind = session.exec(same.where(number > own).order_by(number).limit(NEIGHBOURS))
    return tuple(sorted(before)), tuple(behind)
