"""The modes that a sample forces: the fewest that any density consistent with it can have.

The cumulative shares at the edges of a grid are known within ``tube`` (Dvoretzky, Kiefer and
Wolfowitz, with the constant of Massart 1990, Annals of Probability 18, 1269-1283). Of all
functions within the tube, the taut string, the shortest of them, has a slope with the fewest local
maxima (Davies and Kovac 2001, Annals of Statistics 29, 1-65). A mode it has is therefore in the
population with the tube's confidence (Donoho 1988, Annals of Statistics 16, 1390-1420), and a
bump that chance may have made is none.
"""

from __future__ import annotations

from math import log, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Interval: TypeAlias = tuple[float, float]
ALPHA = 0.05


def tube(n: int) -> float:
    """Half the width within which ``n`` rows know every cumulative share, at 95% confidence."""
    return sqrt(log(2 / ALPHA) / (2 * n))


def modes(edges: Floats, counts: Floats, width: float) -> list[Interval]:
    """The modes of counts between ``edges``, as intervals from left to right.

    ``edges`` (bins + 1) ascend, ``counts`` (bins) hold a row at least, ``width`` is the tube's.
    """
    shares = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    pieces = _merged(taut_string(edges, shares, width))
    found = []
    for at, (start, end, slope) in enumerate(pieces):
        left = pieces[at - 1][2] if at else -np.inf
        right = pieces[at + 1][2] if at + 1 < len(pieces) else -np.inf
        if slope > max(left, right, 0.0):
            found.append((float(edges[start]), float(edges[end])))
    return found


def taut_string(x: Floats, y: Floats, width: float) -> list[tuple[int, int, float]]:
    """The shortest line through the tube ``y +- width``, fixed at both ends.

    Pieces ``(start, end, slope)``, ``start`` and ``end`` being places in ``x``.
    """
    low, high = y - width, y + width
    low[0] = high[0] = y[0]
    low[-1] = high[-1] = y[-1]
    pieces, at, height = [], 0, float(y[0])
    while at < len(x) - 1:
        end, slope, bend = _piece(x, low, high, at, height)
        pieces.append((at, end, slope))
        at, height = end, bend
    return pieces


def _piece(
    x: Floats, low: Floats, high: Floats, at: int, height: float
) -> tuple[int, float, float]:
    """Where the string that leaves ``at`` must next bend, its slope until there, its height."""
    below = above = at + 1
    least, most = -np.inf, np.inf
    for j in range(at + 1, len(x)):
        run = x[j] - x[at]
        floor, roof = (low[j] - height) / run, (high[j] - height) / run
        if floor > most:
            return above, float(most), float(high[above])
        if roof < least:
            return below, float(least), float(low[below])
        if floor >= least:
            least, below = floor, j
        if roof <= most:
            most, above = roof, j
    return len(x) - 1, float(least), float(low[-1])


def _merged(pieces: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Neighbours of one slope as one, but for rounding."""
    merged = pieces[:1]
    for start, end, slope in pieces[1:]:
        first, _, before = merged[-1]
        if np.isclose(slope, before, rtol=1e-9, atol=0.0):
            merged[-1] = (first, end, before)
        else:
            merged.append((start, end, slope))
    return merged


def matched(ours: list[Interval], theirs: list[Interval]) -> int:
    """How many of ``ours`` overlap one of ``theirs``, each used once; both from left to right."""
    count = at = 0
    for low, high in ours:
        while at < len(theirs) and theirs[at][1] <= low:
            at += 1
        if at < len(theirs) and theirs[at][0] < high:
            count, at = count + 1, at + 1
    return count
