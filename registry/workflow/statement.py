"""The statement: the exact bytes a person signs over, which are what the review shows."""

from dataclasses import dataclass

from registry.log.canonical import canonical, digest_bytes
from registry.policy.engine import Decision
from registry.records import Meaning, Request, Role
from registry.workflow.context import Identity, Work
from registry.workflow.find import Found, request_label


@dataclass(frozen=True)
class Statement:
    """Canonical bytes with their digest, and the parts that are kept beside them."""

    body: bytes
    digest: str
    meaning: Meaning
    role: Role
    reason: str | None
    at: str


def write_statement(
    work: Work,
    identity: Identity,
    found: Found,
    request: Request,
    decision: Decision,
    meaning: Meaning,
    role: Role,
    reason: str | None,
) -> Statement:
    """Everything a signature covers: data, card, context, policies, evidence, decision, meaning."""
    at = work.context.now()
    body = canonical(
        {
            **under_review(found, request, decision),
            "signer": identity.name,
            "role": role,
            "meaning": meaning,
            "reason": reason,
            "at": at,
            "authentication": identity.authentication,
        }
    )
    return Statement(body, digest_bytes(body), meaning, role, reason, at)


def under_review(found: Found, request: Request, decision: Decision) -> dict[str, object]:
    """What is put before a reviewer, and what every signature on the request has in common."""
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
        "evidence": sorted({f.evidence_id for f in decision.findings if f.evidence_id}),
        "decision": {"digest": decision.digest, "outcome": decision.outcome},
    }
