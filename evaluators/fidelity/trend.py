"""Column pair trend: how alike the association of two columns is in two tables.

Two continuous columns, ``1 - |r_real - r_synthetic| / 2`` with Pearson's r over complete pairs;
any other pair, the total variation complement of the joint shares, continuous columns cut into
ten bins of equal width, missing a cell of its own.

The definitions are CorrelationSimilarity and ContingencySimilarity of SDMetrics 0.32, with two
differences from its report. No pair is dropped for being weak in the real table, because then a
correlation that exists only in the synthetic table goes unseen. Bins come from the real table
alone and are open at both ends, because bins of each table's own hide any shift.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.counting import Cells, Correlation, Cut, cells, correlations
from evaluators.fidelity.association import Association, Pair, of_cells, of_correlation
from evaluators.fidelity.complement import tv
from evaluators.shared import once_per_tables

LIBRARIES = ("numpy", "pandas")
BINS = 10
WIDTH = Cut("width", BINS)


def trend(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a pair, in schema order; nothing is drawn, ``seed`` is not used."""
    yield from trends(tables).items()


@dataclass(frozen=True)
class Compared:
    """The finding of every pair, and how strongly its columns hang together, in schema order."""

    findings: Mapping[Pair, Found | NotMeasurable]
    associations: Mapping[Pair, Association]


def trends(tables: Tables) -> Mapping[Pair, Found | NotMeasurable]:
    """The finding of every pair, in schema order."""
    return compared(tables).findings


@once_per_tables
def compared(tables: Tables) -> Compared:
    """Both of every pair, from one count of its cells."""
    pairs, minimum = list(combinations(tables.columns, 2)), tables.declared.minimum_cell
    found: dict[Pair, Found | NotMeasurable] = {}
    associated: dict[Pair, Association] = {}
    for pair, r in correlations(tables).items():
        found[pair] = _correlation(tables, pair, r)
        associated[pair] = of_correlation(r, minimum)
    for cell in cells(tables, [pair for pair in pairs if pair not in found], WIDTH):
        pair = (cell.columns[0], cell.columns[1])
        found[pair] = _contingency(tables, cell)
        associated[pair] = of_cells(cell, minimum)
    return Compared(
        {pair: found[pair] for pair in pairs}, {pair: associated[pair] for pair in pairs}
    )


def contingencies(tables: Tables, pairs: Sequence[Pair]) -> dict[Pair, Found]:
    """The contingency similarity of ``pairs`` of any kinds; it is defined for all of them."""
    return {
        (cell.columns[0], cell.columns[1]): _contingency(tables, cell)
        for cell in cells(tables, pairs, WIDTH)
    }


def _contingency(tables: Tables, cell: Cells) -> Found:
    own: dict[str, JSON] = {
        "ceiling": tv(cell.real, cell.holdout),
        "metric": "ContingencySimilarity",
        "bins": BINS,
    }
    return Found.exact(tv(cell.real, cell.synthetic), tables.rows[2], own)


def _correlation(tables: Tables, pair: Pair, r: Correlation) -> Found | NotMeasurable:
    if r.real is None or r.synthetic is None:
        a, b = pair
        side = "real" if r.real is None else "synthetic"
        return NotMeasurable(
            f"the correlation of {a!r} and {b!r} is undefined in the {side} table: "
            "a column is constant, or fewer than two pairs are complete"
        )
    ceiling = None if r.holdout is None else 1 - abs(r.real - r.holdout) / 2
    return Found.exact(
        1 - abs(r.real - r.synthetic) / 2,
        tables.rows[2],
        {"ceiling": ceiling, "metric": "CorrelationSimilarity", "coefficient": "Pearson"},
    )
