"""What is told to whoever registers a claim, though it is no reason to refuse it."""

import math
from collections.abc import Iterator
from dataclasses import replace

from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import Laplace, SubsampledGaussian


def doubts(guarantee: Guarantee, units: int | None = None) -> Iterator[str]:
    """Sentences on the claim; ``units`` is how many privacy units the source has, if known."""
    if units and guarantee.delta is not None and guarantee.delta * units >= 1:
        yield (
            f"delta {guarantee.delta:g} is not below 1/n for n = {units:,}: publishing one random "
            "record in full would satisfy it"
        )


def understated(guarantee: Guarantee) -> str | None:
    """Why DP-SGD, or Laplace noise several times over, cannot have the claimed epsilon.

    Composes distributions, which takes a second.
    """
    mechanism, own = guarantee.mechanism, guarantee.own
    if own is None:
        return None
    match mechanism:
        case SubsampledGaussian():
            fields = "noise, sampling and steps of dp-sgd"
        case Laplace() if mechanism.times > 1 and own[1] > 0:
            fields = "noise, sensitivity and steps of laplace"
        case _:
            return None
    alone = _alone(guarantee, own[1])
    if alone == math.inf:
        return f"{fields} come to more than can be computed"
    if own[0] >= alone * 0.999:
        return None
    beside = ", and its other components to the rest" if guarantee.extra else ""
    return f"{fields} come to an epsilon of {alone:.4g} at its delta{beside}"


def _alone(guarantee: Guarantee, delta: float) -> float:
    """The least epsilon of the mechanism that can be shown to hold, infinite if there is none."""
    from registry.ledger import losses

    alone, mechanism = replace(guarantee, extra=()), guarantee.mechanism
    found = math.inf
    if losses.on_grid(alone):
        found = losses.epsilon_at(losses.composed([alone]), delta)
    elif isinstance(mechanism, Laplace):
        rho = mechanism.times * (mechanism.epsilon * mechanism.epsilon / 2)
        found = epsilon_of_zcdp(rho, delta) if rho > 0 else 0.0
    if isinstance(mechanism, Laplace):
        return min(found, mechanism.times * mechanism.epsilon)
    return found
