"""What Croissant has no terms for: the guarantee, the decision and the releases.

Every term is in the namespace of the registry; docs/exchange.md says what each means.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.exchange.facts import Record, ReleaseFacts
from registry.exchange.text import Body, covered
from registry.reports.bands import Banded


def own(record: Record) -> Body:
    """The terms of the registry's own, for the dataset."""
    card, one = record.card, record.outside
    return {
        "registry:rows": one.rows,
        "registry:target": card.target,
        "registry:contentDigest": one.content_digest,
        "registry:generator": _typed("Generator", _generator(record)),
        "registry:source": _typed("Source", _source(record)),
        "registry:guarantee": _typed("Guarantee", _guarantee(record)),
        "registry:guaranteeInWords": covered(one.guarantee),
        "registry:decision": _typed("Decision", _decision(record)),
        "registry:result": [_typed("Result", _result(band)) for band in one.bands],
        "registry:release": [_typed("Release", _release(release)) for release in record.releases],
        "registry:contact": card.people.contact,
        "registry:printedAt": one.printed_at,
        "registry:localMode": one.local_mode,
    }


def _typed(kind: str, body: Mapping[str, object]) -> Body | None:
    """A node of the registry's own vocabulary; None where there is nothing in it."""
    named = {f"registry:{key}": value for key, value in body.items()}
    return {"@type": f"registry:{kind}", **named} if body else None


def _generator(record: Record) -> Body:
    one = record.card.generator
    return {
        "name": one.name,
        "version": one.version,
        "family": one.family,
        "madeAt": one.made_at,
        "codeCommit": one.code_commit,
        "environmentDigest": one.environment_digest,
    }


def _source(record: Record) -> Body:
    one = record.source
    return {
        "name": one.name,
        "title": record.outside.source_title,
        "classification": record.outside.classification,
        "modality": record.outside.modality,
        "trainingDigest": one.training_content_digest,
        "holdoutDigest": one.holdout_content_digest,
    }


def _guarantee(record: Record) -> Body:
    claim, told = record.card.guarantee, record.outside.guarantee
    if claim is None or told is None:
        return {}
    return {
        "variant": claim.variant,
        "epsilon": claim.epsilon,
        "delta": claim.delta,
        "rho": claim.rho,
        "renyi": [
            _typed("RenyiPoint", {"order": one.order, "epsilon": one.epsilon})
            for one in claim.renyi or ()
        ],
        "unit": claim.privacy_unit,
        "relation": claim.neighbouring_relation,
        "mechanism": claim.mechanism,
        "mechanismDetail": claim.mechanism_detail,
        "accountant": claim.accountant,
        "justification": claim.justification,
        "audited": told.audited,
    }


def _decision(record: Record) -> Body:
    one = record.decision
    if one is None:
        return {}
    policies = [f"{policy.id} {policy.version}" for policy in record.outside.policies]
    return {
        "digest": one.digest,
        "outcome": one.outcome,
        "use": one.use,
        "audience": one.audience,
        "jurisdiction": one.jurisdiction,
        "decidedAt": one.decided_at,
        "policy": policies,
    }


def _result(one: Banded) -> Body:
    return {
        "name": one.name,
        "demand": list(one.asked),
        "band": one.band,
        "waivedBy": list(one.waived),
        "figure": one.figure,
    }


def _release(one: ReleaseFacts) -> Body:
    return {
        "id": one.id,
        "use": one.use,
        "audience": one.audience,
        "jurisdiction": one.jurisdiction,
        "agreement": one.agreement,
        "state": one.state,
        "releasedAt": one.released_at,
        "expires": one.expires_on,
    }
