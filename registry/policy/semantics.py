"""What makes a well-formed policy meaningless: names nobody knows, and places that contradict.

Everything here is refused at load. A rule that could never fire, or fires on something other than
its author meant, is worse than no rule, because it is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from registry.marked_yaml import Path, Problem, shown, suggestion
from registry.policy import jurisdictions
from registry.policy.document import (
    Base,
    Enforcement,
    ReleasePolicy,
    Seat,
    Sharing,
    Spec,
    Uses,
    WaiverTerms,
)
from registry.policy.known import KnownMetric
from registry.policy.rule_semantics import rule_problems
from registry.policy.rules import LEVELS

APPROVERS: Final = frozenset({"steward", "privacy-officer", "compliance-officer"})
ROLES: Final = APPROVERS | {"engineer", "auditor", "admin", "service"}


def problems(document: ReleasePolicy, metrics: Mapping[str, KnownMetric]) -> Iterator[Problem]:
    """Everything wrong with a policy beyond its form; ``metrics`` includes claims and budgets."""
    spec = document.spec
    yield from _governs(document)
    yield from _bases(document.metadata.id, spec.extends)
    yield from _enforcement(spec.enforcement)
    yield from _uses(spec.uses)
    yield from _sharing(spec.sharing)
    yield from _repeated(("spec", "rules"), [rule.id for rule in spec.rules], "id")
    yield from rule_problems(spec.rules, metrics, spec.params)
    yield from _quorum(spec.approvals.quorum)
    yield from _repeated(("spec", "approvals", "separation"), spec.approvals.separation)
    if spec.waivers:
        yield from _waivers(spec, spec.waivers)


def _governs(document: ReleasePolicy) -> Iterator[Problem]:
    """A policy that forgot what it governs would be believed and never asked."""
    base = document.kind == "PolicyBase"
    if not base and document.spec.match is None:
        what = "spec lacks the key 'match'"
        yield Problem(("spec",), what, "'match', which is required; {} for every request")
    for name in ("match", "exclude"):
        if base and getattr(document.spec, name) is not None:
            what = f"a PolicyBase governs nothing, yet has {name}"
            yield Problem(("spec", name), what, f"no {name}, or kind: ReleasePolicy")


def _bases(own: str, bases: Iterable[Base]) -> Iterator[Problem]:
    bases = tuple(bases)
    yield from _repeated(("spec", "extends"), [base.id for base in bases], "id")
    for index, base in enumerate(bases):
        if base.id == own:
            path: Path = ("spec", "extends", index, "id")
            yield Problem(path, f"{shown(own)} extends itself", "another policy")


def _enforcement(enforcement: Enforcement) -> Iterator[Problem]:
    """A ramp climbs: time alone must not loosen a policy."""
    levels = [enforcement.default, *(step.level for step in enforcement.ramp)]
    for index, (before, after) in enumerate(pairwise(levels)):
        if LEVELS.index(after) <= LEVELS.index(before):
            path: Path = ("spec", "enforcement", "ramp", index, "level")
            what = f"the ramp goes from {before} to {after}"
            yield Problem(path, what, "levels that rise: audit, warn, enforce")
    for index, (first, second) in enumerate(pairwise(enforcement.ramp), start=1):
        if second.start <= first.start:
            path = ("spec", "enforcement", "ramp", index, "from")
            what = f"{second.start} is not after {first.start}"
            yield Problem(path, what, "days that rise")


def _uses(uses: Uses) -> Iterator[Problem]:
    path: Path = ("spec", "uses")
    yield from _repeated((*path, "allow"), uses.allow)
    yield from _repeated((*path, "deny"), uses.deny)
    for index, use in enumerate(uses.deny):
        if use in uses.allow:
            what = f"the use {shown(use)} is both allowed and denied"
            yield Problem((*path, "deny", index), what, "each use in one of the two lists")


def _sharing(rows: Iterable[Sharing]) -> Iterator[Problem]:
    rows = tuple(rows)
    yield from _repeated(("spec", "sharing"), [row.audience for row in rows], "audience")
    for index, row in enumerate(rows):
        path: Path = ("spec", "sharing", index)
        yield from _terms_of_denial(row, path)
        for place, code in enumerate(row.jurisdictions):
            if code not in jurisdictions.known():
                what = f"unknown jurisdiction {shown(code)}"
                near = f"an ISO 3166-1 alpha-2 code or {', '.join(sorted(jurisdictions.GROUPS))}"
                yield Problem((*path, "jurisdictions", place), what, near)


def _terms_of_denial(row: Sharing, path: Path) -> Iterator[Problem]:
    if row.effect == "deny" and (row.jurisdictions or row.agreement or row.expires_after):
        what = f"audience {row.audience!r} is denied, yet has terms"
        expected = "effect: deny without jurisdictions, agreement and expiresAfter"
        yield Problem((*path, "effect"), what, expected)


def _quorum(seats: Iterable[Seat]) -> Iterator[Problem]:
    seats = tuple(seats)
    yield from _repeated(("spec", "approvals", "quorum"), [seat.role for seat in seats], "role")
    if sum(seat.min for seat in seats) < 2:
        # Nobody approves alone, whatever a policy's author would like.
        where: Path = ("spec", "approvals", "quorum")
        yield Problem(where, "spec.approvals.quorum lets one person approve", "two people or more")
    for index, seat in enumerate(seats):
        yield from _approver(seat.role, ("spec", "approvals", "quorum", index, "role"))


def _approver(role: str, path: Path) -> Iterator[Problem]:
    if role not in ROLES:
        yield Problem(path, f"unknown role {shown(role)}", suggestion(role, APPROVERS))
    elif role not in APPROVERS:
        what = f"the role {shown(role)} may not approve"
        yield Problem(path, what, f"one of: {', '.join(sorted(APPROVERS))}")


def _waivers(spec: Spec, terms: WaiverTerms) -> Iterator[Problem]:
    path: Path = ("spec", "waivers")
    yield from _repeated((*path, "allowed"), terms.allowed)
    yield from _approver(terms.approver, (*path, "approver"))
    own = {rule.id for rule in spec.rules}
    for index, rule in enumerate(terms.allowed):
        if rule not in own and not spec.extends:
            what = f"there is no rule {shown(rule)} to waive"
            yield Problem((*path, "allowed", index), what, suggestion(rule, own))


def _repeated(path: Path, values: Iterable[str], key: str | None = None) -> Iterator[Problem]:
    """Values of a list that stand in it before; ``key`` is where an item has its value."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            place = (*path, index) if key is None else (*path, index, key)
            yield Problem(place, f"{shown(value)} stands here twice", "each once")
        seen.add(value)
