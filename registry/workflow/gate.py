"""The gate: gathers what is recorded of a version and lets the policy engine decide.

The command line, the web and CI all pass here, and a release passes it again. Nothing in it
imports pandas, Alembic or an evaluator.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlmodel import Session, col, func, select

from registry.card import DatasetCard
from registry.errors import IntegrityFailure, PolicyDenied, RegistryError, Undecided
from registry.log.canonical import digest_bytes
from registry.policy.answers.inquiry import Inquiry
from registry.policy.engine import Decision
from registry.policy.explain import sentence
from registry.policy.extension import resolved
from registry.policy.facts import Context as Wanted
from registry.policy.facts import Evidence, Subject
from registry.policy.loader import Policy, load_policy
from registry.records import Evaluation, PolicyDocument
from registry.workflow.budgets.choice import require_choice
from registry.workflow.budgets.evidence import Budgets
from registry.workflow.budgets.ledger import claim_in
from registry.workflow.claims import claims
from registry.workflow.context import Context
from registry.workflow.dp_audits.told import evidence_of_audits
from registry.workflow.evidence import readable
from registry.workflow.find import Found, row_id
from registry.workflow.metrics import known_metrics
from registry.workflow.recorded import card_in, definitions, measured, subject_in
from registry.workflow.requested import require_known_words
from registry.workflow.waivers import waivers_of


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
    policies = [loaded(document) for document in effective_documents(session)]
    if not any(policy.document.spec.extends for policy in policies):
        return policies
    return resolved(policies, library(session))


def library(session: Session) -> list[Policy]:
    """Every version of every policy that was ever published, as bases of others."""
    documents = session.exec(select(PolicyDocument).order_by(col(PolicyDocument.id)))
    return [loaded(document) for document in documents]


def loaded(document: PolicyDocument) -> Policy:
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
    return _parsed(body, document.file_name)


@lru_cache(maxsize=256)
def _parsed(body: bytes, file_name: str) -> Policy:
    """A policy by its bytes: one in effect is a base of others as well, and is read at every step.

    Safe to share: nothing of a policy can be changed.
    """
    return load_policy(body, file_name, known_metrics())


def decide_now(
    context: Context,
    session: Session,
    found: Found,
    wanted: Wanted,
    policies: Sequence[Policy] | None = None,
) -> Decision:
    """What the policies in effect say of ``found`` in the context ``wanted``, at this moment.

    ``policies`` are those in effect, where the caller has read them already.
    """
    return inquiry_now(context, session, found, wanted, policies).decided()


def inquiry_now(
    context: Context,
    session: Session,
    found: Found,
    wanted: Wanted,
    policies: Sequence[Policy] | None = None,
) -> Inquiry:
    """All that `decide_now` decides on, as it is recorded at this moment."""
    if policies is None:
        policies = effective_policies(session)
    require_known_words(policies, wanted)
    return inquiry_again(context, session, found, wanted, policies)


def inquiry_again(
    context: Context,
    session: Session,
    found: Found,
    wanted: Wanted,
    policies: Sequence[Policy] | None = None,
) -> Inquiry:
    """The same in a context that was recorded: a use that no policy names any more is denied by
    them, and is no slip of whoever asks.
    """
    if policies is None:
        policies = effective_policies(session)
    require_choice(session, found, wanted)
    subject, now = subject_of(session, found), context.clock()
    return Inquiry(
        tuple(policies),
        subject,
        wanted,
        (
            *evidence_of(session, found),
            *evidence_of_audits(session, subject, claim_in(found.version.card)),
            *Budgets(session, now).evidence(subject, wanted),
        ),
        now,
        tuple(waivers_of(session, found)),
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


def subject_of(session: Session, found: Found) -> Subject:
    """A version as policies see it."""
    kinds = _evaluated_kinds(session, row_id(found.version))
    return subject_in(found.dataset.name, found.version, found.source, card_of(found), kinds)


def _evaluated_kinds(session: Session, version_id: int) -> str | None:
    """The column types of the last admissible evaluation, which hold for all three tables."""
    evaluation = session.exec(
        select(Evaluation)
        .where(Evaluation.version_id == version_id)
        .where(col(Evaluation.admissible).is_(True))
        .order_by(col(Evaluation.id).desc())
    ).first()
    return evaluation.kinds if evaluation else None


def card_of(found: Found) -> DatasetCard:
    """The version's card; raises `IntegrityFailure` if it is not the one that was registered."""
    return card_in(found.version, found.label)


def evidence_of(session: Session, found: Found) -> list[Evidence]:
    """What policies may read of a version itself, measured or claimed."""
    current = definitions()
    figures = [
        measured(row, evaluation)
        for evaluation, row in readable(session, row_id(found.version))
        if row.definition == current.get(row.metric)
    ]
    return figures + claims(card_of(found), found.version.card_digest, found.version.content_digest)
