"""Residual risk: of those an attack would not have hit anyway, the share that it hits now.

``risk = (attack - control) / (1 - control) = 1 - (1 - attack) / (1 - control)`` with the rates of
success against training rows and against rows the generator never saw: one less the ratio of two
failure rates (Giomi et al. 2023, section 2.4).

The value is Anonymeter's: both rates are centres of Wilson's intervals, and a negative risk is 0.
Its interval is not. Anonymeter propagates both errors as if the risk were normal and cuts the
result to 0..1, so that an attack that does worse than its control by chance has an upper bound of
exactly 0, which claims that there is no risk at all. Here the ratio of failure rates has Koopman's
score interval (Biometrics 40, 1984, 513-517), and the upper bound is never below the one that
equal rates would give: an attack that does worse than its control says nothing on the generator
beyond what that number of attacks can exclude (the power constraint of Cowan et al. 2011, arXiv
1105.3166, at one half).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from evaluators.intervals import Z

STEPS = 60  # halvings of 0..1: more change nothing in a double


@dataclass(frozen=True)
class Rate:
    """Centre and half width of Wilson's interval of a share at 95 per cent."""

    value: float
    error: float


@dataclass(frozen=True)
class Risk:
    """A risk in 0..1 with its bounds, and the bounds that Anonymeter gives it."""

    value: float
    low: float
    high: float
    anonymeter: tuple[float, float]


def rate(successes: float, n: int) -> Rate:
    """Anonymeter's success rate (Wilson 1927, JASA 22, 209-212)."""
    spread = successes * (n - successes) / n
    below = n + Z * Z
    return Rate((successes + Z * Z / 2) / below, Z / below * sqrt(spread + Z * Z / 4))


def residual_risk(attack: float, control: float, n: int) -> Risk:
    """The risk from the successes of ``n`` attacks on training rows and ``n`` on control rows."""
    tried, known = rate(attack, n), rate(control, n)
    signed = (tried.value - known.value) / (1 - known.value)
    error = sqrt(
        (tried.error / (1 - known.value)) ** 2
        + (known.error * (tried.value - 1) / (1 - known.value) ** 2) ** 2
    )
    value = _cut(signed)
    low = 1 - ratio(n - attack, n, n - control, n)[1]
    high = 1 - ratio(n - max(attack, control), n, n - control, n)[0]
    bounds = min(value, _cut(low)), max(value, _cut(high))
    return Risk(value, *bounds, anonymeter=(_cut(signed - error), _cut(signed + error)))


def ratio(first: float, n: int, second: float, m: int) -> tuple[float, float]:
    """Interval of the ratio of two independent shares ``first/n`` and ``second/m``, at 95 per cent.

    Koopman (1984): all ratios that a score test does not reject. 0 and infinity are bounds where
    no other can be had.
    """
    inverse = _least(second, m, first, n)
    return _least(first, n, second, m), 1 / inverse if inverse else inf


def _least(first: float, n: int, second: float, m: int) -> float:
    """The smallest ratio that is not rejected, by halving 0..1 in ``t = ratio / (1 + ratio)``."""
    if first == 0:
        return 0.0
    low, high = 0.0, first * m / (first * m + second * n)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _score(first, n, second, m, middle / (1 - middle)) > Z * Z:
            low = middle
        else:
            high = middle
    return low / (1 - low)


def _score(first: float, n: int, second: float, m: int, theta: float) -> float:
    """The chi-square of both shares against their likeliest values given their ratio ``theta``."""
    b = theta * (n + second) + first + m
    root = sqrt(max(0.0, b * b - 4 * (n + m) * theta * (first + second)))
    p = 2 * (first + second) / (b + root)
    return _term(first, n, theta * p) + _term(second, m, p)


def _term(successes: float, n: int, p: float) -> float:
    variance = n * p * (1 - p)
    return (successes - n * p) ** 2 / variance if variance > 0 else 0.0


def _cut(value: float) -> float:
    return min(max(value, 0.0), 1.0)
