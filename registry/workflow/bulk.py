"""Reads what is recorded of every version, a few queries for hundreds of versions at a time.

The gate reads one version and checks that nothing of it was changed. Here ten thousand are read to
answer "what if", and nothing is released by the answer: cards are checked, measurements are taken
as they stand (`registry audit verify` checks those).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.policy.audited import audited
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.records import (
    Account,
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Evaluation,
    Measurement,
    Request,
    Source,
    WaiverRecord,
)
from registry.workflow.budgets.ledger import claim_in
from registry.workflow.claims import claims
from registry.workflow.dp_audits.told import evidence_of_audits, labels_audited
from registry.workflow.evidence import unfilled
from registry.workflow.find import row_id
from registry.workflow.recorded import card_in, definitions, measured, subject_in, waiver
from registry.workflow.waivers import signed_apart

AT_ONCE = 500

Rows = Sequence[Any]
Grouped = defaultdict[int, list[Any]]


@dataclass(frozen=True)
class Recorded:
    """One version with all that policies may read of it, and the contexts it was asked for in."""

    id: int
    label: str
    subject: Subject
    evidence: tuple[Evidence, ...]
    waivers: tuple[Waiver, ...]
    contexts: tuple[Context, ...]


def count(session: Session) -> int:
    """How many versions are registered."""
    return session.exec(select(sa.func.count(col(DatasetVersion.id)))).one()


def recorded(
    session: Session, metrics: Collection[str], at_once: int = AT_ONCE, within: Any = None
) -> Iterator[list[Recorded]]:
    """Every version, in chunks, with its measurements of ``metrics`` and the claims of its card;
    with ``within``, a query of ids, only those.
    """
    sources: dict[int, Source] = {}
    last = 0
    while versions := _all(session, _versions(last, at_once, within)):
        first, last = versions[0].id, versions[-1].id
        _add_sources(session, sources, {one.source_id for one in versions})
        chunk = _read(session, _Range(first, last, within), metrics)
        yield [chunk.of(version, sources[version.source_id]) for version in versions]


def _add_sources(session: Session, known: dict[int, Source], ids: set[int]) -> None:
    new = ids - known.keys()
    if new:
        rows = session.exec(select(Source).where(col(Source.id).in_(new)))
        known.update((row_id(row), row) for row in rows)


@dataclass(frozen=True)
class _Range:
    """Versions by id, both ends included, and of these only those ``within``."""

    first: int
    last: int
    within: Any = None

    def of(self, column: Any) -> Any:
        between = column.between(self.first, self.last)
        return between if self.within is None else sa.and_(between, column.in_(self.within))


@dataclass(frozen=True)
class _Chunk:
    """The rows around some versions, by the id of what they belong to."""

    contexts: Grouped
    evaluations: Grouped
    figures: Grouped
    waivers: Grouped
    current: dict[str, int]
    audited: set[str]
    session: Session

    def of(self, version: Any, source: Source) -> Recorded:
        label = f"{version.name}@{version.number}"
        card, runs = card_in(version, label), self.evaluations[version.id]
        kinds = runs[-1].kinds if runs else None
        claimed = claims(card, version.card_digest, version.content_digest)
        subject = subject_in(version.name, version, source, card, kinds)
        shown = self._shown(subject, label, version.card)
        return Recorded(
            id=version.id,
            label=label,
            subject=subject,
            evidence=(*self._evidence(runs), *claimed, *shown),
            waivers=tuple(
                waiver(row, approver, version.content_digest)
                for row, approver in self.waivers[version.id]
            ),
            contexts=tuple(
                Context(row.use, row.audience, row.jurisdiction)
                for row in self.contexts[version.id]
            ),
        )

    def _shown(self, subject: Subject, label: str, card: str) -> Iterator[Evidence]:
        if label not in self.audited:
            return audited(subject, None, 0)
        return evidence_of_audits(self.session, subject, claim_in(card))

    def _evidence(self, runs: Rows) -> Iterator[Evidence]:
        pairs = [(run, row) for run in runs for row in self.figures[run.id]]
        for run, row in unfilled(pairs):
            if row.definition == self.current.get(row.metric):
                yield measured(row, run)


def _read(session: Session, ids: _Range, metrics: Collection[str]) -> _Chunk:
    return _Chunk(
        contexts=_grouped(_all(session, _contexts(ids)), "version_id"),
        evaluations=_grouped(_all(session, _evaluations(ids)), "version_id"),
        figures=_grouped(_all(session, _measurements(ids, metrics)), "evaluation_id"),
        waivers=_waivers(session, ids),
        current=definitions(),
        audited=labels_audited(session),
        session=session,
    )


def _versions(after: int, most: int, within: Any) -> Any:
    version = DatasetVersion
    query = (
        sa.select(
            col(version.id),
            col(Dataset.name),
            col(Dataset.source_id),
            col(version.number),
            col(version.content_digest),
            col(version.rows),
            col(version.card),
            col(version.card_digest),
        )
        .join(Dataset, col(Dataset.id) == col(version.dataset_id))
        .where(col(version.id) > after)
        .order_by(col(version.id))
        .limit(most)
    )
    return query if within is None else query.where(col(version.id).in_(within))


def _contexts(ids: _Range) -> Any:
    """Every context in which a version was checked, put forward or released, each once."""
    asked = [
        sa.select(
            col(record.version_id), col(record.use), col(record.audience), col(record.jurisdiction)
        ).where(ids.of(col(record.version_id)))
        for record in (DecisionRecord, Request)
    ]
    return sa.union(*asked)


def _evaluations(ids: _Range) -> Any:
    run = Evaluation
    return (
        sa.select(
            col(run.id),
            col(run.version_id),
            col(run.digest),
            col(run.training_digest),
            col(run.holdout_digest),
            col(run.synthetic_digest),
            col(run.target),
            col(run.confirmed_at),
            col(run.kinds),
        )
        .where(ids.of(col(run.version_id)))
        .where(col(run.admissible).is_(True))
        .order_by(col(run.id))
    )


def _measurements(ids: _Range, metrics: Collection[str]) -> Any:
    row = Measurement
    return (
        sa.select(
            col(row.evaluation_id),
            col(row.metric),
            col(row.definition),
            col(row.scope),
            col(row.status),
            col(row.value),
            col(row.low),
            col(row.high),
            col(row.n),
            col(row.cause),
        )
        .join(Evaluation, col(Evaluation.id) == col(row.evaluation_id))
        .where(ids.of(col(Evaluation.version_id)))
        .where(col(Evaluation.admissible).is_(True))
        .where(col(row.metric).in_(sorted(metrics)))
    )


def _waivers(session: Session, ids: _Range) -> Grouped:
    found: Grouped = defaultdict(list)
    rows = session.exec(
        select(WaiverRecord, Account.pseudonym)
        .where(Account.id == WaiverRecord.approved_by)
        .where(ids.of(col(WaiverRecord.version_id)))
        .where(col(WaiverRecord.ended_at).is_(None))
        .where(signed_apart())
        .order_by(col(WaiverRecord.id))
    )
    for row, pseudonym in rows:
        found[row.version_id].append((row, pseudonym))
    return found


def _all(session: Session, statement: Any) -> Rows:
    return session.connection().execute(statement).all()


def _grouped(rows: Rows, by: str) -> Grouped:
    """Rows by the id in one of their columns, those of one id in the order they came in."""
    found: Grouped = defaultdict(list)
    key = attrgetter(by)
    for row in rows:
        found[key(row)].append(row)
    return found
