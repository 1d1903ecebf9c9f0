"""The stored associations of every pair of columns, in both tables, read strictly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from registry.errors import InvalidInput

Measured = float | None


@dataclass(frozen=True)
class Pair:
    """Two columns, which coefficient it is, and its value in each table; None where undefined."""

    first: str
    second: str
    coefficient: str
    real: Measured
    synthetic: Measured

    @property
    def apart(self) -> Measured:
        """Synthetic minus real, from -2 to 2; None where either is undefined."""
        if self.real is None or self.synthetic is None:
            return None
        return self.synthetic - self.real


@dataclass(frozen=True)
class Association:
    """All pairs of ``columns``, in their order."""

    columns: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def worst_first(self) -> tuple[Pair, ...]:
        """Undefined pairs, then those whose two values lie furthest apart."""
        return tuple(sorted(self.pairs, key=_badness))


def _badness(pair: Pair) -> tuple[bool, float, str, str]:
    apart = pair.apart
    return (apart is not None, -abs(apart or 0.0), pair.first, pair.second)


def association(figures: Sequence[Mapping[str, object]]) -> Association | None:
    """The associations among the stored ``figures``; None where none were stored.

    Raises `InvalidInput` for any other shape than columns, and a coefficient, a real and a
    synthetic value for each of their pairs, row by row, from -1 to 1 or None.
    """
    for one in figures:
        if one.get("figure") == "association":
            columns = tuple(str(name) for name in _listed(one, "columns"))
            return Association(columns, tuple(_pairs(one, columns)))
    return None


def _pairs(stored: Mapping[str, object], columns: tuple[str, ...]) -> Iterator[Pair]:
    ways = list(combinations(columns, 2))
    sides = [_listed(stored, name) for name in ("coefficients", "real", "synthetic")]
    if any(len(side) != len(ways) for side in sides):
        raise _malformed(f"{len(ways)} pairs of {len(columns)} columns")
    for (first, second), coefficient, real, synthetic in zip(ways, *sides, strict=True):
        yield Pair(first, second, str(coefficient), _value(real), _value(synthetic))


def _listed(stored: Mapping[str, object], name: str) -> Sequence[object]:
    found = stored.get(name)
    if not isinstance(found, list | tuple):
        raise _malformed(f"a list of {name}")
    return found


def _value(found: object) -> Measured:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not -1 <= found <= 1:
        raise _malformed("values from -1 to 1")
    return float(found)


def _malformed(expected: str) -> InvalidInput:
    return InvalidInput(
        "the stored associations of columns cannot be drawn",
        expected=expected,
        todo="run `registry audit verify`, then evaluate the version again",
    )
