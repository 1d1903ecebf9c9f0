"""Parallel composition: entries that read disjoint parts of a source do not simply add.

McSherry (2009), theorem 4. A unit lies in one part of a partition, so adding or removing it touches
that part alone and the largest part counts. To replace it touches two parts at most, the one it
leaves and the one it joins, so the two largest add; each claim is about the source as a whole, the
choice of the part included.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Vector = tuple[float, ...]
"""Figures that add under composition, such as (epsilon, delta) or (rho, delta)."""


@dataclass(frozen=True)
class Partition:
    """A division of a source by privacy unit, as declared: ``event`` is its place in the log."""

    name: str
    unit: str
    parts: tuple[str, ...]
    event: int


@dataclass(frozen=True)
class Spent:
    """What one content cost, and the part that it read ("NAME/PART"), None for the whole."""

    cost: Vector
    part: str | None


def standing(
    partition: str | None, unit: str, event: int, declared: Iterable[Partition]
) -> str | None:
    """``partition`` if it holds for what happened at ``event``; None if it must count in full.

    It holds only if declared before use, with that part, for the same privacy unit.
    """
    for one in declared:
        parts = {f"{one.name}/{part}" for part in one.parts}
        if partition in parts and one.event < event and one.unit == unit:
            return partition
    return None


def together(spent: Sequence[Spent], width: int, relation: str | None) -> Vector:
    """The sum of what read the whole and, for each partition, of what its parts come to."""
    wholes = [one.cost for one in spent if one.part is None]
    by_part: dict[str, dict[str, list[Vector]]] = defaultdict(lambda: defaultdict(list))
    for one in spent:
        if one.part is not None:
            by_part[one.part.partition("/")[0]][one.part].append(one.cost)
    touched = 1 if relation == "add-remove" else 2
    wholes += [_largest(parts, width, touched) for parts in by_part.values()]
    return added(wholes, width)


def _largest(parts: Mapping[str, list[Vector]], width: int, touched: int) -> Vector:
    """Figure by figure the largest, or the sum of the two largest: never less than any pair's."""
    sums = [added(costs, width) for costs in parts.values()]
    return tuple(
        upper_sum(sorted((one[place] for one in sums), reverse=True)[:touched])
        for place in range(width)
    )


def added(costs: Sequence[Vector], width: int) -> Vector:
    """The sums, figure by figure; zeros for none."""
    return tuple(upper_sum([one[place] for one in costs]) for place in range(width))


def upper_sum(figures: Sequence[float]) -> float:
    """The sum of the figures as they are written in decimals, rounded up if no float is exact.

    So 0.1 and 0.2 come to 0.3, which a budget of 0.3 lets pass, and no sum is below the exact one.
    """
    if math.inf in figures:
        return math.inf
    exact = sum((Fraction(repr(one)) for one in figures), Fraction(0))
    try:
        found = float(exact)
    except OverflowError:
        return math.inf
    return found if Fraction(repr(found)) >= exact else math.nextafter(found, math.inf)
