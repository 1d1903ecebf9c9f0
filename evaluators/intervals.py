"""Intervals at 95 per cent that several metrics share."""

from __future__ import annotations

from math import sqrt
from typing import Final

Z: Final = 1.959963984540054  # the 97.5% point of the standard normal distribution


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927, JASA 22, 209-212).

    With no success the lower bound is 0, with full success the upper is 1, free of rounding.
    """
    return wilson_share(successes / n, n)


def wilson_share(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """Wilson's interval of a share known as well as from ``n`` independent rows.

    Such an effective sample size is what gives the share its variance: Franco, Little, Louis and
    Slud (2019), Journal of Survey Statistics and Methodology 7, 334-364. It may be infinite.
    """
    z2 = z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if share == 0 else max(0.0, centre - half)
    return low, 1.0 if share == 1 else min(1.0, centre + half)


def newcombe(first: int, n: int, second: int, m: int) -> tuple[float, float]:
    """Interval of the difference of two independent shares, ``first/n - second/m``.

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: Wilson's bounds of each share,
    combined. It keeps its coverage near 0 and 1, where the normal interval does not.
    """
    p, q = first / n, second / m
    (p_low, p_high), (q_low, q_high) = wilson(first, n), wilson(second, m)
    low = p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    return low, p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)


def bonett_price(first_only: int, second_only: int, n: int) -> tuple[float, float]:
    """Centre and variance of the difference of two paired shares, with one added to each discord.

    Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488: the interval is
    ``centre +- Z * sqrt(variance)``, and keeps its coverage where discords are few.
    """
    p, q = (first_only + 1) / (n + 2), (second_only + 1) / (n + 2)
    return p - q, (p + q - (p - q) ** 2) / (n + 2)
