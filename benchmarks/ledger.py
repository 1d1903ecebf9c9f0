"""What composing a ledger costs, and how near the exact it comes: `python -m benchmarks.ledger`.

Two closed forms; a thousand random compositions of Gaussians (``--few`` for a hundred) against the
exact one of Balle and Wang (2018); and 200 mixed entries, a quarter of them DP-SGD of unlike noise,
sampling and steps, composed at once, and then one more added to what is kept. Seconds are of the
clock, and in brackets of the processor, which depend less on what else the machine does.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from registry.ledger import losses
from registry.ledger.composed import brought_up
from registry.ledger.entry import Entry
from registry.ledger.guarantee import Guarantee, read
from registry.ledger.methods.gaussian import epsilon_at
from registry.ledger.shown import shown
from registry.ledger.totals import Basic, Zcdp, gated

DELTA = 1e-6
ENTRIES = 200
COMPOSED_WITHIN, ADDED_WITHIN, ERROR = 30.0, 2.0, 1e-4
Claim = dict[str, object]
T = TypeVar("T")


def claim(mechanism: str, epsilon: float, delta: float, **fields: object) -> Claim:
    """A claim as a card makes it."""
    variant = "approximate" if delta else "pure"
    figures = {"variant": variant, "mechanism": mechanism, "epsilon": epsilon, "delta": delta}
    return {**figures, "privacyUnit": "record", "neighbouringRelation": "add-remove", **fields}


def gaussian(noise: float, delta: float) -> Claim:
    """A Gaussian with the least epsilon it may claim."""
    return claim("gaussian", epsilon_at(1 / noise, delta), delta, noise=noise, sensitivity=1.0)


def mixed(count: int, seed: int) -> list[Claim]:
    """A quarter each of DP-SGD, Gaussian and Laplace noise, and bare figures."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        noise = chance.uniform(3, 30)
        match number % 4:
            case 0:
                descent = {"noise": chance.uniform(0.8, 3), "sampling": chance.uniform(0.001, 0.02)}
                steps = chance.randint(100, 3000)
                found.append(claim("dp-sgd", 9.0, DELTA / 1e3, steps=steps, **descent))
            case 1:
                found.append(gaussian(noise, DELTA / 1e3))
            case 2:
                found.append(claim("laplace", 1 / noise, 0.0, noise=noise, sensitivity=1.0))
            case _:
                found.append(claim("other", chance.uniform(0.05, 0.5), DELTA / 1e3))
    return found


def ledger(claims: list[Claim]) -> list[Entry]:
    """Entries of these claims."""
    return [
        Entry(n, "exposure", f"synthetic@{n}", f"sha256:{n}", "partner", None, one, None, None, n)
        for n, one in enumerate(claims, 1)
    ]


def guarantees(claims: list[Claim]) -> list[Guarantee]:
    """The claims as composition takes them."""
    return [found for one in claims if (found := read(one).guarantee) is not None]


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """What ``work`` gives, with the seconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - processor


def closed_forms() -> None:
    """Twenty Gaussians of noise 8, and twenty Laplaces of scale 5."""
    laplace = claim("laplace", 0.2, 0.0, noise=5.0, sensitivity=1.0)
    exact = epsilon_at(math.sqrt(20) / 8, DELTA)
    for name, claims in (
        (f"20 Gaussians of noise 8 (exactly {exact:.5f})", [gaussian(8.0, DELTA / 20)] * 20),
        ("20 Laplaces of scale 5 (3.67084 to 3.67100)", [laplace] * 20),
    ):
        print(f"{name}, at delta {DELTA:g}:")
        for one in shown(ledger(claims), DELTA):
            print(f"  {one.method:<9} {one.epsilon:.5f} at delta {one.delta:g}")


def gaussians(times: int) -> bool:
    """Whether random compositions err upward alone, and by less than the limit."""
    chance = random.Random(6)
    errors = []
    for _ in range(times):
        noises = [math.exp(chance.uniform(0, 4)) for _ in range(chance.randint(1, 40))]
        delta = 10 ** chance.uniform(-9, -3)
        loss = losses.composed(guarantees([gaussian(one, delta) for one in noises]))
        exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises)), delta)
        errors.append(losses.epsilon_at(loss, delta) / exact - 1)
    low, high = min(errors), max(errors)
    print(f"{times:,} random compositions of 1 to 40 Gaussians, above the exact epsilon by a share")
    print(f"  of {low:.2e} to {high:.2e}")
    return low >= 0 and high < ERROR


def growing() -> bool:
    """Whether a mixed ledger is composed, and added to, within the limits."""
    losses.epsilon_at(losses.composed(guarantees(mixed(8, seed=2))), DELTA)  # loads the libraries
    claims = mixed(ENTRIES, seed=1)
    whole, clock, processor = timed(lambda: brought_up(None, guarantees(claims)))
    stored = whole.to_bytes()
    print(f"{ENTRIES} mixed entries, a quarter DP-SGD: {clock:.1f} s ({processor:.1f} s) composed,")
    print(f"  {len(stored) / 1e6:.1f} MB kept, epsilon {whole.epsilon_at(DELTA):.4f} at {DELTA:g}")
    within = clock < COMPOSED_WITHIN
    for name, one in (("DP-SGD", mixed(1, seed=3)[0]), ("Laplace", mixed(3, seed=3)[2])):
        more = guarantees([*claims, one])
        found, clock, processor = timed(lambda more=more: brought_up(stored, more))
        epsilon = found.epsilon_at(DELTA)
        print(f"  {name} added: {clock:.2f} s ({processor:.2f} s), epsilon {epsilon:.4f}")
        within = within and clock < ADDED_WITHIN
    entries = ledger(claims)
    for name, kept in (("anew", None), ("from what is kept", stored)):
        _, clock, processor = timed(lambda kept=kept: shown(entries, DELTA, stored=kept))
        print(f"  every method, as a report has them, {name}: {clock:.1f} s ({processor:.1f} s)")
    for rule in (Basic(), Zcdp(DELTA)):
        total, clock, processor = timed(lambda rule=rule: gated(entries, rule))
        print(f"  the gate, {total.method}: {clock * 1000:.0f} ms, epsilon {total.epsilon:.4f}")
    return within


def main() -> int:
    """Print what composition costs; 1 if it was late, below the exact, or far above it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", action="store_true", help="a hundred compositions, not a thousand")
    few = parser.parse_args().few
    closed_forms()
    held = [gaussians(100 if few else 1000), growing()]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
