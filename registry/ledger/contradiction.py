"""Empirical lower bounds of epsilon, from audits in which chance decided who was a member.

An audit can contradict a claim; it can never confirm one. Each bound is below the true epsilon with
the probability ``1 - alpha`` that was fixed before any score was known, whatever the mechanism and
however good or bad the attack: a bad attack only makes the bound small.

Two designs. *Many runs*: the generator is run again and again with independent randomness, with
one record in its data or without it, and each run gets a score. *One run*: many records are each
put in or left out by the toss of a fair coin, the generator runs once, and each record gets a
score. Rows of one run are not independent of each other, so they are no substitute for runs.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

CONTRADICTED: Final = "CONTRADICTED"
NOT_CONTRADICTED: Final = "not contradicted"
STEPS: Final = 50
"""Halvings of an interval, which leave less of it than a float can tell."""
UNFAIR: Final = 1e-6
"""How unlikely a split of members must be before a coin is no longer believed."""


class Scored(NamedTuple):
    """One run, or one record: whether it was a member, and how much it looks like one."""

    member: bool
    score: float


class Hits(NamedTuple):
    """Members and non-members with a score of at least a threshold."""

    members: int
    non_members: int


@dataclass(frozen=True)
class ManyRuns:
    """A plan: so many runs with the record and without it, and the thresholds to be tried."""

    members: int
    non_members: int
    thresholds: tuple[float, ...]
    alpha: float

    def counts(self, scores: Iterable[Scored]) -> tuple[int, ...]:
        """Members and non-members at each threshold in turn: all the bound depends on."""
        found = list(scores)
        return tuple(number for at in self.thresholds for number in _hits(found, at))

    def bound(self, counts: Sequence[int], delta: float) -> float:
        """The epsilon that is exceeded, were delta as claimed; 0 where nothing is shown.

        Clopper-Pearson on both rates at every threshold, with Bonferroni's correction over all of
        these sides, so that all of them hold jointly with probability 1 - alpha.
        """
        hits = (Hits(*counts[at : at + 2]) for at in range(0, len(counts), 2))
        return max((self._at(one, delta) for one in hits), default=0.0)

    def greatest(self, delta: float) -> float:
        """What `bound` would be if every member scored high and no other run did."""
        return self._at(Hits(self.members, 0), delta)

    def _at(self, hits: Hits, delta: float) -> float:
        side = self.alpha / (2 * len(self.thresholds))
        found = lower_limit(hits.members, self.members, side)
        alarms = upper_limit(hits.non_members, self.non_members, side)
        return _epsilon_of_rates(found, alarms, delta)


@dataclass(frozen=True)
class OneRun:
    """A plan: so many records of which each is a member by a fair coin, and how many are guessed.

    Without a ``threshold`` the highest half of the guesses are taken for members and the lowest
    for others; with one, those farthest from it by the side they are on, and none that is on it.
    """

    records: int
    guesses: int
    threshold: float | None
    alpha: float

    def counts(self, scores: Iterable[Scored]) -> tuple[int, ...]:
        """How many guesses are right.

        Where scores are equal it is open which are guessed; those that are wrong count first, so
        that no order of the rows can make a bound larger than it is.
        """
        found = list(scores)
        at = self.threshold
        if at is not None:
            sure = [(abs(s - at), member == (s > at)) for member, s in found if s != at]
            return (_surely_right(sure, self.guesses),)
        high = [(score, member) for member, score in found]
        low = [(-score, not member) for member, score in found]
        half = self.guesses // 2
        return (_surely_right(high, self.guesses - half) + _surely_right(low, half),)

    def bound(self, counts: Sequence[int], delta: float) -> float:
        """The largest epsilon that so many right guesses rule out, were delta as claimed."""
        (right,) = counts
        tail = _Tail(self.guesses, right)
        return _largest(lambda epsilon: self._p_value(tail, epsilon, delta) < self.alpha)

    def greatest(self, delta: float) -> float:
        """What `bound` would be if every guess were right."""
        return self.bound((self.guesses,), delta)

    def p_value(self, right: int, epsilon: float, delta: float) -> float:
        """How likely at most so many right guesses are under (epsilon, delta).

        Steinke, Nasr and Jagielski (2023), arXiv 2305.08846, corollary 5.4 and appendix D. With
        delta 0 the right guesses are at most as many as those of randomised response. Delta adds
        guesses that are right for free: 2 delta for each record on average, spread over outputs in
        the way that helps most. A guess that was planned and not made counts as wrong.
        """
        return self._p_value(_Tail(self.guesses, right), epsilon, delta)

    def _p_value(self, tail: "_Tail", epsilon: float, delta: float) -> float:
        reached, pushed = tail.at(epsilon, with_pushes=delta > 0)
        return min(1.0, reached + 2 * delta * self.records * pushed)

    def fair(self, members: int) -> bool:
        """Whether a fair coin can have made so many members; once in a million it is wronged.

        Coins that fall on one side let a constant guess be right, with no leak at all.
        """
        extreme = min(members, self.records - members)
        below = 1.0 - _Tail(self.records, extreme + 1).at(0.0, with_pushes=False)[0]
        return 2 * below > UNFAIR


Plan = ManyRuns | OneRun


def verdict(bound: float, epsilon: float) -> str:
    """What a lower bound says of a claimed epsilon; raises ValueError where one is no figure."""
    if math.isnan(bound) or math.isnan(epsilon):
        raise ValueError("figures to compare")
    return CONTRADICTED if bound > epsilon else NOT_CONTRADICTED


def lower_limit(hits: int, n: int, side: float) -> float:
    """Clopper and Pearson's (1934) lower limit of a probability, wrong with at most ``side``."""
    from scipy.special import betaincinv

    return float(betaincinv(hits, n - hits + 1, side)) if hits else 0.0


def upper_limit(hits: int, n: int, side: float) -> float:
    """Clopper and Pearson's upper limit of a probability, wrong with at most ``side``."""
    return 1.0 - lower_limit(n - hits, n, side)


def _hits(scores: Iterable[Scored], threshold: float) -> Hits:
    above = [one.member for one in scores if one.score >= threshold]
    return Hits(sum(above), len(above) - sum(above))


def _epsilon_of_rates(found: float, alarms: float, delta: float) -> float:
    """The least epsilon with which ``found <= e^eps alarms + delta`` and the same of both misses.

    Kairouz, Oh and Viswanath (2015), theorem 2.1.
    """
    sides = ((found - delta, alarms), (1 - alarms - delta, 1 - found))
    # A limit is never 0 from above, so no ratio is infinite.
    return max([0.0, *(math.log(gain / cost) for gain, cost in sides if gain > 0)])


def _largest(refuted: Callable[[float], bool]) -> float:
    """The largest epsilon refuted, from below; smaller ones are refuted as well."""
    low, high = 0.0, 1.0
    while refuted(high):
        low, high = high, 2 * high
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if refuted(middle) else (low, middle)
    return low


def _surely_right(sure: Iterable[tuple[float, bool]], guesses: int) -> int:
    """How many of the ``guesses`` most certain are right at least, however ties are cut."""
    right = 0
    for _, tied in groupby(sorted(sure, reverse=True), key=lambda one: one[0]):
        outcomes = [outcome for _, outcome in tied]
        taken = min(guesses, len(outcomes))
        right += max(0, taken - outcomes.count(False))
        guesses -= taken
    return right


class _Tail:
    """The upper tail of the right guesses of randomised response: ``right`` or more of ``n``."""

    def __init__(self, n: int, right: int) -> None:
        self._n, self._right = n, right
        whole = math.lgamma(n + 1)
        self._ways = [whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)]

    def at(self, epsilon: float, *, with_pushes: bool) -> tuple[float, float]:
        """The tail's probability, and the most that one guess given for free adds to it.

        That is the largest over i of ``P[right - i <= X < right] / i``: outputs that need i more
        guesses are lifted over the edge at the price of i.
        """
        lowest, highest = self._likely(epsilon)
        above = range(max(self._right, lowest), highest + 1)
        reached = math.fsum(self._masses(epsilon, above))
        if not with_pushes:
            return min(1.0, reached), 0.0
        below = range(min(self._right - 1, highest), lowest - 1, -1)
        total, most = 0.0, 0.0
        for count, mass in zip(below, self._masses(epsilon, below), strict=True):
            total += mass
            most = max(most, total / (self._right - count))
        return min(1.0, reached), most

    def _likely(self, epsilon: float) -> tuple[int, int]:
        """The counts outside of which every probability is less than the least float.

        Hoeffding (1963): farther than t from the mean lie at most 2 exp(-2 t^2 / n) of all.
        """
        mean = self._n / (1 + math.exp(-epsilon))
        far = 20 * math.sqrt(self._n) + 1
        return max(0, math.floor(mean - far)), min(self._n, math.ceil(mean + far))

    def _masses(self, epsilon: float, counts: Iterable[int]) -> Iterator[float]:
        """Binomial probabilities; a guess is right with ``1 / (1 + e^-eps)``."""
        right = -math.log1p(math.exp(-epsilon))
        wrong = right - epsilon
        return (math.exp(self._ways[k] + k * right + (self._n - k) * wrong) for k in counts)
