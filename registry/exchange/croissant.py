"""Croissant 1.1 with the RAI vocabulary 1.0, and a namespace of the registry's own beside them.

Keys come from here alone: what people typed is only ever a value, so it can redefine no term of the
``@context``. Specifications: docs.mlcommons.org/croissant (format 1.1, RAI 1.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from registry.exchange.facts import ColumnFacts, Record, ReleaseFacts
from registry.exchange.format import Demand, Format, Place
from registry.exchange.text import NAMESPACE, Body, covered, json_text, sentences, use
from registry.reports.bands import Banded
from registry.reports.card import ALWAYS, SYNTHETIC
from registry.reports.numbers import words

CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "registry": f"{NAMESPACE}#",
}
TYPES: Final = {
    "numeric": "sc:Float",
    "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
}
"""Of a column's kind; what is not in here is text."""
LICENCE: Final = "None is granted by this file: the data is used under the terms of a release only."


def croissant(record: Record) -> str:
    """The record as one JSON-LD document."""
    return json_text(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": [
                "http://mlcommons.org/croissant/1.1",
                "http://mlcommons.org/croissant/RAI/1.0",
            ],
            **_described(record),
            **_rai(record),
            **_own(record),
        }
    )


def _described(record: Record) -> Body:
    one, people = record.outside, record.card.people
    released = [release.released_at for release in record.releases]
    return {
        "name": one.title,
        "description": record.card.description or SYNTHETIC,
        "identifier": record.label,
        "version": f"{one.version}.0.0",
        "license": LICENCE,
        "keywords": ["synthetic", one.modality],
        "creator": [{"@type": "sc:Organization", "name": people.owner}] if people.owner else None,
        "dateCreated": one.registered_at[:10],
        "datePublished": min(released)[:10] if released else None,
        "distribution": [_file(record)],
        "recordSet": [_record_set(record)],
    }


def _file(record: Record) -> Body:
    return {
        "@type": "cr:FileObject",
        "@id": "file",
        "name": record.file.name,
        "contentUrl": quote(record.file.name),
        "encodingFormat": record.file.media,
        "sha256": record.outside.file_digest.removeprefix("sha256:"),
    }


def _record_set(record: Record) -> Body:
    fields = [_field(place, one) for place, one in enumerate(record.columns, 1)]
    return {"@type": "cr:RecordSet", "@id": "rows", "name": "rows", "field": fields}


def _field(place: int, column: ColumnFacts) -> Body:
    return {
        "@type": "cr:Field",
        "@id": f"rows/{place}",
        "name": column.name,
        "dataType": TYPES.get(column.kind, "sc:Text"),
        "registry:kind": column.kind,
        "source": {"fileObject": {"@id": "file"}, "extract": {"column": column.name}},
    }


def _rai(record: Record) -> Body:
    card, one = record.card, record.outside
    made = f"Made by {card.generator.name} {card.generator.version} after {one.source_title}."
    return {
        "rai:dataCollection": f"{SYNTHETIC} {made}",
        "rai:dataCollectionType": ["Others"],
        "rai:dataUseCases": [*card.uses.intended, *(f"Approved: {use(x)}" for x in one.approved)],
        "rai:dataLimitations": list(card.limitations),
        "rai:dataBiases": list(card.biases),
        "rai:dataSocialImpact": sentences([_prohibited(record), *ALWAYS]),
        "rai:personalSensitiveInformation": [
            f"The real data is classified as {words(one.classification)}.",
            *card.legal.personal_data_categories,
        ],
        "rai:dataReleaseMaintenancePlan": _maintained(record),
    }


def _prohibited(record: Record) -> str:
    found = ", ".join(use(text) for text in record.outside.prohibited)
    return f"Prohibited: {found}." if found else ""


def _maintained(record: Record) -> str:
    if record.outside.withdrawn:
        return f"{record.outside.withdrawn}. Delete your copies."
    days = [one.expires_on for one in record.releases if one.state == "in-force"]
    until = f"The last release in force ends after {max(days)} (UTC)." if days else ""
    return until or "No release is in force, so nothing permits its use."


def _own(record: Record) -> Body:
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
