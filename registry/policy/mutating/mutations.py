"""Ways to weaken a policy, place by place: what an unwatched edit could do to it.

Each works on the data of the document, with parameters already in place, and says in words what it
changed. Whether the result is still a policy is asked afterwards (``mutating.mutants``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from registry.marked_yaml import Path
from registry.policy.document import Audience, Separation
from registry.policy.expiry import MAX_DAYS, days
from registry.policy.mutating.rule_mutations import GONE, Edit, rule_mutations

_MISSING: Final[dict[str, Any]] = {}
_SPEC: Final[Path] = ("spec",)
_APPROVALS: Final[Path] = ("spec", "approvals")


@dataclass(frozen=True)
class Weaker:
    """One change: the ``edits``, the place that people look at, and what changed, in words."""

    path: Path
    what: str
    edits: tuple[Edit, ...]


def mutations(data: dict[str, Any]) -> Iterator[Weaker]:
    """Every way to weaken a document, in its order."""
    spec = data["spec"]
    if "reviewBy" in data["metadata"]:
        yield _gone(("metadata", "reviewBy"), "no review is due")
    for index, base in enumerate(spec.get("extends", [])):
        yield _gone((*_SPEC, "extends", index), f"{base['id']} is no longer extended")
    yield from _selection("match", spec)
    yield from _selection("exclude", spec)
    yield from _levels(spec)
    yield from _uses(spec["uses"])
    yield from _sharing(spec["sharing"])
    yield from _evidence(spec.get("evidence", _MISSING))
    for path, what, edits in rule_mutations(spec.get("rules", [])):
        yield Weaker(path, what, edits)
    yield from _approvals(spec["approvals"])
    yield from _waivers(spec)


def _gone(path: Path, what: str) -> Weaker:
    return Weaker(path, what, ((path, GONE),))


def _set(path: Path, value: object, what: str) -> Weaker:
    return Weaker(path, what, ((path, value),))


def _selection(name: str, spec: dict[str, Any]) -> Iterator[Weaker]:
    """Conditions less: it governs more requests than it should, or fewer."""
    terms, path = spec.get(name), (*_SPEC, name)
    if not terms:
        return
    if name == "match":
        yield _set(path, {}, "match is every request")
    else:
        yield _gone(path, "nothing is excluded")
    for part in ("all", "any"):
        for index, condition in enumerate(terms.get(part, [])):
            here: Path = (*path, part, index)
            alone = len(terms[part]) == 1
            if not alone or len(terms) > 1:
                yield _gone(here[:-1] if alone else here, f"{name} lacks a condition of {part}")
            yield from _condition(name, condition, here)


def _condition(name: str, condition: dict[str, Any], path: Path) -> Iterator[Weaker]:
    for field, values in condition.items():
        if len(condition) > 1:
            yield _gone((*path, field), f"{name} asks for no {field}")
        for index, value in enumerate(values):
            if len(values) > 1:
                yield _gone((*path, field, index), f"{name} lacks the {field} {value}")


def _levels(spec: dict[str, Any]) -> Iterator[Weaker]:
    if spec.get("onMissingEvidence") == "deny":
        path = (*_SPEC, "onMissingEvidence")
        yield _set(path, "undecided", "onMissingEvidence deny became undecided")
    enforcement = spec.get("enforcement", _MISSING)
    if enforcement.get("default", "enforce") == "enforce":
        path = (*_SPEC, "enforcement")
        yield _set(path, {"default": "warn"}, "enforcement enforce became warn")
    ramp = enforcement.get("ramp", [])
    for index, step in enumerate(ramp):
        here = (*_SPEC, "enforcement", "ramp", index)
        lone = here[:-1] if len(ramp) == 1 else here
        yield _gone(lone, f"nothing rises to {step['level']} on {step['from']}")


def _uses(uses: dict[str, Any]) -> Iterator[Weaker]:
    path = (*_SPEC, "uses")
    allowed, denied = uses["allow"], uses.get("deny", [])
    for index, use in enumerate(denied):
        others = [one for one in denied if one != use]
        edits = ((*path, "allow"), [*allowed, use]), ((*path, "deny"), others)
        yield Weaker((*path, "deny", index), f"the use {use} is allowed, not denied", edits)
    for index, use in enumerate(allowed):
        yield _gone((*path, "allow", index), f"the use {use} is no longer allowed")


def _sharing(rows: Sequence[dict[str, Any]]) -> Iterator[Weaker]:
    path = (*_SPEC, "sharing")
    served = {row["audience"] for row in rows}
    for index, row in enumerate(rows):
        yield from _terms(row, (*path, index))
    for audience in get_args(Audience):
        if audience not in served:
            more = [*rows, {"audience": audience}]
            yield _set(path, more, f"the audience {audience} is served")


def _terms(row: dict[str, Any], path: Path) -> Iterator[Weaker]:
    audience = row["audience"]
    if row.get("effect") == "deny":
        yield _gone((*path, "effect"), f"the audience {audience} is served, not denied")
    if "jurisdictions" in row:
        yield _gone((*path, "jurisdictions"), f"{audience}: anywhere")
    if "agreement" in row:
        yield _gone((*path, "agreement"), f"{audience}: without an agreement")
    if "expiresAfter" in row:
        yield _gone((*path, "expiresAfter"), f"{audience}: it never expires")
        yield _longer((*path, "expiresAfter"), row["expiresAfter"], f"{audience}: expiresAfter")


def _longer(path: Path, duration: str, what: str) -> Weaker:
    longer = f"P{min(2 * days(duration), MAX_DAYS)}D"
    return _set(path, longer, f"{what} {duration} became {longer}")


def _evidence(terms: dict[str, Any]) -> Iterator[Weaker]:
    path = (*_SPEC, "evidence")
    if "maxAge" in terms:
        yield _gone((*path, "maxAge"), "evidence may be of any age")
        yield _longer((*path, "maxAge"), terms["maxAge"], "evidence: maxAge")
    if terms.get("holdout", "required") == "required":
        yield _set(path, {**terms, "holdout": "optional"}, "evidence needs no holdout")


def _approvals(terms: dict[str, Any]) -> Iterator[Weaker]:
    for index, seat in enumerate(terms["quorum"]):
        here: Path = (*_APPROVALS, "quorum", index)
        less = seat["min"] - 1
        what = f"quorum: {less} {seat['role']} in place of {seat['min']}"
        yield _set((*here, "min"), less, what) if less else _gone(here, what)
    default = list(get_args(Separation))
    for apart in terms.get("separation", default):
        kept = [one for one in terms.get("separation", default) if one != apart]
        path: Path = (*_APPROVALS, "separation")
        yield _set(path, kept, f"the {apart} may approve")
    yield _longer((*_APPROVALS, "validFor"), terms["validFor"], "approvals: validFor")
    if "authorWindow" in terms:
        yield _gone((*_APPROVALS, "authorWindow"), "approvals: no authorWindow")
    if terms.get("signatures") == "required":
        yield _gone((*_APPROVALS, "signatures"), "approvals: signatures are optional")


def _waivers(spec: dict[str, Any]) -> Iterator[Weaker]:
    path = (*_SPEC, "waivers")
    terms = spec.get("waivers")
    usual = {"allowed": [], "maxDuration": "P90D", "approver": "privacy-officer"}
    allowed = (terms or usual)["allowed"]
    for rule in spec.get("rules", []):
        if rule["id"] not in allowed:
            wider = {**(terms or usual), "allowed": [*allowed, rule["id"]]}
            yield _set(path, wider, f"{rule['id']} may be waived")
    if terms:
        yield _longer((*path, "maxDuration"), terms["maxDuration"], "waivers: maxDuration")
