"""PROV in its two notations, which say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from registry.exchange.facts import Record
from registry.exchange.format import Demand, Format, Place
from registry.exchange.prov.moments import zoned
from registry.exchange.prov.prov_json import prov_json
from registry.exchange.prov.prov_n import prov_n

_TOLD: Final = {
    "card.name": "identifier",
    "outside.version": "identifier",
    "card.title": "prov:label",
    "card.description": "description",
    "card.source": "name",
    "card.generator.name": "name",
    "card.generator.version": "version",
    "card.generator.family": "family",
    "card.generator.code_commit": "codeCommit",
    "card.generator.environment_digest": "environmentDigest",
    "card.generator.made_at": "madeAt",
    "card.guarantee.variant": "variant",
    "card.guarantee.epsilon": "epsilon",
    "card.guarantee.delta": "delta",
    "card.guarantee.rho": "rho",
    "card.guarantee.mechanism": "mechanism",
    "card.guarantee.privacy_unit": "unit",
    "card.guarantee.neighbouring_relation": "relation",
    "state": "state",
    "card_digest": "cardDigest",
    "registered_by": "pseudonym",
    "source.name": "name",
    "source.added_at": "addedAt",
    "source.training_content_digest": "digest",
    "source.holdout_content_digest": "digest",
    "evaluations.digest": "digest",
    "evaluations.admissible": "admissible",
    "evaluations.target": "target",
    "evaluations.training_digest": "digest",
    "evaluations.holdout_digest": "digest",
    "evaluations.evaluated_by": "pseudonym",
    "evaluations.evaluated_at": "prov:endTime",
    "decision.digest": "digest",
    "decision.outcome": "outcome",
    "decision.use": "use",
    "decision.audience": "audience",
    "decision.jurisdiction": "jurisdiction",
    "decision.decided_at": "prov:endTime",
    "signoffs.request": "request",
    "signoffs.signer": "pseudonym",
    "signoffs.role": "role",
    "signoffs.meaning": "meaning",
    "signoffs.signed_at": "prov:startTime",
    "signoffs.retracted": "retracted",
    "releases.id": "prov:label",
    "releases.request": "request",
    "releases.use": "use",
    "releases.audience": "audience",
    "releases.jurisdiction": "jurisdiction",
    "releases.agreement": "agreement",
    "releases.state": "state",
    "releases.released_by": "pseudonym",
    "releases.released_at": "prov:startTime",
    "releases.expires_on": "expires",
    "outside.rows": "rows",
    "outside.file_digest": "fileDigest",
    "outside.content_digest": "contentDigest",
    "outside.registered_at": "prov:endTime",
    "outside.source_title": "prov:label",
    "outside.classification": "classification",
    "outside.modality": "modality",
    "outside.withdrawn": "withdrawn",
    "outside.policies.id": "id",
    "outside.policies.version": "version",
    "outside.policies.digest": "digest",
    "outside.bands.name": "name",
    "outside.bands.band": "band",
    "outside.bands.figure": "figure",
    "outside.guarantee.audited": "audited",
    "outside.local_mode": "localMode",
    "outside.printed_at": "printedAt",
}


def _place(target: str) -> Place:
    return Place(target if target.startswith("prov:") else f"reg:{target}")


def _demands(record: Record) -> tuple[Demand, ...]:
    return tuple(_demanded(record))


def _demanded(record: Record) -> Iterator[Demand]:
    yield Demand("prov:startTime", "Left out where only the end is recorded.")
    if zoned(record.card.generator.made_at) is None:
        yield Demand(
            "prov:endTime of the generation", "Left out: the card has no time with a zone."
        )


PROV: Final = Format(
    id="prov",
    name="W3C PROV, as PROV-JSON",
    specification="PROV-DM and PROV-JSON, www.w3.org/TR/prov-dm",
    ending="json",
    write=prov_json,
    places={
        **{path: _place(target) for path, target in _TOLD.items()},
        "card.guarantee.renyi.order": Place("reg:guarantee", "In a sentence."),
        "card.guarantee.renyi.epsilon": Place("reg:guarantee", "In a sentence."),
        "columns.name": Place("reg:columns", "Their number only."),
    },
    demands=_demands,
)
_TIMES: Final = ("prov:startTime", "prov:endTime")
PROV_N: Final = replace(
    PROV,
    id="prov-n",
    name="W3C PROV, as PROV-N",
    specification="PROV-DM and PROV-N, www.w3.org/TR/prov-n",
    ending="provn",
    places={
        path: replace(place, target="activity") if place.target in _TIMES else place
        for path, place in PROV.places.items()
    },
    write=prov_n,
)
