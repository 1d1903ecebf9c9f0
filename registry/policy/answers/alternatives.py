"""Contexts near the one asked for in which the same evidence would be allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, get_args

from registry.policy.answers.inquiry import Inquiry
from registry.policy.decision import BLOCKING
from registry.policy.document import Audience
from registry.policy.facts import Context
from registry.policy.permissions import permission_findings

_FIELDS: Final = ("use", "audience", "jurisdiction")


@dataclass(frozen=True)
class Alternative:
    """A context that is allowed, and which fields of it are ``changed``."""

    context: Context
    changed: tuple[str, ...]


def alternatives(inquiry: Inquiry) -> list[Alternative]:
    """The allowed contexts that change the fewest fields, fewest first.

    One is left out where a part of its changes alone is allowed as well.
    """
    allowed = [
        Alternative(context, _changed(inquiry.context, context))
        for context in contexts(inquiry)
        if context != inquiry.context and _allowed(inquiry.under(context))
    ]
    nearest = [one for one in allowed if not any(_within(other, one) for other in allowed)]
    return sorted(nearest, key=_order)


def contexts(inquiry: Inquiry) -> Iterator[Context]:
    """Every use that a policy speaks of, for every audience, in every place that one names."""
    specs = [policy.document.spec for policy in inquiry.policies]
    uses = {use for spec in specs for use in (*spec.uses.allow, *spec.uses.deny)}
    places = {place for spec in specs for row in spec.sharing for place in row.jurisdictions}
    asked = inquiry.context
    somewhere = places | ({asked.jurisdiction} if asked.jurisdiction else set())
    for use, audience, place in product(
        sorted(uses | {asked.use}), get_args(Audience), (None, *sorted(somewhere))
    ):
        yield replace(asked, use=use, audience=audience, jurisdiction=place)


def _allowed(inquiry: Inquiry) -> bool:
    """Whether it is decided as allowed; the costly part is left out where a policy says no."""
    permitted = all(
        finding.outcome not in BLOCKING
        for policy in inquiry.governing()
        for finding in permission_findings(policy, inquiry.context, inquiry.now)
    )
    return permitted and inquiry.decided().outcome == "allow"


def _changed(asked: Context, other: Context) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if getattr(asked, name) != getattr(other, name))


def _within(part: Alternative, whole: Alternative) -> bool:
    """Whether one makes some of the changes of the other, and no others."""
    return set(part.changed) < set(whole.changed) and all(
        getattr(part.context, name) == getattr(whole.context, name) for name in part.changed
    )


def _order(one: Alternative) -> tuple[int, str, str, str]:
    context = one.context
    return len(one.changed), context.use, context.audience, context.jurisdiction or ""
