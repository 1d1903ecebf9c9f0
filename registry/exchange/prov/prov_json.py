"""PROV-JSON, a W3C member submission (2013)."""

from __future__ import annotations

from typing import Final

from registry.exchange.facts import Record
from registry.exchange.prov.statements import Statement, Value, statements
from registry.exchange.text import NAMESPACE, json_text

ENDS: Final = {
    "activity": ("prov:startTime", "prov:endTime"),
    "used": ("prov:activity", "prov:entity", "prov:time"),
    "wasGeneratedBy": ("prov:entity", "prov:activity", "prov:time"),
    "wasAssociatedWith": ("prov:activity", "prov:agent", "prov:plan"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
}
"""What the ends of a statement are called, in the order in which PROV-N has them."""
NAMES: Final = "prov:type"


def prov_json(record: Record) -> str:
    """The record as one PROV-JSON document."""
    body: dict[str, dict[str, object]] = {"prefix": {"reg": f"{NAMESPACE}#"}}
    for place, one in enumerate(statements(record), 1):
        name = one.name or f"_:{place}"
        body.setdefault(one.kind, {})[name] = _told(one)
    return json_text(body)


def _told(one: Statement) -> dict[str, object]:
    ends = dict(zip(ENDS.get(one.kind, ()), one.ends, strict=True))
    return {**ends, **{key: _value(key, value) for key, value in one.attributes.items()}}


def _value(key: str, value: Value) -> object:
    return {"$": value, "type": "prov:QUALIFIED_NAME"} if key == NAMES else value
