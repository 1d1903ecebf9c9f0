"""Where each field of a record goes in Croissant, and what Croissant asks for besides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.exchange.croissant.document import LICENCE, croissant
from registry.exchange.facts import Record
from registry.exchange.format import Demand, Format, Place


def _demands(record: Record) -> tuple[Demand, ...]:
    return tuple(_demanded(record))


def _demanded(record: Record) -> Iterator[Demand]:
    yield Demand("license", LICENCE)
    yield Demand("url", "Left out: the registry publishes nothing.")
    yield Demand("citeAs", "Left out: the record has no citation.")
    if not record.card.people.owner:
        yield Demand("creator", "Left out: the card names no owner.")
    if not record.releases:
        yield Demand("datePublished", "Left out: it was not released.")


_OWN: Final = {
    "card.target": "registry:target",
    "card.generator.version": "registry:version",
    "card.generator.name": "registry:name",
    "card.generator.family": "registry:family",
    "card.generator.code_commit": "registry:codeCommit",
    "card.generator.environment_digest": "registry:environmentDigest",
    "card.generator.made_at": "registry:madeAt",
    "card.guarantee.variant": "registry:variant",
    "card.guarantee.epsilon": "registry:epsilon",
    "card.guarantee.delta": "registry:delta",
    "card.guarantee.rho": "registry:rho",
    "card.guarantee.renyi.order": "registry:renyi",
    "card.guarantee.renyi.epsilon": "registry:renyi",
    "card.guarantee.mechanism": "registry:mechanism",
    "card.guarantee.mechanism_detail": "registry:mechanismDetail",
    "card.guarantee.privacy_unit": "registry:unit",
    "card.guarantee.neighbouring_relation": "registry:relation",
    "card.guarantee.accountant": "registry:accountant",
    "card.guarantee.justification": "registry:justification",
    "card.people.contact": "registry:contact",
    "columns.kind": "registry:kind",
    "card.source": "registry:source",
    "source.name": "registry:source",
    "source.training_content_digest": "registry:trainingDigest",
    "source.holdout_content_digest": "registry:holdoutDigest",
    "decision.digest": "registry:digest",
    "decision.outcome": "registry:outcome",
    "decision.use": "registry:use",
    "decision.audience": "registry:audience",
    "decision.jurisdiction": "registry:jurisdiction",
    "decision.decided_at": "registry:decidedAt",
    "releases.id": "registry:id",
    "releases.use": "registry:use",
    "releases.audience": "registry:audience",
    "releases.jurisdiction": "registry:jurisdiction",
    "releases.agreement": "registry:agreement",
    "releases.state": "registry:state",
    "releases.released_at": "registry:releasedAt",
    "releases.expires_on": "registry:expires",
    "outside.rows": "registry:rows",
    "outside.content_digest": "registry:contentDigest",
    "outside.source_title": "registry:title",
    "outside.classification": "registry:classification",
    "outside.modality": "registry:modality",
    "outside.guarantee.audited": "registry:audited",
    "outside.bands.name": "registry:name",
    "outside.bands.asked": "registry:demand",
    "outside.bands.band": "registry:band",
    "outside.bands.waived": "registry:waivedBy",
    "outside.bands.figure": "registry:figure",
    "outside.printed_at": "registry:printedAt",
    "outside.local_mode": "registry:localMode",
}
CROISSANT: Final = Format(
    id="croissant",
    name="Croissant 1.1",
    specification="Croissant 1.1 and Croissant RAI 1.0, docs.mlcommons.org/croissant",
    ending="json",
    write=croissant,
    places={
        **{path: Place(target) for path, target in _OWN.items()},
        "card.name": Place("identifier"),
        "card.title": Place("name"),
        "card.description": Place("description"),
        "card.uses.intended": Place("rai:dataUseCases"),
        "card.uses.out_of_scope": Place(
            "rai:dataSocialImpact", "In one sentence with the uses that policies prohibit."
        ),
        "card.limitations": Place("rai:dataLimitations"),
        "card.biases": Place("rai:dataBiases"),
        "card.people.owner": Place("creator", "As an organisation, which the card does not say."),
        "card.legal.personal_data_categories": Place("rai:personalSensitiveInformation"),
        "columns.name": Place("cr:Field"),
        "file.name": Place("contentUrl"),
        "file.media": Place("encodingFormat", "Without saying that it is compressed."),
        "outside.version": Place("version", "As MAJOR.MINOR.PATCH: 2 is written 2.0.0."),
        "outside.file_digest": Place("sha256"),
        "outside.registered_at": Place("dateCreated", "The day only."),
        "outside.approved": Place("rai:dataUseCases"),
        "outside.prohibited": Place(
            "rai:dataSocialImpact", "In one sentence with the uses that the makers exclude."
        ),
        "outside.withdrawn": Place("rai:dataReleaseMaintenancePlan", "In a sentence."),
        "outside.policies.id": Place("registry:policy"),
        "outside.policies.version": Place("registry:policy"),
    },
    demands=_demands,
)
