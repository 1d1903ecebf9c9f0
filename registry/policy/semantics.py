"""What makes a well-formed policy meaningless: names nobody knows, and places that contradict.

Everything here is refused at load. A rule that could never fire, or fires on something other than
its author meant, is worse than no rule, because it is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.marked_yaml import Path, Problem, suggestion
from registry.policy import jurisdictions
from registry.policy.document import Check, ReleasePolicy, Rule, Seat, Sharing, Uses

APPROVERS: Final = frozenset({"steward", "privacy-officer", "compliance-officer"})
ROLES: Final = APPROVERS | {"engineer", "auditor", "admin", "service"}

# The bound on the unfavourable side of the estimate. The other one would let uncertainty pass:
# the fewer records were measured, the easier the rule.
_CAUTIOUS_BOUND: Final = {"lt": "upper", "lte": "upper", "gt": "lower", "gte": "lower"}


@dataclass(frozen=True)
class KnownMetric:
    """A metric that rules may name. ``scope`` is what it is measured for: "" is the whole table.

    A sampled metric has a confidence interval; of any other the bound is the value. ``kinds`` are
    the column types that it applies to, ``places`` the scopes of one not measured by column.
    """

    id: str
    scope: str
    sampled: bool
    kinds: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()


CLAIMS: Final[dict[str, KnownMetric]] = {
    metric: KnownMetric(metric, "", sampled=False) for metric in ("dp.epsilon", "dp.delta")
}


def problems(document: ReleasePolicy, metrics: Mapping[str, KnownMetric]) -> Iterator[Problem]:
    """Everything wrong with a policy beyond its form; ``metrics`` includes the claims."""
    spec = document.spec
    yield from _uses(spec.uses)
    yield from _sharing(spec.sharing)
    yield from _rules(spec.rules, metrics)
    yield from _quorum(spec.approvals.quorum)
    yield from _repeated(("spec", "approvals", "separation"), spec.approvals.separation)


def _uses(uses: Uses) -> Iterator[Problem]:
    path: Path = ("spec", "uses")
    yield from _repeated((*path, "allow"), uses.allow)
    yield from _repeated((*path, "deny"), uses.deny)
    for index, use in enumerate(uses.deny):
        if use in uses.allow:
            what = f"the use {use!r} is both allowed and denied"
            yield Problem((*path, "deny", index), what, "each use in one of the two lists")


def _sharing(rows: Iterable[Sharing]) -> Iterator[Problem]:
    rows = tuple(rows)
    yield from _repeated(("spec", "sharing"), [row.audience for row in rows], "audience")
    for index, row in enumerate(rows):
        path: Path = ("spec", "sharing", index)
        yield from _terms_of_denial(row, path)
        for place, code in enumerate(row.jurisdictions):
            if code not in jurisdictions.known():
                what = f"unknown jurisdiction {code!r}"
                near = f"an ISO 3166-1 alpha-2 code or {', '.join(sorted(jurisdictions.GROUPS))}"
                yield Problem((*path, "jurisdictions", place), what, near)


def _terms_of_denial(row: Sharing, path: Path) -> Iterator[Problem]:
    if row.effect == "deny" and (row.jurisdictions or row.agreement or row.expires_after):
        what = f"audience {row.audience!r} is denied, yet has terms"
        expected = "effect: deny without jurisdictions, agreement and expiresAfter"
        yield Problem((*path, "effect"), what, expected)


def _rules(rules: Iterable[Rule], metrics: Mapping[str, KnownMetric]) -> Iterator[Problem]:
    rules = tuple(rules)
    yield from _repeated(("spec", "rules"), [rule.id for rule in rules], "id")
    for index, rule in enumerate(rules):
        path: Path = ("spec", "rules", index, "check")
        metric = metrics.get(rule.check.metric)
        if metric is None:
            what = f"unknown metric {rule.check.metric!r}"
            yield Problem((*path, "metric"), what, suggestion(rule.check.metric, metrics))
        else:
            yield from _scope(rule.check, metric, path)
        yield from _bound(rule.check, path)


def _scope(check: Check, metric: KnownMetric, path: Path) -> Iterator[Problem]:
    if (check.for_each or "") == metric.scope:
        return
    if not metric.scope:
        what, expected = f"{metric.id} is measured once a table", "no forEach"
    else:
        given = f", not for each {check.for_each}" if check.for_each else ""
        what = f"{metric.id} is measured for each {metric.scope}{given}"
        expected = f"forEach: {metric.scope}"
    yield Problem((*path, "forEach"), what, expected)


def _bound(check: Check, path: Path) -> Iterator[Problem]:
    cautious = _CAUTIOUS_BOUND[check.comparison]
    if check.bound not in (None, cautious):
        what = f"bound {check.bound} with {check.comparison} lets uncertainty pass"
        yield Problem((*path, "bound"), what, f"bound: {cautious}")


def _quorum(seats: Iterable[Seat]) -> Iterator[Problem]:
    seats = tuple(seats)
    yield from _repeated(("spec", "approvals", "quorum"), [seat.role for seat in seats], "role")
    if sum(seat.min for seat in seats) < 2:
        # Nobody approves alone, whatever a policy's author would like.
        where: Path = ("spec", "approvals", "quorum")
        yield Problem(where, "spec.approvals.quorum lets one person approve", "two people or more")
    for index, seat in enumerate(seats):
        path: Path = ("spec", "approvals", "quorum", index, "role")
        if seat.role not in ROLES:
            yield Problem(path, f"unknown role {seat.role!r}", suggestion(seat.role, APPROVERS))
        elif seat.role not in APPROVERS:
            what = f"the role {seat.role!r} may not approve"
            yield Problem(path, what, f"one of: {', '.join(sorted(APPROVERS))}")


def _repeated(path: Path, values: Iterable[str], key: str | None = None) -> Iterator[Problem]:
    """Values of a list that stand in it before; ``key`` is where an item has its value."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            place = (*path, index) if key is None else (*path, index, key)
            yield Problem(place, f"{value!r} stands here twice", "each once")
        seen.add(value)
