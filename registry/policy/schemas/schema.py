"""The policy language as JSON Schema, for editors that check and complete while one writes.

It follows from the model that the loader uses, so the two cannot drift, and says more where the
model alone is silent: which metrics there are, which keys exclude each other. It is never stricter
than the loader, which has the last word; some faults (a circle of bases, an expression that does
not compile) only the loader finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.alias_generators import to_camel

from registry.policy import jurisdictions
from registry.policy.document import ReleasePolicy
from registry.policy.expression import MOST
from registry.policy.known import AUDITS, CLAIMS, KnownMetric
from registry.policy.rules import COMPARISONS
from registry.policy.schemas.words import EXAMPLES, KEYS
from registry.policy.semantics import APPROVERS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_CODE: Final = re.compile(r"``([^`]+)``")
_OF_METRICS: Final = ("forEach", "bound", "minN", "holdout", "maxAge")


def schema(metrics: Mapping[str, KnownMetric]) -> Schema:
    """JSON Schema, draft 2020-12, of a policy file; ``metrics`` is the catalogue by id."""
    made = ReleasePolicy.model_json_schema()
    kinds: dict[str, Schema] = {"ReleasePolicy": made, **made["$defs"]}
    for kind, part in kinds.items():
        _describe(kind, part)
    _name(kinds)
    _exclude(kinds)
    _measure(kinds["Check"], {**metrics, **CLAIMS, **AUDITS})
    del made["title"]
    return {"$schema": DIALECT, "title": "Release policy, registry/v1", **made}


def _describe(kind: str, part: Schema) -> None:
    """One model: its words, and its keys without what only a program needs."""
    part["description"] = _plain(part["description"])
    part["properties"] = {
        key: _key(f"{kind}.{key}", inner) for key, inner in part["properties"].items()
    }


def _key(place: str, inner: Schema) -> Schema:
    """The schema of a key with words; no key may be null, and an empty list is no default."""
    given = [one for one in inner.pop("anyOf", []) if one != {"type": "null"}]
    inner |= given[0] if len(given) == 1 else {"anyOf": given} if given else {}
    kept = {key: value for key, value in inner.items() if key != "title" and not _idle(key, value)}
    shown = {"examples": EXAMPLES[place]} if place in EXAMPLES else {}
    return {"description": KEYS[place], **kept, **shown}


def _idle(key: str, value: object) -> bool:
    """Whether a default says nothing: none, an empty list, or the parts' own defaults."""
    return key == "default" and (value is None or value == [] or isinstance(value, dict))


def _plain(text: str) -> str:
    """A docstring as one paragraph; its names as they stand in a policy."""
    return " ".join(_CODE.sub(lambda found: to_camel(found[1]), text).split())


def _name(kinds: Mapping[str, Schema]) -> None:
    """Words that the model takes as text and the loader looks up."""
    kinds["Sharing"]["properties"]["jurisdictions"]["items"] = {
        "enum": sorted(jurisdictions.known())
    }
    for kind, key in (("Seat", "role"), ("WaiverTerms", "approver")):
        kinds[kind]["properties"][key].update(enum=sorted(APPROVERS))
    for kind, key in (
        ("Uses", "allow"),
        ("Uses", "deny"),
        ("Approvals", "separation"),
        ("WaiverTerms", "allowed"),
    ):
        kinds[kind]["properties"][key]["uniqueItems"] = True
    kinds["Rule"]["properties"]["expr"]["maxLength"] = MOST
    kinds["Spec"]["properties"]["params"]["additionalProperties"] = False


def _exclude(kinds: Mapping[str, Schema]) -> None:
    """Keys that need or exclude each other."""
    kinds["Condition"]["minProperties"] = kinds["Exclude"]["minProperties"] = 1
    kinds["Rule"].update(oneOf=_one_of("check", "expr"), dependentRequired={"message": ["expr"]})
    kinds["Spec"]["anyOf"] = [
        {"required": [key], "properties": {key: {"minItems": 1}}} for key in ("rules", "extends")
    ]
    kinds["Sharing"].update(
        _when(
            "effect", ["deny"], {"properties": _none("jurisdictions", "agreement", "expiresAfter")}
        )
    )
    kinds["ReleasePolicy"].update(
        _when("kind", ["ReleasePolicy"], {"properties": {"spec": {"required": ["match"]}}}),
        **{"else": {"properties": {"spec": {"properties": _none("match", "exclude")}}}},
    )


def _measure(check: Schema, metrics: Mapping[str, KnownMetric]) -> None:
    """What a check may name, and what each of it is measured for."""
    check["properties"]["metric"].pop("minLength", None)
    check["properties"]["metric"]["enum"] = sorted(metrics)
    budget = {"properties": _none(*_OF_METRICS, "gt", "gte")}
    scopes = sorted({metric.scope for metric in metrics.values()})
    check["allOf"] = [
        {"oneOf": _one_of("metric", "budget")},
        {"oneOf": _one_of(*COMPARISONS)},
        {"if": {"required": ["budget"]}, "then": budget},
        *(_scoped(scope, metrics.values()) for scope in scopes),
    ]
    # The bound on the side of doubt; the other one would let uncertainty pass.
    check["dependentSchemas"] = {
        name: {"properties": {"bound": {"const": "lower" if name in ("gt", "gte") else "upper"}}}
        for name in COMPARISONS
    }


def _scoped(scope: str, metrics: Iterable[KnownMetric]) -> Schema:
    named = sorted(metric.id for metric in metrics if metric.scope == scope)
    if not scope:
        return _when("metric", named, {"properties": _none("forEach")})
    asked = {"required": ["forEach"], "properties": {"forEach": {"const": scope}}}
    return _when("metric", named, asked)


def _one_of(*names: str) -> list[Schema]:
    return [{"required": [name]} for name in names]


def _none(*names: str) -> Schema:
    return dict.fromkeys(names, False)


def _when(key: str, values: list[str], then: Schema) -> Schema:
    return {"if": {"required": [key], "properties": {key: {"enum": values}}}, "then": then}
