"""A measurement as it would have to be: the nearest to the one there is that meets all demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite, nextafter
from typing import Final

from registry.policy.answers.inquiry import Inquiry
from registry.policy.demand import Demand
from registry.policy.expiry import stale
from registry.policy.facts import Evidence, Subject
from registry.policy.known import RECKONED

UNMEASURED = "not measured yet"
"""The id of evidence that is only supposed."""
_ORDER: Final = ("low", "value", "high")


def nearest(demand: Demand) -> float | None:
    """The number nearest to a threshold that meets it; None where no finite number does."""
    number = demand.threshold
    if not demand.met(number):
        number = nextafter(number, inf if demand.upward else -inf)
    return number if isfinite(number) else None


def bound(demand: Demand) -> str:
    """The field of the evidence that a demand compares: ``value``, ``low`` or ``high``."""
    return demand.bound or "value"


def supposed(
    inquiry: Inquiry, metric: str, scope: tuple[str, ...], demands: Sequence[Demand]
) -> Evidence | None:
    """One measurement of ``metric`` for ``scope`` that meets every one of ``demands``.

    It keeps of the present one whatever does not stand in the way. None where the demands leave no
    number with ``low <= value <= high``.
    """
    there = _present(inquiry, metric, scope, demands)
    room = _room(demands)
    if room is None:
        return None
    low, value, high = _moved(there, room)
    return replace(
        _admissible(there, demands, inquiry), status="measured", low=low, value=value, high=high
    )


def in_place(inquiry: Inquiry, changed: Sequence[Evidence]) -> Inquiry:
    """The inquiry with ``changed`` in the place of all that was measured of the same."""
    keys = {(one.metric, one.scope) for one in changed}
    digest = inquiry.subject.content_digest
    kept = [
        one
        for one in inquiry.evidence
        if (one.metric, one.scope) not in keys or one.dataset_digest != digest
    ]
    return inquiry.on((*kept, *changed))


def blank(metric: str, scope: tuple[str, ...], subject: Subject) -> Evidence:
    """A measurement that nobody has made."""
    return Evidence(
        id=UNMEASURED,
        metric=metric,
        scope=scope,
        status="not-measurable",
        value=None,
        low=None,
        high=None,
        n=None,
        measured_at=None,
        holdout=None,
        dataset_digest=subject.content_digest,
        cause=None,
    )


def _present(
    inquiry: Inquiry, metric: str, scope: tuple[str, ...], demands: Sequence[Demand]
) -> Evidence:
    """The measurement to start from: of several the one that is furthest from what is demanded."""
    found = [
        one
        for one in inquiry.evidence
        if (one.metric, one.scope, one.dataset_digest)
        == (metric, scope, inquiry.subject.content_digest)
    ]
    if not found:
        return blank(metric, scope, inquiry.subject)

    def rank(one: Evidence) -> tuple[float, str, str]:
        numbers = [(demand, getattr(one, bound(demand))) for demand in demands]
        margins = [demand.margin(number) for demand, number in numbers if _finite(number)]
        return min(margins, default=inf), one.id, repr(one)

    return min(found, key=rank)


def _admissible(there: Evidence, demands: Sequence[Demand], inquiry: Inquiry) -> Evidence:
    """The measurement made such that it counts: fresh, with a holdout, on enough records."""
    least = max((one.min_n for one in demands if one.min_n), default=0)
    n = max(there.n or 0, least) or there.n
    if there.metric in RECKONED:
        return replace(there, n=n)
    old = any(
        one.max_age is not None and stale(there.measured_at, one.max_age, inquiry.now)
        for one in demands
    )
    without = there.holdout is False and any(one.holdout for one in demands)
    return replace(
        there,
        n=n,
        measured_at=inquiry.now if old or there.measured_at is None else there.measured_at,
        holdout=True if without or there.id == UNMEASURED else there.holdout,
        cause=None,
    )


@dataclass
class _Room:
    """From where to where each number of a measurement may lie."""

    least: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_ORDER, -inf))
    most: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_ORDER, inf))


def _room(demands: Sequence[Demand]) -> _Room | None:
    room = _Room()
    for demand in demands:
        if demand.expression is not None:  # which asks for a number, and not for which
            continue
        number, name = nearest(demand), bound(demand)
        if number is None:
            return None
        if demand.upward:
            room.least[name] = max(room.least[name], number)
        else:
            room.most[name] = min(room.most[name], number)
    # An interval surrounds its estimate: what is demanded of one end moves the others along.
    for lower, upper in (("low", "value"), ("value", "high")):
        room.least[upper] = max(room.least[upper], room.least[lower])
    for lower, upper in (("value", "high"), ("low", "value")):
        room.most[lower] = min(room.most[lower], room.most[upper])
    return room if all(room.least[name] <= room.most[name] for name in _ORDER) else None


def _moved(there: Evidence, room: _Room) -> tuple[float | None, float, float | None]:
    value = _clamped(there.value, room, "value")
    assert value is not None
    if there.low == there.value == there.high:  # an interval without width stays one
        low = _clamped(value, room, "low")
        high = _clamped(value, room, "high")
    else:
        low, high = _clamped(there.low, room, "low"), _clamped(there.high, room, "high")
    return (
        None if low is None else min(low, value),
        value,
        None if high is None else max(high, value),
    )


def _clamped(number: float | None, room: _Room, name: str) -> float | None:
    """The nearest number in the room; None where there is neither a number nor a demand."""
    least, most = room.least[name], room.most[name]
    if _finite(number):
        return min(max(float(number or 0.0), least), most)
    ends = [end for end in (least, most) if isfinite(end)]
    if name == "value":
        return ends[0] if ends else 0.0
    return ends[0] if ends else None


def _finite(number: float | None) -> bool:
    return number is not None and isfinite(number)
