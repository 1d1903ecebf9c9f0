"""Croissant 1.1 with the RAI vocabulary 1.0, and a namespace of the registry's own beside them.

Keys come from here alone: what people typed is only ever a value, so it can redefine no term of the
``@context``. Specifications: docs.mlcommons.org/croissant (format 1.1, RAI 1.0).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from registry.exchange.croissant.context import CONTEXT
from registry.exchange.croissant.own import own
from registry.exchange.facts import ColumnFacts, Record
from registry.exchange.text import Body, json_text, sentences, use
from registry.reports.card import ALWAYS, SYNTHETIC
from registry.reports.numbers import words

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
            **own(record),
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
