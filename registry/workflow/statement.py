"""The statement: the exact bytes a person signs over, which are what the review shows."""

import base64
from dataclasses import dataclass

from sqlmodel import Session

from registry.log.canonical import canonical, digest_bytes
from registry.policy.engine import Decision
from registry.records import Meaning, Request, Role
from registry.workflow.budgets.ledger import labels_in
from registry.workflow.context import Work
from registry.workflow.decisions import body_digest
from registry.workflow.find import Found, request_label
from registry.workflow.people.signing import PersonalSignature, signature
from registry.workflow.signer import Signer

REVIEWED = ("request", "dataset", "context", "policies", "waivers", "evidence", "decision")
"""The parts of a statement that every signature on a request has in common."""


@dataclass(frozen=True)
class Statement:
    """Canonical bytes with their digest, the parts kept beside them, and what was signed."""

    body: bytes
    digest: str
    meaning: Meaning
    role: Role
    reason: str | None
    at: str
    signature: PersonalSignature | None


@dataclass(frozen=True)
class Said:
    """What the signer adds to what is under review; ``retracts`` is a statement's digest."""

    meaning: Meaning
    role: Role
    reason: str | None
    retracts: str | None = None


def write_statement(
    work: Work, signer: Signer, found: Found, request: Request, decision: Decision, said: Said
) -> Statement:
    """Everything a signature covers: data, card, context, policies, evidence, decision, meaning."""
    at = work.context.now()
    body = canonical(
        {
            **under_review(work.session, found, request, decision),
            "signer": signer.person.name,
            **({"for": signer.principal.name} if signer.principal else {}),
            **({"retracts": said.retracts} if said.retracts else {}),
            "role": said.role,
            "meaning": said.meaning,
            "reason": said.reason,
            "at": at,
            "authentication": signer.person.authentication,
        }
    )
    made = signature(work, signer.person, body)
    return Statement(body, digest_bytes(body), said.meaning, said.role, said.reason, at, made)


def under_review(
    session: Session, found: Found, request: Request, decision: Decision
) -> dict[str, object]:
    """What is put before a reviewer, and what every signature on the request has in common."""
    body = body_digest(session, request)
    return {
        "request": request_label(request),
        "dataset": {
            "label": found.label,
            "content": found.version.content_digest,
            "file": found.version.file_digest,
            "card": found.version.card_digest,
        },
        "context": {
            "use": request.use,
            "audience": request.audience,
            "jurisdiction": request.jurisdiction,
        },
        "policies": [
            {"id": policy.id, "version": policy.version, "digest": policy.digest}
            for policy in decision.policies
        ],
        **({"waivers": list(decision.waivers)} if decision.waivers else {}),
        **({"chosenFrom": list(chosen)} if (chosen := labels_in(request.chosen_from)) else {}),
        "evidence": sorted({f.evidence_id for f in decision.findings if f.evidence_id}),
        "decision": {"digest": decision.digest, "outcome": decision.outcome, "body": body},
    }


def signature_details(made: PersonalSignature | None) -> dict[str, object]:
    """A signature as its event carries it; nothing in local mode."""
    if made is None:
        return {}
    return {"key": made.key_id, "signature": base64.b64encode(made.value).decode()}
