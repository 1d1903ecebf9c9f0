"""Gathers what a report shows from stored records alone, and writes the report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

from sqlmodel import Session, col, select

from registry.card import DatasetCard
from registry.errors import InvalidInput
from registry.policy.engine import Decision, Finding, PolicyRef
from registry.policy.facts import Context as Wanted
from registry.records import (
    DecisionRecord,
    Evaluation,
    Generator,
    Guarantee,
    Measurement,
    Release,
    Request,
    SignOff,
    Source,
)
from registry.reports.facts import (
    DecisionFacts,
    EvaluationFacts,
    MeasurementFacts,
    QualityFacts,
    ReleaseFacts,
    SignOffFacts,
    SourceFacts,
)
from registry.store.database import reading, writing
from registry.workflow.attempt import refusals_logged
from registry.workflow.budgets.costs import costs_of
from registry.workflow.context import Context, Work
from registry.workflow.find import (
    Found,
    account_name,
    release_label,
    request_label,
    row_id,
    version_labelled,
)
from registry.workflow.gate import decide_now
from registry.workflow.listing import release_state
from registry.workflow.permissions import require_scope
from registry.workflow.quorum import signoffs_on

_INTERNAL = {"id", "version_id"}
UNKNOWN = "an unknown account"


def report_text(context: Context, label: str, format: str) -> str:
    """The quality report of NAME@V as "html" or "md"."""
    from registry.reports.quality import render

    with refusals_logged(context, "report", dataset=label), reading(context.engine) as session:
        require_scope(context, "report")
        facts = quality_facts(context, session, version_labelled(session, label))
    return render(facts, cast(Literal["html", "md"], format))


def write_report(
    context: Context, label: str, kind: str, format: str, text: str, output: Path | None
) -> Path:
    """Write the text to ``output`` (default: the registry's reports folder), and log it."""
    path = output or context.settings.folder / "reports" / f"{label}-{kind}.{format}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"the report cannot be written: {error.strerror}",
            where=str(path),
            expected="a path that can be written",
            todo="give another with --output",
        ) from error
    with writing(context.engine) as session:
        Work(context, session).record(
            "report", "report.written", dataset=label, details={"kind": kind, "format": format}
        )
    return path


def quality_facts(context: Context, session: Session, found: Found) -> QualityFacts:
    """Everything the quality report shows of one version."""
    version, key = found.version, row_id(found.version)
    card = DatasetCard.model_validate_json(version.card)
    generator = session.exec(select(Generator).where(Generator.version_id == key)).one()
    guarantee = session.exec(select(Guarantee).where(Guarantee.version_id == key)).first()
    requests = session.exec(
        select(Request).where(Request.version_id == key).order_by(col(Request.id))
    ).all()
    return QualityFacts(
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
        decisions=_decisions(context, session, found),
        signoffs=_signoffs(session, requests),
        releases=_releases(context, session, requests),
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
        measurements=tuple(_measurement(one) for one in measurements),
        histograms=tuple(json.loads(row.histograms)),
    )


def _measurement(row: Measurement) -> MeasurementFacts:
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


def _decisions(context: Context, session: Session, found: Found) -> tuple[DecisionFacts, ...]:
    """In each context the newest decision on a request, for it is what people signed, and after
    it what comes out now where that is another; contexts in the order in which they came up.
    """
    rows = session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.version_id == row_id(found.version))
        .order_by(col(DecisionRecord.id))
    )
    newest: dict[Wanted, DecisionRecord] = {}
    for row in rows:
        wanted = Wanted(row.use, row.audience, row.jurisdiction)
        if wanted not in newest or row.request_id or not newest[wanted].request_id:
            newest[wanted] = row
    shown: list[DecisionFacts] = []
    for wanted, row in newest.items():
        now = decide_now(context, session, found, wanted)
        if row.request_id or now.digest == row.digest:
            shown.append(_recorded(session, row, wanted))
        if now.digest != row.digest:
            shown.append(_decided(wanted, now, context.now()))
    return tuple(shown)


def _recorded(session: Session, row: DecisionRecord, wanted: Wanted) -> DecisionFacts:
    body = json.loads(row.body)
    request = session.get(Request, row.request_id) if row.request_id else None
    return DecisionFacts(
        request=request_label(request) if request else None,
        state=request.state if request else None,
        use=wanted.use,
        audience=wanted.audience,
        jurisdiction=wanted.jurisdiction,
        outcome=row.outcome,
        digest=row.digest,
        at=row.decided_at,
        policies=tuple(PolicyRef(**policy) for policy in body["policies"]),
        findings=tuple(_finding(finding) for finding in body["findings"]),
    )


def _decided(wanted: Wanted, decision: Decision, at: str) -> DecisionFacts:
    return DecisionFacts(
        request=None,
        state=None,
        use=wanted.use,
        audience=wanted.audience,
        jurisdiction=wanted.jurisdiction,
        outcome=decision.outcome,
        digest=decision.digest,
        at=at,
        policies=decision.policies,
        findings=decision.findings,
    )


def _finding(body: dict[str, Any]) -> Finding:
    """A finding as it was stored; those of before levels and waivers were all enforced."""
    known = {"origin": None, "level": "enforce", "verdict": body["outcome"], **body}
    refs = {
        name: PolicyRef(**known[name]) if known[name] else None for name in ("policy", "origin")
    }
    numbers = {name: _number(known[name]) for name in ("observed", "margin")}
    said = known.pop("message")
    return Finding(**{**known, **refs, **numbers, "scope": tuple(known["scope"]), "said": said})


def _number(stored: str | float | None) -> str | float | None:
    """What is without bound was stored as a word, for JSON has no such number."""
    return float(stored) if isinstance(stored, str) and stored in ("inf", "-inf") else stored


def _signoffs(session: Session, requests: Sequence[Request]) -> tuple[SignOffFacts, ...]:
    return tuple(
        SignOffFacts(
            request=request_label(request),
            name=_signer(session, row),
            role=row.role,
            meaning=f"{row.meaning} (retracted)" if row.retracted_at else row.meaning,
            reason=row.reason,
            at=row.signed_at,
            authentication=row.authentication,
        )
        for request in requests
        for row in signoffs_on(session, request)
    )


def _signer(session: Session, row: SignOff) -> str:
    """The printed name: ``stella for stefan`` where a deputy signed."""
    name = account_name(session, row.account_id) or UNKNOWN
    principal = account_name(session, row.principal_id)
    return f"{name} for {principal}" if principal else name


def _releases(
    context: Context, session: Session, requests: Sequence[Request]
) -> tuple[ReleaseFacts, ...]:
    by_id = {row_id(request): request for request in requests}
    rows = session.exec(
        select(Release).where(col(Release.request_id).in_(by_id)).order_by(col(Release.id))
    )
    return tuple(
        ReleaseFacts(
            id=release_label(row),
            request=request_label(by_id[row.request_id]),
            recipient=row.recipient,
            use=row.use,
            audience=by_id[row.request_id].audience,
            state=release_state(context, row),
            released_at=row.released_at,
            released_by=account_name(session, row.released_by) or UNKNOWN,
            expires_on=row.expires_on,
        )
        for row in rows
    )
