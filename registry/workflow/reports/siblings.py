"""Gathers what a report may say of all versions of a source, in one query a table."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.ledger.account import Account
from registry.records import (
    Dataset,
    DatasetVersion,
    Evaluation,
    Generator,
    Measurement,
    Request,
    Source,
)
from registry.reports.facts import MeasurementFacts
from registry.reports.sibling_facts import COMPARED, SiblingFacts
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.costs import claim_of
from registry.workflow.budgets.ledger import labels_in
from registry.workflow.dp_audits.listing import standing as audited
from registry.workflow.find import Found, row_id
from registry.workflow.reports.version import measurement_facts


@dataclass(frozen=True)
class Seen:
    """What was measured of each version, by its row, and what each informed, by its label."""

    measured: Mapping[int, tuple[MeasurementFacts, ...]]
    informed: Mapping[str, tuple[str, ...]]


def siblings_of(session: Session, found: Found) -> tuple[SiblingFacts, ...]:
    """Every version of the source of ``found``, itself included, in the order of registration."""
    account = account_of(session, found.source)
    seen = Seen(_measured(session, found.source), _informed(session, found.source))
    rows = session.exec(
        select(DatasetVersion, Dataset, Generator.name)
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .join(Generator, col(Generator.version_id) == col(DatasetVersion.id))
        .where(Dataset.source_id == row_id(found.source))
        .order_by(col(DatasetVersion.id))
    )
    return tuple(
        _sibling(session, account, Found(dataset, version, found.source), generator, seen)
        for version, dataset, generator in rows
    )


def _sibling(
    session: Session, account: Account, one: Found, generator: str, seen: Seen
) -> SiblingFacts:
    own = account.newest[one.label]
    return SiblingFacts(
        label=one.label,
        state=one.version.state,
        generator=generator,
        claim=claim_of(own),
        unclaimed=own.read.why,
        audited=audited(session, one),
        audiences=_audiences(account, one.label),
        informed=seen.informed.get(one.label, ()),
        measurements=seen.measured.get(row_id(one.version), ()),
    )


def _audiences(account: Account, label: str) -> tuple[str, ...]:
    exposed = (one for one in account.entries if one.kind == "exposure" and one.label == label)
    return tuple(dict.fromkeys(one.audience for one in exposed if one.audience))


def _measured(session: Session, source: Source) -> Mapping[int, tuple[MeasurementFacts, ...]]:
    """What versions are compared by, by the row of the version."""
    rows = session.exec(
        select(Evaluation.version_id, Measurement)
        .join(Evaluation, col(Evaluation.id) == col(Measurement.evaluation_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Evaluation.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Dataset.source_id == row_id(source))
        .where(col(Evaluation.admissible).is_(True))
        .where(col(Measurement.metric).in_(COMPARED))
        .order_by(col(Measurement.id))
    )
    found: defaultdict[int, tuple[MeasurementFacts, ...]] = defaultdict(tuple)
    for version, row in rows:
        found[version] += (measurement_facts(row),)
    return found


def _informed(session: Session, source: Source) -> Mapping[str, tuple[str, ...]]:
    """For each version, which versions were put forward after its results were seen."""
    rows = session.exec(
        select(Dataset.name, DatasetVersion.number, Request.chosen_from)
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(Dataset.source_id == row_id(source))
        .where(col(Request.chosen_from).is_not(None))
        .order_by(col(Request.id))
    )
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, number, chosen_from in rows:
        for label in labels_in(chosen_from):
            found[label][f"{name}@{number}"] = None
    return {label: tuple(chosen) for label, chosen in found.items()}
