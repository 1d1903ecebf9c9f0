"""The gate: gathers what is recorded of a version and lets the policy engine decide.

The command line, the web and CI all pass here, and a release passes it again. Nothing in it
imports pandas, Alembic or an evaluator.
"""

import json
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, func, select

from registry.clock import moment
from registry.errors import IntegrityFailure, PolicyDenied, RegistryError, Undecided
from registry.log.canonical import digest_bytes
from registry.policy.engine import Decision, Finding, decide
from registry.policy.explain import sentence
from registry.policy.extension import resolved
from registry.policy.facts import Context as Wanted
from registry.policy.facts import Evidence, Subject
from registry.policy.jurisdictions import known as known_jurisdictions
from registry.policy.loader import KnownMetric, Policy, load_policy
from registry.records import (
    Evaluation,
    Measurement,
    PolicyDocument,
    SourceState,
)
from registry.records.card import DatasetCard, raised, require_word
from registry.workflow.context import Context
from registry.workflow.evidence import readable
from registry.workflow.find import Found, row_id

AUDIENCES = ("internal", "partner", "public")


def known_metrics() -> dict[str, KnownMetric]:
    """The evaluators' catalogue as the policy loader needs it."""
    from evaluators.catalogue import CATALOGUE

    return {
        info.id: KnownMetric(info.id, info.scope, info.sampled, info.kinds, info.places)
        for info in CATALOGUE.values()
    }


def effective_documents(session: Session) -> list[PolicyDocument]:
    """The newest published document of every policy, by id."""
    newest = select(func.max(col(PolicyDocument.id))).group_by(col(PolicyDocument.policy_id))
    return list(
        session.exec(
            select(PolicyDocument)
            .where(col(PolicyDocument.id).in_(newest))
            .order_by(col(PolicyDocument.policy_id))
        )
    )


def effective_policies(session: Session) -> list[Policy]:
    """The policies in effect, parsed from the very bytes that were published, with their bases."""
    metrics = known_metrics()
    policies = [loaded(document, metrics) for document in effective_documents(session)]
    if not any(policy.document.spec.extends for policy in policies):
        return policies
    return resolved(policies, library(session, metrics))


def library(session: Session, metrics: Mapping[str, KnownMetric]) -> list[Policy]:
    """Every version of every policy that was ever published, as bases of others."""
    documents = session.exec(select(PolicyDocument).order_by(col(PolicyDocument.id)))
    return [loaded(document, metrics) for document in documents]


def loaded(document: PolicyDocument, metrics: Mapping[str, KnownMetric]) -> Policy:
    """One published policy; raises `IntegrityFailure` if it is not what was published."""
    body = bytes(document.body)
    found = digest_bytes(body)
    # Before it is parsed: tampered text that no longer reads is tampered all the same.
    if found != document.digest:
        raise IntegrityFailure(
            f"the stored policy {document.policy_id} {document.version} is not what was published",
            expected=f"{document.digest}, found {found}",
            todo="run `registry audit verify` and find out who changed it",
        )
    return load_policy(body, document.file_name, metrics)


def decide_now(context: Context, session: Session, found: Found, wanted: Wanted) -> Decision:
    """What the policies in effect say of ``found`` in the context ``wanted``, at this moment."""
    policies = effective_policies(session)
    _require_known_words(policies, wanted)
    return decide(
        policies, _subject(session, found), wanted, _evidence(session, found), context.clock()
    )


def refusal(decision: Decision, label: str) -> RegistryError | None:
    """The error that a decision other than allow ends with, listing the reasons."""
    if decision.outcome == "allow":
        return None
    kind, verb = (
        (PolicyDenied, "denied") if decision.outcome == "deny" else (Undecided, "not decided")
    )
    reasons = [sentence(finding) for finding in decision.findings if finding.blocks]
    shown = reasons[:12] + ([f"and {len(reasons) - 12} more"] if len(reasons) > 12 else [])
    return kind(
        f"{label} is {verb}:\n" + "\n".join(f"  - {reason}" for reason in shown),
        todo=f"see every rule with `registry check {label} ...`",
    )


def decision_body(decision: Decision) -> dict[str, object]:
    """The whole decision as JSON-ready values, margins included, for the record and the reports."""
    return {
        "outcome": decision.outcome,
        "digest": decision.digest,
        "policies": [policy._asdict() for policy in decision.policies],
        "bases": [policy._asdict() for policy in decision.bases],
        "waivers": list(decision.waivers),
        "findings": [finding_body(finding) for finding in decision.findings],
        "quorum": dict(sorted(decision.quorum.items())),
        "separation": sorted(decision.separation),
        "validForDays": decision.valid_for_days,
        "expiresAfterDays": decision.expires_after_days,
        "agreements": list(decision.agreements),
    }


def finding_body(finding: Finding) -> dict[str, object]:
    """One finding as JSON-ready values."""
    said = {"said", "check", "policy", "origin", "scope"}
    plain = {name: value for name, value in finding._asdict().items() if name not in said}
    return {
        **plain,
        "policy": finding.policy._asdict() if finding.policy else None,
        "origin": finding.origin._asdict() if finding.origin else None,
        "scope": list(finding.scope),
        "message": finding.message,
    }


def _require_known_words(policies: Sequence[Policy], wanted: Wanted) -> None:
    require_word("audience", wanted.audience, AUDIENCES)
    if wanted.jurisdiction is not None:
        require_word("jurisdiction", wanted.jurisdiction, sorted(known_jurisdictions()))
    uses = {
        use
        for policy in policies
        for use in (*policy.document.spec.uses.allow, *policy.document.spec.uses.deny)
    }
    if uses:
        require_word("use", wanted.use, sorted(uses))


def _subject(session: Session, found: Found) -> Subject:
    version, source = found.version, found.source
    card = card_of(found)
    committed = json.loads(source.columns)
    return Subject(
        dataset=found.dataset.name,
        version=version.number,
        content_digest=version.content_digest,
        rows=version.rows,
        columns=tuple(str(column["name"]) for column in committed),
        source=source.name,
        source_confirmed=source.state == SourceState.CONFIRMED,
        classification=source.classification,
        raised=raised(source.classification, card),
        modality=source.modality,
        kinds={str(column["name"]): str(column["kind"]) for column in committed}
        | dict(card.columns.kinds)
        | dict.fromkeys(card.columns.levels, "ordinal")
        | _evaluated_kinds(session, row_id(version)),
        subgroups=card.columns.subgroups,
        constraints=card.columns.constraints,
    )


def _evaluated_kinds(session: Session, version_id: int) -> dict[str, str]:
    """The column types of the last admissible evaluation, which hold for all three tables."""
    evaluation = session.exec(
        select(Evaluation)
        .where(Evaluation.version_id == version_id)
        .where(col(Evaluation.admissible).is_(True))
        .order_by(col(Evaluation.id).desc())
    ).first()
    if evaluation is None or evaluation.kinds is None:
        return {}
    found: dict[str, str] = json.loads(evaluation.kinds)
    return found


def card_of(found: Found) -> DatasetCard:
    """The version's card; raises `IntegrityFailure` if it is not the one that was registered."""
    text = found.version.card.encode()
    if digest_bytes(text) != found.version.card_digest:
        raise IntegrityFailure(
            f"the stored card of {found.label} is not the one that was registered",
            expected=f"{found.version.card_digest}, found {digest_bytes(text)}",
            todo="run `registry audit verify` and find out who changed it",
        )
    return DatasetCard.model_validate_json(text)


def _evidence(session: Session, found: Found) -> list[Evidence]:
    from evaluators.catalogue import CATALOGUE

    pairs = readable(session, row_id(found.version))
    # A metric means what its definition says today; a figure by an older one answers no rule.
    current = {info.id: info.definition for info in CATALOGUE.values()}
    measured = [
        _measured(measurement, evaluation)
        for evaluation, measurement in pairs
        if measurement.definition == current.get(measurement.metric)
    ]
    return measured + _claimed(found)


def _measured(row: Measurement, evaluation: Evaluation) -> Evidence:
    return Evidence(
        id=evaluation.digest,
        metric=row.metric,
        scope=tuple(json.loads(row.scope)),
        status=row.status,
        value=row.value,
        low=row.low,
        high=row.high,
        n=row.n,
        measured_at=moment(evaluation.confirmed_at),
        holdout=bool(evaluation.holdout_digest),
        dataset_digest=evaluation.synthetic_digest,
        cause=row.cause,
    )


def _claimed(found: Found) -> list[Evidence]:
    """The guarantee's epsilon and delta, as claims of the card."""
    guarantee = card_of(found).guarantee
    if guarantee is None:
        return []
    delta = 0.0 if guarantee.variant == "pure" else guarantee.delta
    claims = (("dp.epsilon", guarantee.epsilon), ("dp.delta", delta))
    return [
        Evidence(
            id=found.version.card_digest,
            metric=metric,
            scope=(),
            status="measured",
            value=value,
            low=value,
            high=value,
            n=None,
            measured_at=None,
            holdout=None,
            dataset_digest=found.version.content_digest,
            cause=None,
        )
        for metric, value in claims
        if value is not None
    ]
