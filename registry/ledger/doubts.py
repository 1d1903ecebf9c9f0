"""What is told to whoever registers a claim, though it is no reason to refuse it."""

from collections.abc import Iterator
from dataclasses import replace

from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import SubsampledGaussian


def doubts(guarantee: Guarantee, units: int | None = None) -> Iterator[str]:
    """Sentences on the claim; ``units`` is how many privacy units the source has, if known."""
    if units and guarantee.delta is not None and guarantee.delta * units >= 1:
        yield (
            f"delta {guarantee.delta:g} is not below 1/n for n = {units:,}: publishing one random "
            "record in full would satisfy it"
        )


def understated(guarantee: Guarantee) -> str | None:
    """Why DP-SGD cannot have the claimed epsilon; composes distributions, which takes a second."""
    mechanism, figures = guarantee.mechanism, guarantee.figures
    if not isinstance(mechanism, SubsampledGaussian) or figures is None:
        return None
    from registry.ledger import losses

    if not losses.on_grid(guarantee):
        return "the noise, sampling and steps of dp-sgd come to more than can be computed"
    alone = losses.epsilon_at(losses.composed([replace(guarantee, extra=())]), figures[1])
    if figures[0] >= alone * 0.999:
        return None
    return f"noise, sampling and steps of dp-sgd come to an epsilon of {alone:.4g} at its delta"
