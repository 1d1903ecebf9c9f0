"""A guarantee as composition takes it: what a card claims, or why the claim does not count.

A claim is recorded as its mechanism only where the card states all that the mechanism needs. Else
it is a bare epsilon and delta, which every method can add, though less tightly. A claim that leaves
out part of what read the data bounds nothing and is no guarantee.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from registry.errors import InvalidInput
from registry.ledger.claimed import (
    Fields,
    carried,
    components,
    curve,
    delta,
    described,
    lacking,
    mechanism_of,
    number,
    whole,
)
from registry.ledger.mechanism import Mechanism


@dataclass(frozen=True)
class Extra:
    """A part of the epsilon that the mechanism's fields do not describe: binning, tuning."""

    name: str
    epsilon: float
    delta: float


@dataclass(frozen=True)
class Guarantee:
    """A differential privacy guarantee for one ``unit`` under one neighbouring ``relation``.

    ``epsilon`` and ``delta`` are of the whole: mechanism and ``extra`` together. Either they or
    ``rho`` (zCDP, Bun and Steinke 2016) or ``renyi``, orders with the epsilon at each (Mironov
    2017), are stated. ``contributions`` bounds the records of a unit;
    ``adaptive`` is False where all parameters were fixed before any output was seen.
    """

    variant: str
    epsilon: float | None
    delta: float | None
    rho: float | None
    mechanism: Mechanism | None
    unit: str
    relation: str
    contributions: int | None = None
    adaptive: bool | None = None
    extra: tuple[Extra, ...] = ()
    renyi: tuple[tuple[float, float], ...] = ()

    @property
    def figures(self) -> tuple[float, float] | None:
        """Epsilon and delta; None where a rho or a Renyi loss alone is stated."""
        if self.epsilon is None or self.delta is None:
            return None
        return self.epsilon, self.delta

    @property
    def own(self) -> tuple[float, float] | None:
        """What of the figures is left for the mechanism once ``extra`` is taken away."""
        if self.figures is None:
            return None
        epsilon, delta = self.figures
        return (
            max(epsilon - sum(one.epsilon for one in self.extra), 0.0),
            max(delta - sum(one.delta for one in self.extra), 0.0),
        )


@dataclass(frozen=True)
class Read:
    """What became of a claim, and in one sentence why."""

    guarantee: Guarantee | None
    recorded_as: Literal["mechanism", "bare", "none"]
    why: str


class Unlike(InvalidInput):
    """Guarantees for another privacy unit, or under another relation, have no sum."""


def read(claim: Fields | None) -> Read:
    """The guarantee that ``claim`` amounts to; raises for nothing that a card can say."""
    if claim is None:
        return Read(None, "none", "the card claims no guarantee")
    if fault := _fault(claim):
        return Read(None, "none", fault)
    missing = lacking(claim)
    adaptive = claim.get("adaptive")
    guarantee = Guarantee(
        variant=str(claim.get("variant")),
        epsilon=number(claim, "epsilon") if delta(claim) is not None else None,
        delta=delta(claim) if number(claim, "epsilon") is not None else None,
        rho=number(claim, "rho"),
        mechanism=None if missing else mechanism_of(claim),
        unit=str(claim.get("privacyUnit")),
        relation=str(claim.get("neighbouringRelation")),
        contributions=whole(claim, "contributions"),
        adaptive=adaptive if isinstance(adaptive, bool) else None,
        extra=() if missing else _extra(claim),
        renyi=curve(claim) or (),
    )
    if missing:
        return Read(guarantee, "bare", f"counted by {_figures(guarantee)} alone: {missing}")
    return Read(guarantee, "mechanism", f"counted as {claim['mechanism']}{_unstated(claim)}")


def held(claim: Fields | None) -> Guarantee | None:
    """The guarantee with the mechanism that its fields describe, even where it counts as bare.

    What the fields come to no claim may be below, whatever else it fails to say.
    """
    found = read(claim).guarantee
    if claim is None or found is None or found.mechanism is not None:
        return found
    return replace(found, mechanism=carried(claim))


def require_alike(named: Sequence[tuple[str, Guarantee]]) -> None:
    """Raise `Unlike`, naming both, if two guarantees have another unit or another relation."""
    for label, one in named[1:]:
        first, other = named[0]
        for noun, theirs, ours in (
            ("privacy unit", other.unit, one.unit),
            ("neighbouring relation", other.relation, one.relation),
        ):
            if theirs != ours:
                raise Unlike(
                    f"{first} and {label} cannot be added: their {noun} is {theirs!r} and {ours!r}",
                    expected=f"one {noun} for everything released from a source",
                    todo="restate one of them for the other's, where its proof allows, and amend",
                )


def _fault(claim: Fields) -> str | None:
    for key, part in (("tuningAccounted", "tuning"), ("preprocessingAccounted", "preprocessing")):
        if claim.get(key) is False:
            return f"its {part} read the data and is not accounted for, so it bounds nothing"
    for key in ("epsilon", "delta", "rho"):
        figure = number(claim, key)
        if claim.get(key) is not None and (figure is None or figure < 0):
            return f"its {key}, {claim[key]!r}, is no finite number from 0 up"
    if curve(claim) is None:
        return "its renyi is no list of orders above 1, each with an epsilon from 0 up"
    whole_claim = number(claim, "epsilon") is not None and delta(claim) is not None
    if not whole_claim and number(claim, "rho") is None and not curve(claim):
        return "it states neither epsilon with delta nor rho nor an epsilon at a Renyi order"
    return None


def _extra(claim: Fields) -> tuple[Extra, ...]:
    rest = [one for one in components(claim) if one is not described(claim)]
    return tuple(
        Extra(str(one.get("name")), number(one, "epsilon") or 0.0, number(one, "delta") or 0.0)
        for one in rest
    )


def _figures(guarantee: Guarantee) -> str:
    """What a bare claim is counted by, and what a Renyi claim lacks that would be more."""
    if guarantee.rho is not None:
        return "rho"
    if guarantee.renyi:
        return f"its epsilon at {orders(guarantee.renyi)}"
    lacking = ", without an epsilon at any Renyi order," if guarantee.variant == "renyi" else ""
    return f"epsilon and delta{lacking}"


def orders(renyi: Sequence[tuple[float, float]]) -> str:
    """The Renyi orders that a claim states, in words."""
    told = sorted(at for at, _ in renyi)
    if len(told) <= 3:
        return f"Renyi order {', '.join(f'{at:g}' for at in told)}"
    return f"{len(told)} Renyi orders from {told[0]:g} to {told[-1]:g}"


def _unstated(claim: Fields) -> str:
    keys = (("tuningAccounted", "tuning"), ("preprocessingAccounted", "preprocessing"))
    open_ = [part for key, part in keys if claim.get(key) is None]
    return f"; whether {' and '.join(open_)} spent any is not stated" if open_ else ""
