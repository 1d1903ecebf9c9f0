"""What audits of a claimed epsilon show, from their counts."""

import math

import numpy as np
from scipy.stats import beta, binom


def least_rate(hits, runs, level):
    return beta.ppf(level, hits, runs - hits + 1) if hits else 0.0


def many_runs(design, counts, level, delta):
    """The greatest lower bound over the thresholds, two sides each."""
    runs, others = design["members"], design["nonMembers"]
    side = level / (2 * len(design["thresholds"]))
    bounds = [0.0]
    for found, false in zip(counts[::2], counts[1::2], strict=True):
        hit = least_rate(found, runs, side)
        alarm = 1 - least_rate(others - false, others, side)
        for gain, price in ((hit - delta, alarm), (1 - alarm - delta, 1 - hit)):
            if gain > 0:
                bounds.append(math.log(gain / price))
    return max(bounds)


def one_run(design, counts, level, delta):
    """The largest epsilon under which so many right guesses are too unlikely."""
    records, guesses, right = design["records"], design["guesses"], counts[0]

    def unlikely(epsilon):
        chance = 1 / (1 + math.exp(-epsilon))
        tail = binom.sf(right - 1, guesses, chance)
        pushed = 0.0
        if delta > 0:
            steps = np.arange(1, right + 1)
            below = binom.cdf(right - 1, guesses, chance)
            below = below - binom.cdf(right - steps - 1, guesses, chance)
            pushed = max(below / steps, default=0.0)
        return min(1, tail) + 2 * delta * records * pushed < level

    low, high = 0.0, 1.0
    while unlikely(high):
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        if unlikely(middle):
            low = middle
        else:
            high = middle
    return low


def epsilon_of(rho, delta):
    orders = [1 + 10 ** (k / 40) for k in range(-120, 161)]
    return max(
        0.0,
        min(
            rho * a - (math.log(delta) + math.log(a)) / (a - 1) + math.log1p(-1 / a) for a in orders
        ),
    )


def claims(guarantee, delta):
    """Pairs of epsilon and delta that a card claims."""
    said = guarantee or {}
    own = 0.0 if said.get("variant") == "pure" else said.get("delta")
    if said.get("epsilon") is not None and own is not None:
        yield said["epsilon"], own
    if said.get("rho") is not None:
        yield epsilon_of(said["rho"], delta or 1e-6), delta or 1e-6
    if said.get("renyi"):
        at = delta or 1e-6
        ends = [
            one["epsilon"]
            - (math.log(at) + math.log(one["order"])) / (one["order"] - 1)
            + math.log1p(-1 / one["order"])
            for one in said["renyi"]
        ]
        yield max(0.0, min(ends)), at


def figures(events, guarantee):
    """Audits that contradict, and the bound; None where it cannot be made out."""
    plans, bounds, contradicting = [], [], 0
    for event in events:
        details = event["details"]
        if event["fact"] == "dp-audit.planned":
            plans.append(event)
            continue
        named = details.get("plan", plans[0]["seq"] if len(plans) == 1 else None)
        which = [place for place, one in enumerate(plans, 1) if one["seq"] == named]
        if not which:
            return {"dp.contradicted": None, "dp.lower_bound": None}
        plan = plans[which[0] - 1]["details"]
        level = plan["alpha"] / (which[0] * (which[0] + 1))
        bound = many_runs if plan["method"] == "many-run" else one_run
        held = list(claims(guarantee, plan["delta"])) or [(plan["epsilon"], plan["delta"])]
        shown = [
            (bound(plan["design"], details["counts"], level, delta), epsilon)
            for epsilon, delta in held
        ]
        bounds += [low for low, _ in shown]
        contradicting += any(low > epsilon for low, epsilon in shown)
    found = {"dp.contradicted": float(contradicting)}
    if bounds:
        found["dp.lower_bound"] = math.floor(max(bounds) * 10_000) / 10_000
    return found
