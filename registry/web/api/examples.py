"""An example of every name that the API takes, put into its description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

EXAMPLES: Final[Mapping[str, object]] = {
    # what stands in addresses
    "version": "claims@1",
    "source": "hospital",
    "job": "J-3",
    "format": "croissant",
    "request": "R-17",
    "release": "REL-4",
    "agreement": "DUA-2",
    "access": "Q-3",
    "deputy": "stella",
    "waiver": "W-3",
    "budget": "B-1",
    "partition": "P-1",
    "batch": "BATCH-1",
    "audit": "AUD-1",
    "policy": "partner-sharing",
    "seq": 12,
    "kind": "quality",
    "metric": "dp.epsilon",
    "account": "paula",
    "role": "privacy-officer",
    "token": "3f9c1a7b",
    "webhook": "WH-1",
    "message": 7,
    # what stands in bodies
    "name": "claims",
    "code": "123456",
    "enrolment": "7K2M-9QXW-4TRA",
    "password": "correct horse battery staple",
    "new_password": "a long way home",
    "new_passphrase": "seven grey owls at noon",
    "classification": "special-category",
    "key": "3q2+7wAAAAA=",
    "basis": "consent",
    "reason": "the board decided so on 2 March",
    "use": "model-development",
    "audience": "partner",
    "meaning": "approve",
    "recipient": "Pricing team",
    "by": "Kim Berg",
    "evidence": "letter of 3 March",
    "party": ["Partner Lab"],
    "from": "2026-01-01",
    "until": "2026-12-31",
    "dataset": "claims",
    "purpose": "a study of waiting times",
    "answer": "claims@2 will serve; it is released in April",
    "rule": "DP-001",
    "owner": "paula",
    "control": "used in the enclave alone",
    "epsilon": 3.0,
    "delta": 1e-6,
    "unit": "person",
    "relation": "add-remove",
    "method": "basic",
    "column": "region",
    "parts": ["north", "south=s1"],
    "plan": "apiVersion: registry/v1\nkind: BatchPlan\n...",
    "note": "one canary for each record",
    "place": "file:/srv/worm/anchors",
    "about": "REL-1",
    "roles": ["engineer"],
    "identity": "248289761001",
    "scopes": ["check", "report"],
    "url": "https://hooks.example.org/registry",
    "kinds": ["released", "revoked"],
}
FITTING: Final[Mapping[tuple[str, str], object]] = {
    ("GET /audit/actors/{name}", "name"): "paula",
    ("POST /datasets/{version}/dp-audits", "method"): "one-run",
}
"""Where a name means something else than elsewhere."""


def give_examples(found: dict[str, Any], prefix: str) -> None:
    """Put them into a description of the API, wherever a name that is taken stands in it."""
    for path, item in found["paths"].items():
        for method, operation in item.items():
            call = f"{method.upper()} {path.removeprefix(prefix)}"
            for one in operation.get("parameters", ()):
                if one["in"] == "path":
                    _give(one["schema"], call, one["name"])
            for fields in bodies(operation, found):
                for name, schema in fields["properties"].items():
                    _give(schema, call, name)


def bodies(operation: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of what a call takes as its body."""
    for one in operation.get("requestBody", {}).get("content", {}).values():
        name = one["schema"].get("$ref", "").rsplit("/", 1)[-1]
        yield found["components"]["schemas"][name] if name else one["schema"]


def takes_files(schema: Mapping[str, Any]) -> bool:
    """Whether a field holds a file, or several."""
    kinds = (schema, schema.get("items", {}), *schema.get("anyOf", ()))
    return any("contentMediaType" in one or one.get("format") == "binary" for one in kinds)


def _give(schema: dict[str, Any], call: str, name: str) -> None:
    fitting = FITTING.get((call, name), EXAMPLES.get(name))
    if fitting is not None and "$ref" not in schema and not takes_files(schema):
        schema.setdefault("examples", [fitting])
