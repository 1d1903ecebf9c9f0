"""Which uses and audiences a policy can be asked about at all, given what it matches on.

A term for an audience that never reaches the policy decides nothing, and no case can show it.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from registry.policy.document import Audience, Condition, Exclude, Match
from registry.policy.loader import Policy

Field = Literal["use", "audience"]
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)


def reachable(policy: Policy, field: Field, value: str) -> bool:
    """Whether some request with this use or audience may be governed; False is certain."""
    spec = policy.document.spec
    return _admits(spec.match, field, value) and not _shuts_out(spec.exclude, field, value)


def refuses_a_use(policy: Policy) -> bool:
    """Whether it can be asked about a use that it does not allow."""
    uses = policy.document.spec.uses
    listed = [set(one.use) for one in _all(policy.document.spec.match) if one.use]
    if not listed:
        return True
    asked = {use for use in set.intersection(*listed) if reachable(policy, "use", use)}
    return bool(asked - (set(uses.allow) - set(uses.deny)))


def refuses_a_place(policy: Policy) -> bool:
    """Whether it can be asked about an audience or a jurisdiction that it does not serve."""
    served = {row.audience: row for row in policy.document.spec.sharing if row.effect == "allow"}
    asked = [one for one in AUDIENCES if reachable(policy, "audience", one)]
    return any(one not in served or bool(served[one].jurisdictions) for one in asked)


def _all(terms: Match | Exclude | None) -> tuple[Condition, ...]:
    return terms.all if terms else ()


def _admits(match: Match | None, field: Field, value: str) -> bool:
    if match is None:
        return True
    some = not match.any or any(_holds(one, field, value) for one in match.any)
    return some and all(_holds(one, field, value) for one in match.all)


def _holds(condition: Condition, field: Field, value: str) -> bool:
    accepted: tuple[str, ...] = getattr(condition, field)
    return not accepted or value in accepted


def _shuts_out(exclude: Exclude | None, field: Field, value: str) -> bool:
    """Whether it leaves the value alone whatever else is asked."""
    if exclude is None:
        return False
    every = all(_is_only(one, field, value) for one in exclude.all)
    some = not exclude.any or any(_is_only(one, field, value) for one in exclude.any)
    return every and some


def _is_only(condition: Condition, field: Field, value: str) -> bool:
    return condition.model_fields_set == {field} and _holds(condition, field, value)
