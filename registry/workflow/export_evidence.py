"""Hands out what the gate reads of a version, as the file that a check without a registry takes."""

from collections.abc import Iterator

from registry.policy.facts import Context as Wanted
from registry.policy.facts import Subject
from registry.policy.known import CLAIMS
from registry.store.database import reading
from registry.workflow.budgets.evidence import Budgets
from registry.workflow.budgets.ledger import claim_in
from registry.workflow.claims import claim_digest
from registry.workflow.context import Context
from registry.workflow.dp_audits.told import evidence_of_audits
from registry.workflow.evidence_file import (
    Column,
    EvidenceFile,
    Measured,
    SourceFacts,
    reckoned,
    written,
)
from registry.workflow.find import version_labelled
from registry.workflow.gate import card_of, evidence_of, subject_of
from registry.workflow.requested import AUDIENCES


def export_evidence(context: Context, label: str) -> EvidenceFile:
    """The evidence on NAME@V; what its card claims stays with the card."""
    from evaluators.catalogue import CATALOGUE

    definitions = {info.id: info.definition for info in CATALOGUE.values()}
    with reading(context.engine) as session:
        found = version_labelled(session, label)
        subject, evidence = subject_of(session, found), evidence_of(session, found)
        claim = claim_digest(card_of(found))
        budgets = Budgets(session, context.clock())
        shown = evidence_of_audits(session, subject, claim_in(found.version.card))
        told = [
            *(reckoned(one, None, budgets.now, claim) for one in shown),
            *_spent(budgets, subject, claim),
        ]
    return EvidenceFile.model_validate(
        {
            "apiVersion": "registry/v1",
            "kind": "Evidence",
            "dataset": subject.dataset,
            "version": subject.version,
            "contentDigest": subject.content_digest,
            "rows": subject.rows,
            "columns": tuple(
                Column.model_validate({"name": name, "kind": subject.kinds.get(name)})
                for name in subject.columns
            ),
            "source": SourceFacts.model_validate(
                {
                    "name": subject.source,
                    "classification": subject.classification,
                    "modality": subject.modality,
                    "confirmed": subject.source_confirmed,
                }
            ),
            "measurements": (
                *(
                    written(one, definitions.get(one.metric))
                    for one in evidence
                    if one.metric not in CLAIMS
                ),
                *told,
            ),
        }
    )


def _spent(budgets: Budgets, subject: Subject, claim: str) -> Iterator[Measured]:
    """What every budget of the source would come to with this version released under it."""
    for audience in AUDIENCES:
        # No policy's use changes what is spent.
        for one in budgets.evidence(subject, Wanted("any", audience, None)):
            yield reckoned(one, audience, budgets.now, claim)
