"""Overall quality: the mean of the mean column shape, pair trend and missingness.

All three means are over everything there is: no column and no pair is dropped. A pair of continuous
columns whose correlation is undefined, because one of them is constant, enters with its contingency
similarity, which every pair has: a generator that makes a column constant is scored for it and not
excused. A table with fewer than two measured columns has no pair, and no overall quality.

*Exact*: a function of the two tables, nothing is resampled. ``parameters["ceiling"]`` is the same
function of the real table and the holdout. Beside the score stands the association of every pair,
which is what trends compare (see ``association``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum
from typing import TypeAlias

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.fidelity import association
from evaluators.fidelity.missingness import missing_alike
from evaluators.fidelity.shape import shapes
from evaluators.fidelity.trend import compared, contingencies, trends

LIBRARIES = ("numpy", "pandas")
Scores: TypeAlias = Sequence[tuple[float, float]]


def quality(tables: Tables, seed: int) -> Iterator[Finding]:
    """The overall score; nothing is drawn."""
    if len(tables.columns) < 2:
        raise NotMeasurable("there are no two measured columns, and so no pair")
    parts = {
        "shape": _mean([_scores(found) for found in shapes(tables).values()]),
        "trend": _mean(_trends(tables)),
        "missingness": _mean([_scores(found) for found in missing_alike(tables).values()]),
    }
    value, ceiling = _mean(list(parts.values()))
    means = {name: part for name, (part, _) in parts.items()}
    figure = association.figure(tables.columns, compared(tables).associations)
    yield (), Found.exact(value, tables.rows[2], {"ceiling": ceiling, **means}, (figure,))


def _trends(tables: Tables) -> Scores:
    """The score and ceiling of every pair, the contingency similarity where r is undefined."""
    found = trends(tables)
    undefined = [pair for pair, one in found.items() if None in _known(one)]
    instead = contingencies(tables, undefined)
    scores = []
    for pair, one in found.items():
        value, ceiling = _known(one)
        if value is None or ceiling is None:
            other_value, other_ceiling = _scores(instead[pair])
            value = other_value if value is None else value
            ceiling = other_ceiling if ceiling is None else ceiling
        scores.append((value, ceiling))
    return scores


def _known(one: Found | NotMeasurable) -> tuple[float | None, float | None]:
    if isinstance(one, NotMeasurable):
        return None, None
    ceiling = one.parameters["ceiling"]
    return one.value, ceiling if isinstance(ceiling, float) else None


def _scores(found: Found) -> tuple[float, float]:
    ceiling = found.parameters["ceiling"]
    assert isinstance(ceiling, float)
    return found.value, ceiling


def _mean(scores: Scores) -> tuple[float, float]:
    values, ceilings = zip(*scores, strict=True)
    return fsum(values) / len(scores), fsum(ceilings) / len(scores)
