"""Claims and entries for the suites of the ledger: a Gaussian of noise 8, unless told otherwise."""

import math
import random
from collections.abc import Iterator

from registry.ledger import losses
from registry.ledger.entry import Entry
from registry.ledger.guarantee import read
from registry.ledger.methods.gaussian import epsilon_at

CLAIM = {
    "variant": "approximate",
    "epsilon": 0.6,
    "delta": 5e-8,
    "mechanism": "gaussian",
    "noise": 8.0,
    "sensitivity": 1.0,
    "privacyUnit": "record",
    "neighbouringRelation": "add-remove",
    "tuningAccounted": True,
    "preprocessingAccounted": True,
}


def claim(**changes: object) -> dict[str, object]:
    """A claim in which keys are changed, or left out where None."""
    return {key: value for key, value in {**CLAIM, **changes}.items() if value is not None}


def bare(epsilon: float, delta: float = 0.0, **changes: object) -> dict[str, object]:
    """A claim of an epsilon and a delta, of which nothing else is known."""
    variant = "approximate" if delta else "pure"
    figures = {"variant": variant, "epsilon": epsilon, "delta": delta, "mechanism": "other"}
    return claim(**{**figures, "noise": None, "sensitivity": None, **changes})


def entry(
    number: int,
    guarantee: dict[str, object] | None,
    *,
    content: str | None = None,
    partition: str | None = None,
    batch: str | None = None,
) -> Entry:
    """An entry of the ledger, each of another content unless told."""
    return Entry(
        number=number,
        kind="exposure",
        label=f"claims@{number}",
        content_digest=content or f"sha256:{number:064x}",
        audience="partner",
        recipient="university",
        guarantee=guarantee,
        partition=partition,
        batch=batch,
        event=100 + number,
    )


def ledger(*guarantees: dict[str, object] | None, batch: str | None = None) -> list[Entry]:
    """Entries of these guarantees, numbered from 1."""
    return [entry(number, one, batch=batch) for number, one in enumerate(guarantees, 1)]


def gaussian(noise: float, delta: float, **changes: object) -> dict[str, object]:
    """A Gaussian that claims the least epsilon it may, at ``delta``."""
    return claim(noise=noise, epsilon=epsilon_at(1 / noise, delta), delta=delta, **changes)


def laplace(scale: float, **changes: object) -> dict[str, object]:
    """Laplace noise that claims its own epsilon."""
    figures = {"variant": "pure", "delta": None, "mechanism": "laplace"}
    return claim(**{**figures, "noise": scale, "epsilon": 1 / scale, **changes})


def response(epsilon: float, **changes: object) -> dict[str, object]:
    """Randomised response."""
    return bare(epsilon, **{"mechanism": "randomised-response", **changes})


def descent(
    noise: float, sampling: float, steps: int, figures: tuple[float, float], **changes: object
) -> dict[str, object]:
    """DP-SGD with the epsilon and delta it claims."""
    mechanism = {"mechanism": "dp-sgd", "noise": noise, "sampling": sampling, "steps": steps}
    epsilon, delta = figures
    return claim(**{**mechanism, "epsilon": epsilon, "delta": delta, **changes})


def errors_of_gaussians(seed: int, times: int) -> Iterator[float]:
    """How far the computed epsilon of random compositions lies above the exact one, relatively."""
    chance = random.Random(seed)
    for _ in range(times):
        noises = [math.exp(chance.uniform(0, 4)) for _ in range(chance.randint(1, 40))]
        delta = 10 ** chance.uniform(-9, -3)
        claims = [read(gaussian(one, delta)).guarantee for one in noises]
        loss = losses.composed([one for one in claims if one is not None])
        exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises)), delta)
        yield losses.epsilon_at(loss, delta) / exact - 1
