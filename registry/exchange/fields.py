"""Every field of a record by its path, found in the types, so that no list can forget one.

"card.guarantee.epsilon" is a field of the card, "releases.expires_on" one of each release. What the
card of the house repeats from elsewhere in the record (`REPEATED`) is counted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from registry.exchange.facts import Record

REPEATED: Final[Mapping[str, str]] = {
    "outside.dataset": "card.name",
    "outside.title": "card.title",
    "outside.description": "card.description",
    "outside.columns": "columns.name",
    "outside.generator": "card.generator.name",
    "outside.generator_family": "card.generator.family",
    "outside.made_at": "card.generator.made_at",
    "outside.intended": "card.uses.intended",
    "outside.limitations": "card.limitations",
    "outside.biases": "card.biases",
    "outside.people": "card.people",
    "outside.guarantee.epsilon": "card.guarantee.epsilon",
    "outside.guarantee.delta": "card.guarantee.delta",
    "outside.guarantee.rho": "card.guarantee.rho",
    "outside.guarantee.variant": "card.guarantee.variant",
    "outside.guarantee.mechanism": "card.guarantee.mechanism",
    "outside.guarantee.unit": "card.guarantee.privacy_unit",
    "outside.guarantee.relation": "card.guarantee.neighbouring_relation",
    "outside.guarantee.renyi": "card.guarantee.renyi",
    "outside.terms.use": "releases.use",
    "outside.terms.audience": "releases.audience",
    "outside.terms.jurisdiction": "releases.jurisdiction",
    "outside.terms.agreement": "releases.agreement",
    "outside.terms.expires_on": "releases.expires_on",
    "outside.outcome": "decision.outcome",
    "outside.about": "decision.use",
}


@cache
def record_fields() -> tuple[str, ...]:
    """Every path of a record, in the order in which the types have them."""
    return tuple(path for path in _under(Record, "") if path not in REPEATED)


def _under(kind: Any, path: str) -> Iterator[str]:
    parts = _parts(kind)
    if parts is None:
        yield path
        return
    for name, inner in parts.items():
        yield from _under(inner, f"{path}.{name}" if path else name)


def _parts(kind: Any) -> Mapping[str, Any] | None:
    """The fields of the record type within ``kind``; None where it holds plain values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        names = kind._fields if hasattr(kind, "_fields") else [one.name for one in fields_of(kind)]
        hints = get_type_hints(kind)
        return {name: hints[name] for name in names}
    if get_origin(kind) in (tuple, Union, UnionType):
        found = (_parts(inner) for inner in get_args(kind))
        return next((parts for parts in found if parts is not None), None)
    args = get_args(kind)
    return _parts(args[0]) if args and hasattr(kind, "__metadata__") else None
