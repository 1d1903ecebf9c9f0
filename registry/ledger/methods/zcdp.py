"""Zero-concentrated differential privacy: rhos add, and so do deltas (Bun and Steinke 2016).

Every bounded claim converts. rho-zCDP is stated by the claim, or is that of its mechanism:
that of a Gaussian (proposition 1.6), epsilon^2 / 2 of anything pure
(proposition 1.4), epsilon^2 / 8 of the exponential mechanism (Cesar and Rogers 2021, lemma 3.4). An
(epsilon, delta) is delta-approximately epsilon^2 / 2 (lemma 8.3 with proposition 1.4). As a filter
with rho and delta fixed beforehand it holds fully adaptively (Whitehouse, Ramdas, Rogers and Wu
2023, theorem 1); a split of delta chosen afterwards is not covered by that proof.
"""

import math
from collections.abc import Sequence

from registry.ledger.contents import Content, spent
from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.guarantee import Guarantee
from registry.ledger.mechanism import Exponential, Gaussian, Laplace, Mechanism, RandomisedResponse
from registry.ledger.parts import Vector, upper_sum
from registry.ledger.total import Total, compared, without

_WHY = (
    "Every claim is counted by its rho, which add up however each release was chosen, as long as "
    "the budget and the split of its delta were declared beforehand."
)


def filtered(contents: Sequence[Content], delta: float, reserved: float) -> Total:
    """The epsilon at ``delta``, of which ``reserved`` is for the deltas of the claims."""
    (rho, own), unbounded = spent(contents, cost, 2)
    if own > reserved:
        why = f"The deltas of the claims come to {own:g}, above the {reserved:g} kept for them."
        return without(Total("zcdp", math.inf, delta, True, why), unbounded)
    found = Total("zcdp", _epsilon(rho, delta - reserved), delta if contents else 0.0, True, _WHY)
    return without(found, unbounded)


def shown(contents: Sequence[Content], delta: float) -> Total:
    """The epsilon at ``delta``, split by what the claims turned out to need."""
    (rho, own), unbounded = spent(contents, cost, 2)
    left = delta - own
    epsilon = _epsilon(rho, left) if left > 0 else math.inf
    textbook = rho + 2 * math.sqrt(rho * -math.log(left)) if left > 0 else math.inf
    why = compared(
        f"Every claim is counted by its rho, in all {rho:.6g}; the textbook conversion of it "
        f"(Bun and Steinke 2016) would give {textbook:.6g}."
    )
    return without(Total("zcdp", epsilon, delta, False, why), unbounded)


def _epsilon(rho: float, delta: float) -> float:
    return epsilon_of_zcdp(rho, delta) if rho > 0 else 0.0


def cost(guarantee: Guarantee) -> Vector | str:
    """Rho and delta of a guarantee, or why it has none."""
    if guarantee.rho is not None:
        return guarantee.rho, 0.0
    rho = rho_of(guarantee.mechanism)
    if rho is not None:
        rhos = [rho, *(_pure(one.epsilon) for one in guarantee.extra)]
        return upper_sum(rhos), upper_sum([one.delta for one in guarantee.extra])
    if guarantee.figures is None:
        return "it states a Renyi loss alone, which is no rho"
    epsilon, delta = guarantee.figures
    return _pure(epsilon), delta


def rho_of(mechanism: Mechanism | None) -> float | None:
    """What a mechanism costs by itself, or None."""
    match mechanism:
        case Gaussian():
            return mechanism.rho
        case Laplace():
            return mechanism.times * _pure(mechanism.epsilon)
        case RandomisedResponse():
            return _pure(mechanism.epsilon)
        case Exponential():
            return _pure(mechanism.epsilon) / 4
    return None


def _pure(epsilon: float) -> float:
    return epsilon * epsilon / 2
