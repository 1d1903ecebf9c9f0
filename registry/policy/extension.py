"""What a policy extends: found by name and version, and checked to be tightened only.

A policy may restate a rule of its base to demand more, allow less, and ask for more signatures.
Whatever it loosens is an error of the policy, and it does not decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from registry.errors import InvalidInput
from registry.policy.comparing.changes import demands
from registry.policy.comparing.versions import precedence, within
from registry.policy.document import Base
from registry.policy.loader import Policy

DEEPEST = 8


def resolved(policies: Iterable[Policy], library: Iterable[Policy]) -> list[Policy]:
    """``policies`` with their bases, each the newest in ``library`` that lies in the range asked.

    Raises ``InvalidInput`` for a base that is not there, that extends in a circle, or that a policy
    loosens.
    """
    shelf: dict[str, list[Policy]] = {}
    for one in library:
        shelf.setdefault(one.id, []).append(one)
    return [_resolved(policy, shelf, ()) for policy in policies]


def _resolved(
    policy: Policy, shelf: Mapping[str, Sequence[Policy]], above: tuple[str, ...]
) -> Policy:
    if policy.id in above or len(above) > DEEPEST:
        chain = " -> ".join((*above, policy.id))
        raise InvalidInput(
            f"{policy.name} extends itself by a detour: {chain}", expected="no circle of policies"
        )
    bases = tuple(
        _resolved(_found(policy, base, shelf), shelf, (*above, policy.id))
        for base in policy.document.spec.extends
    )
    whole = replace(policy, bases=bases)
    for base in bases:
        _require_tighter(whole, base)
    return whole


def _found(policy: Policy, base: Base, shelf: Mapping[str, Sequence[Policy]]) -> Policy:
    there = shelf.get(base.id, ())
    fitting = [one for one in there if within(one.version, base.version)]
    if fitting:
        return max(fitting, key=lambda one: precedence(one.version))
    known = ", ".join(sorted(one.version for one in there))
    raise InvalidInput(
        f"{policy.name} extends {base.id} {base.version}, which is not there",
        expected=f"one of the versions {known}" if known else f"a policy with the id {base.id}",
        todo="publish it first, or hand it over with --policy-dir",
    )


def _require_tighter(policy: Policy, base: Policy) -> None:
    looser = [one for one in demands(base, policy) if one.direction == "loosened"]
    if looser:
        lines = "".join(f"\n  - {one.where}: {one.what}" for one in looser)
        raise InvalidInput(
            f"{policy.name} loosens {base.id} {base.version}, which it extends:{lines}",
            expected="the same or tighter terms than those of the base",
            todo="tighten these places, or extend another policy",
        )
