"""The ledger of a source: every run, every exposure, in the order of the log.

Nothing of it is stored. It is derived from versions, revisions of their cards and releases, which
`registry audit verify` holds against the log; and every event that adds to it states how long it
was then and its head, under the lock that the event is written with.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.card import DatasetCard, card_bytes
from registry.errors import IntegrityFailure
from registry.ledger.entry import Entry, Kind
from registry.records import (
    CardRevision,
    Dataset,
    DatasetVersion,
    Event,
    Release,
    Request,
    Source,
)
from registry.workflow.find import row_id

Claim = Mapping[str, Any] | None


@dataclass(frozen=True)
class Happened:
    """What adds an entry: a run or an amended claim, an exposure, or a choice informed by a run.

    ``event`` is its place in the log; 0 is that of the event that is about to be written.
    """

    kind: Kind
    label: str
    content: str
    claim: Claim
    event: int = 0
    audience: str | None = None
    recipient: str | None = None


def ledger_of(session: Session, source: Source) -> list[Entry]:
    """Every entry of ``source`` so far, numbered from 1."""
    return numbered(_happened(session, source))


def claim_in(card: str) -> Claim:
    """The guarantee on a stored card, as it stands there."""
    claim: Claim = json.loads(card).get("guarantee")
    return claim


def claim_in_card(card: DatasetCard) -> Claim:
    """The guarantee of a card, as it will stand on it."""
    return claim_in(card_bytes(card).decode())


def labels_in(chosen_from: str | None) -> tuple[str, ...]:
    """The versions whose results informed a choice, as a request stores them."""
    return tuple(json.loads(chosen_from)) if chosen_from else ()


def informed(
    session: Session, source: Source, labels: Sequence[str], audience: str
) -> list[Happened]:
    """The versions that informed a choice, as entries of the exposure to ``audience``."""
    newest = {one.label: one for one in _runs(session, source)} if labels else {}
    return [
        Happened("informed", label, newest[label].content, newest[label].claim, 0, audience)
        for label in sorted(labels)
    ]


def numbered(happened: Iterable[Happened], before: int = 0) -> list[Entry]:
    """What happened as entries, in the order of the log, after as many as there were ``before``."""
    in_order = sorted(happened, key=lambda one: one.event)
    return [
        Entry(
            number=number,
            kind=one.kind,
            label=one.label,
            content_digest=one.content,
            audience=one.audience,
            recipient=one.recipient,
            guarantee=one.claim,
            partition=one.claim.get("partition") if one.claim else None,
            batch=one.claim.get("batch") if one.claim else None,
            event=one.event,
        )
        for number, one in enumerate(in_order, before + 1)
    ]


def _happened(session: Session, source: Source) -> list[Happened]:
    runs = _runs(session, source)
    return [*runs, *_exposures(session, source, runs)]


def _runs(session: Session, source: Source) -> list[Happened]:
    """Every version with the claim it was registered with, and again with every other claim."""
    # Versions first: an amendment that comes between the two is dated by its revision.
    versions, revised = _versions(session, source), _revisions(session, source)
    found = []
    for row in versions:
        label = f"{row.name}@{row.number}"
        cards = revised.get(row.id) or [(None, row.card)]
        last: Claim = None
        for seq, card in cards:
            claim = claim_in(card)
            if seq is None or claim != last:
                event = row.seq if seq is None else seq
                found.append(Happened("run", label, row.content_digest, claim, event))
            last = claim
    return sorted(found, key=lambda one: one.event)


def _versions(session: Session, source: Source) -> Sequence[Any]:
    version = DatasetVersion
    label = col(Dataset.name) + "@" + sa.cast(col(version.number), sa.String)
    return session.execute(
        sa.select(
            col(version.id),
            col(Dataset.name),
            col(version.number),
            col(version.content_digest),
            col(version.card),
            col(Event.seq),
        )
        .join(Dataset, col(Dataset.id) == col(version.dataset_id))
        .join(
            Event,
            sa.and_(
                col(Event.dataset) == label,
                # As expressions, and in no order, so that each is looked up by its dataset: SQLite
                # would else go through all registrations for every version, or the whole log.
                col(Event.action) + "" == "register",
                col(Event.outcome) + "" == "done",
            ),
        )
        .where(col(Dataset.source_id) == row_id(source))
    ).all()


def _revisions(session: Session, source: Source) -> dict[int, list[tuple[int | None, str]]]:
    """The cards of every version that was amended, with the events that made them."""
    rows = session.execute(
        sa.select(col(CardRevision.version_id), col(CardRevision.event_seq), col(CardRevision.card))
        .join(DatasetVersion, col(DatasetVersion.id) == col(CardRevision.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(Dataset.source_id) == row_id(source))
        .order_by(col(CardRevision.version_id), col(CardRevision.number))
    )
    found: dict[int, list[tuple[int | None, str]]] = {}
    for version, seq, card in rows:
        found.setdefault(version, []).append((seq, card))
    return found


def _exposures(session: Session, source: Source, runs: Iterable[Happened]) -> Iterator[Happened]:
    """What every release gave to its audience: the version, and those that led to its choice."""
    by_label: dict[str, list[Happened]] = defaultdict(list)
    for run in runs:
        by_label[run.label].append(run)
    for row in _releases(session, source):
        labels = labels_in(row.chosen_from)
        for label in (own := f"{row.name}@{row.number}", *labels):
            was = _claim_at(by_label[label], label, row.event_seq)
            kind: Kind = "exposure" if label == own else "informed"
            to = row.recipient if label == own else None
            yield replace(was, kind=kind, event=row.event_seq, audience=row.audience, recipient=to)


def _releases(session: Session, source: Source) -> Sequence[Any]:
    return session.execute(
        sa.select(
            col(Release.event_seq),
            col(Release.recipient),
            col(Request.audience),
            col(Request.chosen_from),
            col(Dataset.name),
            col(DatasetVersion.number),
        )
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(Dataset.source_id) == row_id(source))
        .order_by(col(Release.event_seq))
    ).all()


def _claim_at(runs: Iterable[Happened], label: str, seq: int) -> Happened:
    """A version with the claim that its card made at a place of the log."""
    before = [one for one in runs if one.event < seq]
    if not before:
        raise IntegrityFailure(
            f"the ledger cannot be made out: event {seq} released {label}, which was not there",
            expected="a version that was registered before it was released",
            todo="run `registry audit verify` and find out who changed it",
        )
    return before[-1]
