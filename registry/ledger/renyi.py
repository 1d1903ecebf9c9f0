"""What a Renyi claim must satisfy: an epsilon at each of some orders, on a card.

Below what its own fields come to it cannot be true; a thousandth is left for figures that were
rounded. Divergences rise with the order (van Erven and Harremoes 2014, theorem 3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from registry.ledger.claimed import Fields, components, curve, delta, number
from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import SubsampledGaussian
from registry.ledger.methods.rdp import epsilon_of, implied, pure

Curve = Sequence[tuple[float, float]]
_ROUNDED = 0.999
_ABSURD = 100.0  # e^100 bounds nothing worth knowing


def epsilon_at(renyi: Curve, delta: float) -> float:
    """The smallest epsilon at ``delta``, above 0, that the stated orders give."""
    orders, costs = zip(*renyi, strict=True)
    return epsilon_of(costs, orders, delta)


def wanted(claim: Fields, guarantee: Guarantee | None) -> str | None:
    """What a claim with Renyi orders should have stated instead; None if nothing is wrong."""
    return next(_wrong(claim, guarantee), None)


def _wrong(claim: Fields, guarantee: Guarantee | None) -> Iterator[str]:
    renyi = curve(claim) or ()
    yield from _of_its_kind(claim)
    yield from _within_reason(claim, renyi)
    yield from _rising(renyi)
    yield from _converting(claim, renyi)
    yield from _of_components(claim, renyi)
    if guarantee is not None:
        yield from _of_its_mechanism(guarantee)


def _of_its_kind(claim: Fields) -> Iterator[str]:
    if claim.get("variant") != "renyi":
        yield "variant renyi where an epsilon at a Renyi order is stated (renyi)"
    if claim.get("rho") is not None:
        yield "a rho or an epsilon at Renyi orders, not both"
    if (claim.get("epsilon") is None) != (claim.get("delta") is None):
        yield "epsilon with its delta, or neither, beside an epsilon at Renyi orders"


def _within_reason(claim: Fields, renyi: Curve) -> Iterator[str]:
    most = max(epsilon for _, epsilon in renyi)
    if most > _ABSURD and not str(claim.get("justification") or "").strip():
        yield f"a justification for an epsilon of {most:g} at a Renyi order, above {_ABSURD:g}"


def _rising(renyi: Curve) -> Iterator[str]:
    for (before, lower), (order, epsilon) in pairwise(renyi):
        if order <= before:
            yield f"Renyi orders that rise, each once: {order:g} follows {before:g}"
        if epsilon < lower:
            yield (
                f"an epsilon that does not fall from one Renyi order to the next: {epsilon:g} at "
                f"{order:g} is below {lower:g} at {before:g}"
            )


def _converting(claim: Fields, renyi: Curve) -> Iterator[str]:
    """The stated epsilon is the conversion of the stated orders, or more."""
    stated, at = number(claim, "epsilon"), delta(claim)
    if stated is None or at is None:
        return
    if at == 0:
        yield "a delta above 0: at 0 no Renyi loss has an epsilon"
    elif stated < (least := epsilon_at(renyi, at)) * _ROUNDED:
        yield (
            f"an epsilon of at least {least:.4g}, which its Renyi orders come to at its delta: "
            "state it, or more orders"
        )


def _of_components(claim: Fields, renyi: Curve) -> Iterator[str]:
    """What a component states without a delta is pure, unless it may have the whole's."""
    parts, whole = components(claim), delta(claim)
    if any(number(one, "delta") for one in parts):
        yield "no delta in a component where Renyi orders are stated: they leave none open"
    rest = [number(one, "epsilon") or 0.0 for one in parts if one.get("described") is not True]
    if whole and len(rest) == len(parts):
        if rest and epsilon_at(renyi, whole) < max(rest) * _ROUNDED:
            yield f"Renyi orders that come to their component's epsilon, {max(rest):g}"
        return
    for order, epsilon in renyi:
        if epsilon < (least := sum(pure(one, order) for one in rest)) * _ROUNDED:
            yield f"an epsilon of at least {least:.4g} at Renyi order {order:g}, for its components"


def _of_its_mechanism(guarantee: Guarantee) -> Iterator[str]:
    """Under replace-one a unit may be replaced by one from which DP-SGD learns nothing, as if it
    were removed: what removing costs is the least there too.
    """
    if isinstance(guarantee.mechanism, SubsampledGaussian):
        guarantee = replace(guarantee, relation="add-remove")
    least = implied(guarantee, [order for order, _ in guarantee.renyi])
    for (order, epsilon), own in zip(guarantee.renyi, least or (), strict=least is not None):
        if epsilon < own * _ROUNDED:
            yield (
                f"an epsilon of at least {own:.4g} at Renyi order {order:g}, which the fields of "
                "its mechanism come to"
            )
