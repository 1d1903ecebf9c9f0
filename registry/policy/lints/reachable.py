"""Which requests a policy governs, as far as its own conditions tell: one request of each kind.

Two values of a field that no condition tells apart are one kind, so that a handful of requests
stands for all there are. Sources and uses are open: one that no condition names is always among
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from registry.policy.document import Condition, Exclude, Match
from registry.policy.loader import Policy
from registry.policy.vocabulary import CLASSIFICATIONS, MODALITIES

Request = Mapping[str, str]

MOST: Final = 50_000
OTHER: Final = "(any other)"
_CLOSED: Final[dict[str, tuple[str, ...]]] = {
    "classification": CLASSIFICATIONS,
    "modality": MODALITIES,
    "audience": ("internal", "partner", "public"),
}
FIELDS: Final = ("classification", "modality", "audience", "source", "use")


def kinds_of_request(*policies: Policy) -> list[Request] | None:
    """One request of each kind that the policies tell apart; None where they are too many."""
    terms = [
        one
        for policy in policies
        for one in (policy.document.spec.match, policy.document.spec.exclude)
    ]
    conditions = [one for term in terms if term for one in (*term.all, *term.any)]
    values = {field: _kinds(field, conditions, policies) for field in FIELDS}
    if prod(len(found) for found in values.values()) > MOST:
        return None
    return [dict(zip(FIELDS, chosen, strict=True)) for chosen in product(*values.values())]


def governs(policy: Policy, request: Request) -> bool:
    """Whether a policy governs a request of a kind."""
    spec = policy.document.spec
    if spec.match is None or not fits(spec.match, request):
        return False
    return spec.exclude is None or not fits(spec.exclude, request)


def fits(terms: Match | Exclude, request: Request) -> bool:
    """Whether every condition of ``all`` holds, and one of ``any`` where there are some."""
    some = not terms.any or any(holds(one, request) for one in terms.any)
    return some and all(holds(one, request) for one in terms.all)


def holds(condition: Condition, request: Request) -> bool:
    """Whether a request has one of the values given, in every field that is given."""
    return all(
        not getattr(condition, field) or request[field] in getattr(condition, field)
        for field in FIELDS
    )


def serves(policy: Policy, request: Request) -> bool:
    """Whether a policy allows the use and serves the audience, in some place at least."""
    spec = policy.document.spec
    rows = {row.audience for row in spec.sharing if row.effect == "allow"}
    permitted = request["use"] in spec.uses.allow and request["use"] not in spec.uses.deny
    return permitted and request["audience"] in rows


def _kinds(field: str, conditions: Iterable[Condition], policies: Iterable[Policy]) -> list[str]:
    """One value for each set of conditions that accept the same values."""
    accepted = [set(getattr(one, field)) for one in conditions if getattr(one, field)]
    accepted += [set(values) for values in _permitted(field, policies)]
    named = set().union(*accepted) if accepted else set()
    every = _CLOSED.get(field) or (*sorted(named), OTHER)
    seen = {tuple(value in some for some in accepted): value for value in reversed(every)}
    return list(reversed(seen.values()))


def _permitted(field: str, policies: Iterable[Policy]) -> Iterator[Iterable[str]]:
    for policy in policies:
        spec = policy.document.spec
        if field == "use":
            yield spec.uses.allow
            yield spec.uses.deny
        elif field == "audience":
            yield [row.audience for row in spec.sharing if row.effect == "allow"]
