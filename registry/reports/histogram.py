"""A stored histogram of one column in both tables, read strictly and turned into shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.reports.numbers import count
from registry.reports.table import Table, table


@dataclass(frozen=True)
class Bin:
    """One cell: how many rows of each table fall into it, after suppression."""

    label: str
    real: int
    synthetic: int


@dataclass(frozen=True)
class Histogram:
    """One column's cells, in the order in which they were stored."""

    column: str
    kind: str
    bins: tuple[Bin, ...]

    @property
    def shares(self) -> tuple[tuple[str, float, float], ...]:
        """Each label with its share of the real and of the synthetic rows counted here."""
        real = sum(cell.real for cell in self.bins)
        synthetic = sum(cell.synthetic for cell in self.bins)
        return tuple(
            (cell.label, cell.real / max(real, 1), cell.synthetic / max(synthetic, 1))
            for cell in self.bins
        )

    @property
    def furthest(self) -> tuple[str, float, float]:
        """The cell whose two shares lie furthest apart."""
        return max(self.shares, key=lambda share: abs(share[1] - share[2]))

    @property
    def table(self) -> Table:
        """The same figures as a table, for those who would rather read them."""
        rows = tuple(
            (cell.label, count(cell.real), percent(real), count(cell.synthetic), percent(made))
            for cell, (_, real, made) in zip(self.bins, self.shares, strict=True)
        )
        columns = "Value | Real rows # | Real share # | Synthetic rows # | Synthetic share #"
        return table(f"Distribution of {self.column}", columns, rows, len(rows))


def percent(share: float) -> str:
    """A share as a percentage to one decimal."""
    return f"{share:.1%}"


def read(stored: Mapping[str, object]) -> Histogram:
    """The histogram in ``stored``; raises `InvalidInput` for any other shape or a negative count.

    Shape: ``{"column": str, "kind": str, "bins": [{"label", "real", "synthetic"}, ...]}``. There
    are no bins where the whole column was too small to be shown.
    """
    bins = stored.get("bins")
    if not isinstance(bins, list | tuple):
        raise _malformed(stored)
    return Histogram(
        column=str(stored.get("column")),
        kind=str(stored.get("kind")),
        bins=tuple(_bin(cell, stored) for cell in bins),
    )


def _bin(cell: object, stored: Mapping[str, object]) -> Bin:
    if not isinstance(cell, Mapping):
        raise _malformed(stored)
    real, synthetic = cell.get("real"), cell.get("synthetic")
    if type(real) is not int or type(synthetic) is not int or min(real, synthetic) < 0:
        raise _malformed(stored)
    return Bin(str(cell.get("label")), real, synthetic)


def _malformed(stored: Mapping[str, object]) -> InvalidInput:
    return InvalidInput(
        "a stored histogram cannot be drawn",
        where=f"column {stored.get('column')!r}",
        expected="bins, each with a label and two counts that are not negative",
        todo="run `registry audit verify`, then evaluate the version again",
    )
