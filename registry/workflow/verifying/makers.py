"""Compares who made, measured and published with the log: separation of duties rests on it."""

import json
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.card import recorded_card
from registry.errors import IntegrityFailure
from registry.records import (
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Evaluation,
    Generator,
    PolicyDocument,
    Source,
)
from registry.workflow.decisions import policies_in
from registry.workflow.find import row_id
from registry.workflow.verifying.told import Log, Told, near, pseudonym


def maker_problems(session: Session, log: Log) -> Iterator[str]:
    """Every version, evaluation, policy and source that others made, or at another time."""
    yield from _versions(session, log)
    yield from _evaluations(session, log)
    yield from _policies(session, log)
    yield from _sources(session, log)
    yield from _decisions(session)


def _versions(session: Session, log: Log) -> Iterator[str]:
    told = {one.dataset: one for one in log if one.fact == "dataset.registered"}
    rows = select(DatasetVersion, Dataset, Source).where(DatasetVersion.dataset_id == Dataset.id)
    for row, dataset, source in session.exec(rows.where(Dataset.source_id == Source.id)):
        label = f"{dataset.name}@{row.number}"
        one = told.get(label)
        if one is None:
            continue  # it is named as one that the log does not know
        if not _by(session, one, row.registered_by, row.registered_at):
            yield f"version {label}: who registered it, and when, is not what the log records"
        if one.details.get("source") != source.name:
            yield f"version {label}: its source is not the one that the log records"
        if not _generated_so(session, row):
            yield f"version {label}: its generator is not the one on its card"


def _generated_so(session: Session, version: DatasetVersion) -> bool:
    try:
        card = recorded_card(version.card).generator
    except IntegrityFailure:
        return False
    row = session.exec(select(Generator).where(Generator.version_id == row_id(version))).first()
    if row is None:
        return False
    stored = row.model_dump(exclude={"id", "version_id", "parameters"})
    return stored == card.model_dump(exclude={"parameters"})


def _evaluations(session: Session, log: Log) -> Iterator[str]:
    made = {
        (one.dataset, one.details.get("evaluation")): one
        for one in log
        if one.fact == "dataset.evaluated"
    }
    confirmed = {
        (one.dataset, one.details.get("evaluation")): one.at
        for one in log
        if one.fact in ("dataset.evaluated", "evaluation.confirmed")
    }
    rows = select(Evaluation, DatasetVersion, Dataset).where(
        Evaluation.version_id == DatasetVersion.id
    )
    for row, version, dataset in session.exec(rows.where(DatasetVersion.dataset_id == Dataset.id)):
        key = (f"{dataset.name}@{version.number}", row.digest)
        one = made.get(key)
        if one is None or row.synthetic_digest != version.content_digest:
            yield f"evaluation {row.digest}: it is not of the version that the log records"
        elif not _by(session, one, row.evaluated_by, row.evaluated_at):
            yield f"evaluation {row.digest}: who evaluated, and when, is not what the log records"
        elif not near(row.confirmed_at, confirmed[key]):
            yield f"evaluation {row.digest}: when it was confirmed is not what the log records"


def _policies(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {
        f"{row.policy_id} {row.version}": (pseudonym(session, row.published_by), row.published_at)
        for row in session.exec(select(PolicyDocument))
    }
    told: dict[object, object] = {
        f"{one.details.get('policy')} {one.details.get('version')}": (one.actor, one.at)
        for one in log
        if one.fact == "policy.published"
    }
    for name in sorted(stored.keys() & told.keys(), key=str):
        if stored[name] != told[name]:
            yield f"policy {name}: who published it, and when, is not what the log records"


def _sources(session: Session, log: Log) -> Iterator[str]:
    added = {one.details.get("source"): one for one in log if one.fact == "source.added"}
    confirmed = {one.details.get("source"): one for one in log if one.fact == "source.confirmed"}
    for row in session.exec(select(Source)):
        one, then = added.get(row.name), confirmed.get(row.name)
        shares = (row.holdout_in_training, row.training_twins)
        if one is None:
            continue
        if not _by(session, one, row.added_by, row.added_at):
            yield f"source {row.name}: who added it, and when, is not what the log records"
        if shares != (one.details.get("holdoutInTraining"), one.details.get("trainingTwins")):
            yield f"source {row.name}: its repeated rows are not those that the log records"
        if then and not _by(session, then, row.confirmed_by, row.confirmed_at):
            yield f"source {row.name}: who confirmed it, and when, is not what the log records"


def _decisions(session: Session) -> Iterator[str]:
    """The columns that questions ask for, against the decision they stand beside."""
    for row in session.exec(select(DecisionRecord).execution_options(yield_per=1000)):
        body = json.loads(row.body)
        said = (body.get("digest"), body.get("outcome"), policies_in(body))
        if (row.digest, row.outcome, row.policies) != said:
            yield f"decision {row.id}: its columns are not what it says"


def _by(session: Session, one: Told, account_id: int | None, at: str | None) -> bool:
    return pseudonym(session, account_id) == one.actor and at is not None and near(at, one.at)
