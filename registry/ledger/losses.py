"""Privacy loss distributions on a grid, pessimistically: every figure errs upward, none below.

By dp-accounting's connect-the-dots (Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022). The
divergences of a Gaussian, sampled or not, are computed here for the whole grid at once; the library
does it point by point, a hundred times slower. The one file of the ledger that needs NumPy.
"""

import math
from collections.abc import Iterable
from typing import Any

from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import (
    Exponential,
    Gaussian,
    Laplace,
    Mechanism,
    RandomisedResponse,
    SubsampledGaussian,
)
from registry.ledger.methods.gaussian import together

GRID = 1e-4
"""The distance between two losses; all that is to be composed must share it."""
_FAINT = 1e-100  # what is below it, of a mu or an epsilon, is rounded up to it
_WIDEST = 200.0  # of a single loss, four million steps of the grid from end to end
_LONGEST = 1_000_000  # steps of one training
_TAIL = 1e-15  # cut off at either end, and counted as certain loss
_ROUNDING = 100 * 2.0**-53  # a hundred times what random rounding of a transform comes to
_CANCELLED = 1e-11  # of each probability, what second differences of divergences may lose

Part = Mechanism | tuple[float, float]
"""What has a distribution of its own: a mechanism, or an epsilon and a delta."""
Loss = Any
"""A ``PrivacyLossDistribution`` of dp-accounting, which has no types."""


def library_version() -> str:
    """The version of dp-accounting, which what was computed with it is tied to."""
    from importlib.metadata import version

    return version("dp-accounting")


def composed(guarantees: Iterable[Guarantee]) -> Loss:
    """The distribution of all of them together; raises ValueError for one that has none.

    Gaussians are one Gaussian, equal parts are composed at once, and the narrow before the wide.
    """
    import heapq

    gaussians: list[Gaussian] = []
    rest: dict[tuple[Part, str], int] = {}
    for one in guarantees:
        for part in parts(one):
            if isinstance(part, Gaussian):
                gaussians.append(part)
            else:
                rest[part, one.relation] = rest.get((part, one.relation), 0) + 1
    losses = [_times(_loss(part, relation), n) for (part, relation), n in rest.items()]
    if gaussians:
        losses.append(_loss(together(gaussians), "add-remove"))
    queue = [(_width(one), place, one) for place, one in enumerate(losses)]
    heapq.heapify(queue)
    while len(queue) > 1:
        (_, _, one), (_, place, other) = heapq.heappop(queue), heapq.heappop(queue)
        both = plus(one, other)
        heapq.heappush(queue, (_width(both), place, both))
    return queue[0][2] if queue else nothing()


def parts(guarantee: Guarantee) -> list[Part]:
    """The mechanism and what is added to it; else the bare epsilon and delta."""
    if guarantee.mechanism is not None:
        return [guarantee.mechanism, *((one.epsilon, one.delta) for one in guarantee.extra)]
    if guarantee.figures is None:
        raise ValueError(
            "rho or a Renyi loss alone does not say how the privacy loss is distributed"
        )
    return [guarantee.figures]


def on_grid(guarantee: Guarantee) -> bool:
    """Whether its loss has a distribution, and one narrow enough to be computed."""
    if guarantee.mechanism is None and guarantee.figures is None:
        return False
    return all(_times_of(part) <= _LONGEST and _reach(part) <= _WIDEST for part in parts(guarantee))


def _times_of(part: Part) -> int:
    match part:
        case SubsampledGaussian():
            return part.steps
        case Laplace():
            return part.times
    return 1


def _reach(part: Part) -> float:
    """About how far its privacy loss reaches: for a Gaussian ten deviations beyond the mean."""
    match part:
        case Gaussian():
            square = part.mu * part.mu
        case SubsampledGaussian():
            step = 1 / part.noise_multiplier * (1 / part.noise_multiplier)
            square = step if step > _WIDEST else part.steps * part.sampling**2 * math.expm1(step)
            square = max(square, step)
        case Laplace():
            return part.epsilon * part.times
        case Exponential() | RandomisedResponse():
            return part.epsilon
        case _:
            return part[0]
    return square / 2 + 10 * math.sqrt(square)


def plus(one: Loss, other: Loss) -> Loss:
    """The composition of two, with what rounding may have hidden counted as certain loss."""
    from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution

    remove = _plus(one._pmf_remove, other._pmf_remove)
    if one._symmetric and other._symmetric:
        return PrivacyLossDistribution(remove)
    return PrivacyLossDistribution(remove, _plus(one._pmf_add, other._pmf_add))


Side = tuple[int, float, bytes]
"""The lowest step of the grid, the mass of certain loss, and probabilities as 64-bit floats."""


def sides(loss: Loss) -> list[Side]:
    """The distribution as data: one side if adding and removing are alike, else both."""
    both = [loss._pmf_remove] if loss._symmetric else [loss._pmf_remove, loss._pmf_add]
    full = [one.to_dense_pmf() for one in both]
    return [
        (int(one._lower_loss), float(one._infinity_mass), one._probs.astype("<f8").tobytes())
        for one in full
    ]


def of_sides(data: Iterable[Side]) -> Loss:
    """The distribution that `sides` took apart."""
    import numpy as np
    from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution

    return PrivacyLossDistribution(
        *(
            _dense(lowest, np.frombuffer(probabilities, "<f8"), infinite)
            for lowest, infinite, probabilities in data
        )
    )


def epsilon_at(loss: Loss, delta: float) -> float:
    """The smallest epsilon at ``delta``."""
    return float(loss.get_epsilon_for_delta(delta))


def _plus(one: Any, other: Any) -> Any:
    import numpy as np

    one, other = one.to_dense_pmf(), other.to_dense_pmf()
    found = one.compose(other, tail_mass_truncation=_TAIL)
    size = one.size + other.size
    norms = float(np.linalg.norm(one._probs) * np.linalg.norm(other._probs))
    hidden = _ROUNDING * math.sqrt(size * math.log2(size)) * norms
    return _upward(found, hidden)


def _times(loss: Loss, n: int) -> Loss:
    from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution

    if n == 1:
        return loss
    both = [loss._pmf_remove] if loss._symmetric else [loss._pmf_remove, loss._pmf_add]
    return PrivacyLossDistribution(*(_self_composed(one.to_dense_pmf(), n) for one in both))


def _self_composed(one: Any, n: int) -> Any:
    found = one.self_compose(n, tail_mass_truncation=_TAIL)
    hidden = _ROUNDING * math.sqrt(n * math.log2(found.size + 1))
    return _upward(found, hidden)


def _upward(one: Any, hidden: float, share: float = 0.0) -> Any:
    """No probability below 0, each larger by a ``share``, and ``hidden`` more of certain loss."""
    import numpy as np

    probabilities = np.maximum(one._probs, 0.0) * (1 + share)
    return _dense(one._lower_loss, probabilities, one._infinity_mass + hidden)


def _width(loss: Loss) -> int:
    return int(loss._pmf_remove.size)


def _dense(lowest: int, probabilities: Any, infinite: float) -> Any:
    """A distribution on the grid from ``lowest`` on, with ``infinite`` of certain loss."""
    from dp_accounting.pld.pld_pmf import DensePLDPmf

    return DensePLDPmf(GRID, lowest, probabilities, min(infinite, 1.0), True)


def nothing() -> Loss:
    """The distribution of no loss at all."""
    from dp_accounting.pld import privacy_loss_distribution

    return privacy_loss_distribution.identity(GRID)


def _loss(part: Part, relation: str) -> Loss:
    from dp_accounting.pld import common
    from dp_accounting.pld import privacy_loss_distribution as library

    match part:
        case Gaussian():
            return library.PrivacyLossDistribution(
                _divergent(1 / max(part.mu, _FAINT), 1.0, "REMOVE")
            )
        case SubsampledGaussian():
            return _times(_step(part, relation), part.steps)
        case Laplace():
            scale = 1 / max(part.epsilon, _FAINT)
            one = library.from_laplace_mechanism(scale, value_discretization_interval=GRID)
            return _times(one, part.times)
        case Exponential() | RandomisedResponse():
            epsilon, delta = part.epsilon, 0.0
        case _:
            epsilon, delta = part
    bare = common.DifferentialPrivacyParameters(epsilon, delta)
    return library.from_privacy_parameters(bare, GRID)


def _step(part: SubsampledGaussian, relation: str) -> Loss:
    from dp_accounting import NeighboringRelation
    from dp_accounting.pld import privacy_loss_distribution as library

    if relation != "add-remove":
        return library.from_gaussian_mechanism(
            part.noise_multiplier,
            value_discretization_interval=GRID,
            sampling_prob=part.sampling,
            neighboring_relation=NeighboringRelation.REPLACE_ONE,
        )
    both = [_divergent(part.noise_multiplier, part.sampling, way) for way in ("REMOVE", "ADD")]
    return library.PrivacyLossDistribution(*both)


def _divergent(noise: float, sampling: float, way: str) -> Any:
    import numpy as np
    from dp_accounting.pld import pld_pmf
    from dp_accounting.pld.privacy_loss_mechanism import AdjacencyType, GaussianPrivacyLoss

    bounds = GaussianPrivacyLoss(
        noise, sampling_prob=sampling, adjacency_type=AdjacencyType[way]
    ).connect_dots_bounds()
    low, high = math.floor(bounds.epsilon_lower / GRID), math.ceil(bounds.epsilon_upper / GRID)
    epsilons = np.arange(low, high + 1) * GRID
    deltas = (
        _removed(noise, sampling, epsilons)
        if way == "REMOVE"
        else _added(noise, sampling, epsilons)
    )
    found = pld_pmf.create_pmf_pessimistic_connect_dots_fixed_gap(
        GRID, low, high, np.clip(deltas, 0.0, 1.0)
    )
    return _upward(found.to_dense_pmf(), 0.0, _CANCELLED)


def _removed(noise: float, sampling: float, epsilons: Any) -> Any:
    """q delta(u) at ``e^epsilon = 1 + q (e^u - 1)``; where that has no u, ``1 - e^epsilon``."""
    import numpy as np

    inside = np.expm1(epsilons) / sampling
    reached = inside > -1
    deltas = -np.expm1(epsilons)
    deltas[reached] = sampling * _unsampled(noise, np.log1p(inside[reached]))
    return deltas


def _added(noise: float, sampling: float, epsilons: Any) -> Any:
    """``(1 - (1 - q) e^epsilon) delta(-u)`` at ``e^-epsilon = 1 + q (e^u - 1)``; 0 beyond."""
    import numpy as np

    inside = np.expm1(-epsilons) / sampling
    reached = inside > -1
    deltas = np.zeros_like(epsilons)
    share = 1 - (1 - sampling) * np.exp(epsilons[reached])
    deltas[reached] = share * _unsampled(noise, -np.log1p(inside[reached]))
    return deltas


def _unsampled(noise: float, epsilons: Any) -> Any:
    """The least delta of a Gaussian (Balle and Wang 2018, theorem 8), for many epsilons."""
    import numpy as np
    from scipy.special import log_ndtr, ndtr

    half, steep = 0.5 / noise, epsilons * noise
    return ndtr(half - steep) - np.exp(epsilons + log_ndtr(-half - steep))
