"""Gathers what documents say of one version, from stored records alone."""

import json

from sqlmodel import Session, col, select

from registry.card import recorded_card
from registry.records import (
    Evaluation,
    Generator,
    Guarantee,
    Measurement,
    Request,
    Source,
)
from registry.reports.facts import (
    EvaluationFacts,
    MeasurementFacts,
    SourceFacts,
    VersionFacts,
)
from registry.workflow.budgets.costs import costs_of
from registry.workflow.context import Context
from registry.workflow.find import (
    Found,
    account_name,
    row_id,
)
from registry.workflow.reports.signed import UNKNOWN, decisions_of, releases_of, signoffs_of

_INTERNAL = {"id", "version_id"}


def version_facts(context: Context, session: Session, found: Found) -> VersionFacts:
    """Everything that a document may say of one version.

    Gathered once a session: several documents of a set are made of the same facts.
    """
    gathered = session.info.setdefault("facts of versions", {})
    if found.label not in gathered:
        gathered[found.label] = _gathered(context, session, found)
    facts: VersionFacts = gathered[found.label]
    return facts


def _gathered(context: Context, session: Session, found: Found) -> VersionFacts:
    version, key = found.version, row_id(found.version)
    card = recorded_card(version.card)
    generator = session.exec(select(Generator).where(Generator.version_id == key)).one()
    guarantee = session.exec(select(Guarantee).where(Guarantee.version_id == key)).first()
    requests = session.exec(
        select(Request).where(Request.version_id == key).order_by(col(Request.id))
    ).all()
    return VersionFacts(
        dataset=found.dataset.name,
        version=version.number,
        title=card.title or found.dataset.name,
        description=card.description or "",
        rows=version.rows,
        columns=tuple(column["name"] for column in json.loads(version.columns)),
        content_digest=version.content_digest,
        file_digest=version.file_digest,
        registered_at=version.registered_at,
        registered_by=account_name(session, version.registered_by) or UNKNOWN,
        source=_source(session, found.source),
        generator={
            **generator.model_dump(exclude=_INTERNAL),
            "parameters": json.loads(generator.parameters),
        },
        guarantee=_guarantee(guarantee),
        intended_uses=card.uses.intended,
        out_of_scope_uses=card.uses.out_of_scope,
        limitations=card.limitations,
        biases=card.biases,
        evaluations=_evaluations(session, key),
        decisions=decisions_of(context, session, found),
        signoffs=signoffs_of(session, requests),
        releases=releases_of(context, session, requests),
        costs=costs_of(context, session, found),
        local_mode=context.settings.mode == "local",
        printed_at=context.now(),
    )


def _source(session: Session, source: Source) -> SourceFacts:
    return SourceFacts(
        name=source.name,
        title=source.title,
        classification=source.classification,
        modality=source.modality,
        state=source.state,
        confirmed_by=account_name(session, source.confirmed_by),
        confirmed_at=source.confirmed_at,
        training_rows=source.training_rows,
        holdout_rows=source.holdout_rows,
        training_digest=source.training_content_digest,
        holdout_digest=source.holdout_content_digest,
    )


def _guarantee(guarantee: Guarantee | None) -> dict[str, object] | None:
    if guarantee is None:
        return None
    fields = guarantee.model_dump(exclude=_INTERNAL)
    renyi = json.loads(guarantee.renyi) if guarantee.renyi else None
    return {**fields, "components": json.loads(guarantee.components), "renyi": renyi}


def _evaluations(session: Session, version_id: int) -> tuple[EvaluationFacts, ...]:
    rows = session.exec(
        select(Evaluation).where(Evaluation.version_id == version_id).order_by(col(Evaluation.id))
    ).all()
    return tuple(_evaluation(session, row) for row in rows)


def _evaluation(session: Session, row: Evaluation) -> EvaluationFacts:
    measurements = session.exec(
        select(Measurement)
        .where(Measurement.evaluation_id == row_id(row))
        .order_by(col(Measurement.id))
    ).all()
    tools: dict[str, str] = {}
    for one in measurements:
        tools.update(json.loads(one.versions))
    return EvaluationFacts(
        digest=row.digest,
        admissible=row.admissible,
        seed=row.seed,
        target=row.target,
        at=row.evaluated_at,
        by=account_name(session, row.evaluated_by) or UNKNOWN,
        tools=dict(sorted(tools.items())),
        measurements=tuple(measurement_facts(one) for one in measurements),
        histograms=tuple(json.loads(row.histograms)),
        figures=tuple(json.loads(row.figures)) if row.figures is not None else (),
    )


def measurement_facts(row: Measurement) -> MeasurementFacts:
    """A stored measurement with the title and the range that the catalogue has of its metric."""
    from evaluators.catalogue import CATALOGUE

    info = CATALOGUE.get(row.metric)
    return MeasurementFacts(
        metric=row.metric,
        title=info.title if info else row.metric,
        definition=row.definition,
        scope=tuple(json.loads(row.scope)),
        status=row.status,
        value=row.value,
        low=row.low,
        high=row.high,
        interval=row.interval,
        n=row.n,
        direction=row.direction,
        unit=row.unit,
        parameters=json.loads(row.parameters),
        cause=row.cause,
        ranges=info.scope if info else "",
    )
