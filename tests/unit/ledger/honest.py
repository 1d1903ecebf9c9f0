"""Randomised response, which has the epsilon it says exactly, audited again and again."""

import math
import random
from functools import cache

from registry.ledger.contradiction import CONTRADICTED, ManyRuns, OneRun, Scored, verdict


def contradictions(
    plan: ManyRuns | OneRun, *, truth: float, claim: float, times: int, seed: int
) -> int:
    """How many of ``times`` audits of randomised response at ``truth`` contradict ``claim``."""
    draw = random.Random(seed)
    said = cache(lambda counts: verdict(plan.bound(counts, 0.0), claim))
    return sum(said(plan.counts(scores(plan, truth, draw))) == CONTRADICTED for _ in range(times))


def contradiction_probability(plan: ManyRuns | OneRun, *, truth: float, claim: float) -> float:
    """How likely an audit of randomised response at ``truth`` is to contradict ``claim``, exactly:
    over all counts that there can be, of members and of non-members, or of right guesses.
    """
    kept = 1 / (1 + math.exp(-truth))
    if isinstance(plan, OneRun):
        outcomes = {(k,): p for k, p in enumerate(_binomial(plan.guesses, kept))}
    else:
        found, alarms = _binomial(plan.members, kept), _binomial(plan.non_members, 1 - kept)
        outcomes = {
            (k, j): p * q
            for k, p in enumerate(found)
            for j, q in enumerate(alarms)
            if p * q > 1e-12
        }
    likely = {counts: p for counts, p in outcomes.items() if p > 1e-12}
    return sum(p for counts, p in likely.items() if plan.bound(counts, 0.0) > claim)


def believable(found: int, *, of: int, rate: float) -> bool:
    """Whether so many can be chance at ``rate`` or less; once in a thousand it is wronged."""
    return sum(_binomial(of, rate)[found:]) > 1e-3


def _binomial(n: int, p: float) -> list[float]:
    whole = math.lgamma(n + 1)
    return [
        math.exp(
            whole
            - math.lgamma(k + 1)
            - math.lgamma(n - k + 1)
            + k * math.log(p)
            + (n - k) * math.log1p(-p)
        )
        for k in range(n + 1)
    ]


def scores(plan: ManyRuns | OneRun, epsilon: float, draw: random.Random) -> list[Scored]:
    """The answer about each member and non-member is kept with e^eps / (1 + e^eps).

    Noise that knows nothing of the members makes scores unlike, as those of attacks are.
    """
    kept = 1 / (1 + math.exp(-epsilon))
    if isinstance(plan, ManyRuns):
        members = [True] * plan.members + [False] * plan.non_members
    else:
        members = [draw.random() < 0.5 for _ in range(plan.records)]
    answers = (member == (draw.random() < kept) for member in members)
    return [
        Scored(member, (1.0 if answer else -1.0) + draw.uniform(-0.4, 0.4))
        for member, answer in zip(members, answers, strict=True)
    ]
