"""Probe response: do the metrics notice what they must notice, on these very tables?

Each probe alters the tables in one known way and measures again. A metric that does not answer
cannot be trusted on these tables, whatever it says of the synthetic one: on a table full of
natural duplicates, for example, a verbatim copy cannot be told from an independent sample.

- ``copy``: the training rows are given out as synthetic. Privacy must fail: the lower bounds of the
  excess of exact matches, of the linkability risk (null 0), of the DCR share and of the membership
  AUC (null .5) are above the null.
- ``independent``: one half of the holdout is given out as synthetic, judged against training and
  the other half. Privacy must pass: each of these intervals, widened as ``rules.around`` says,
  holds the null.
- ``shift``: a continuous column is moved by one real interquartile range. Its shape and the quality
  must fall.
- ``shuffle``: of the pair of columns most strongly associated in both tables, the first is
  shuffled. The trend of the pair must fall, the shape of the column must stay.
- ``missing``: a column loses 30 per cent of its values. Its missingness score and its shape must
  fall.
- ``labels``: the target of the synthetic table is shuffled. The mean TSTR of gradient boosting over
  five shuffles must be chance: .45 to .55 for an AUC, at most .05 for R2. Not measurable without a
  target, or where the model trained on real rows does not clearly beat chance itself.

The value is the share of the probe's metrics that answered; 1 is all of them. A metric that is not
measurable has not answered. Columns are chosen by ``choose``, draws come from one seed, and tables
are cut to 10,000 rows each. *Exact*: a function of the tables and the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from statistics import fmean
from typing import Final, TypeAlias

import numpy as np

from evaluators.base import (
    FAILED,
    JSON,
    Finding,
    Found,
    Measurement,
    NotMeasurable,
    Scope,
    Tables,
)
from evaluators.catalogue import CATALOGUE
from evaluators.probing import alter, choose
from evaluators.probing.rules import FALLS, STAYS, Expected, Seen, above, around, at_most, within
from evaluators.run import measure
from evaluators.shared import once_per_tables
from evaluators.utility.models import case_of, score
from evaluators.utility.tstr import require_better_than_chance

LIBRARIES = ("scikit-learn", "scipy", "numba", "numpy", "pandas")
ROWS: Final = 10_000
SHUFFLES: Final = 5
NULLS: Final[tuple[tuple[str, Scope, float], ...]] = (
    ("privacy.exact_match.excess", (), 0.0),
    ("privacy.dcr.share", (), 0.5),
    ("privacy.mia.auc", ("distance",), 0.5),
    ("privacy.linkability", (), 0.0),
)
SHAPE, TREND, QUALITY = "fidelity.shape", "fidelity.trend", "fidelity.quality"
MISSINGNESS = "fidelity.missingness"
MODEL = "gradient-boosting"
Probe: TypeAlias = Callable[[Tables, int], Found]
Answer: TypeAlias = dict[str, JSON]


def response(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding a probe, in the order of ``PROBES``."""
    few = alter.cut(tables, ROWS, np.random.default_rng(seed))
    for name, probe in PROBES.items():
        try:
            yield (name,), probe(few, seed)
        except NotMeasurable as refusal:
            yield (name,), refusal
        except Exception as error:  # a probe that crashes takes no other with it
            yield (name,), NotMeasurable(f"{FAILED} {type(error).__name__}")


def copy(tables: Tables, seed: int) -> Found:
    """Privacy must fail on the training rows themselves."""
    expected = [Expected(metric, scope, above(null)) for metric, scope, null in NULLS]
    return _answers(tables, alter.copied(tables), seed, expected)


def independent(tables: Tables, seed: int) -> Found:
    """Privacy must pass on rows that no generator has seen."""
    altered = alter.independent(tables, np.random.default_rng(seed))
    rules = [(metric, scope, around(null, len(NULLS))) for metric, scope, null in NULLS]
    return _answers(tables, altered, seed, [Expected(*rule) for rule in rules])


def shift(tables: Tables, seed: int) -> Found:
    """Fidelity must fall where a column is moved."""
    column = choose.to_shift(tables, _shapes(tables, seed))
    expected = [Expected(SHAPE, (column,), FALLS), Expected(QUALITY, (), FALLS)]
    return _answers(tables, alter.shifted(tables, column), seed, expected)


def shuffle(tables: Tables, seed: int) -> Found:
    """An association must be missed where a column no longer goes with the others."""
    pair = choose.to_shuffle(tables)
    altered = alter.shuffled(tables, pair[0], np.random.default_rng(seed))
    expected = [Expected(TREND, pair, FALLS), Expected(SHAPE, pair[:1], STAYS)]
    return _answers(tables, altered, seed, expected)


def missing(tables: Tables, seed: int) -> Found:
    """Values that are gone must be missed."""
    column = choose.to_empty(tables, _shapes(tables, seed))
    altered = alter.emptied(tables, column, np.random.default_rng(seed))
    expected = [Expected(MISSINGNESS, (column,), FALLS), Expected(SHAPE, (column,), FALLS)]
    return _answers(tables, altered, seed, expected)


def labels(tables: Tables, seed: int) -> Found:
    """Nothing can be learnt from labels that were dealt at random."""
    require_better_than_chance(tables, MODEL)
    case, rng = case_of(tables), np.random.default_rng(seed)
    each = [
        score(alter.shuffled(tables, case.target, rng), MODEL, "synthetic").value
        for _ in range(SHUFFLES)
    ]
    own = score(tables, MODEL, "synthetic")
    rule = within(0.45, 0.55) if case.classes else at_most(0.05)
    expected = Expected("utility.tstr.score", (MODEL,), rule)
    before, after = Seen(own.value, own.low, own.high), Seen(fmean(each), min(each), max(each))
    return _found([_judged(expected, before, after)])


@once_per_tables
def _measured(tables: Tables, metric: str, seed: int) -> dict[Scope, Measurement]:
    return {one.scope: one for one in measure(tables, CATALOGUE[metric], seed=seed)}


def _seen(tables: Tables, metric: str, scope: Scope, seed: int) -> Seen:
    """What the metric shows on these tables; raises ``NotMeasurable`` with its cause."""
    found = _measured(tables, metric, seed).get(scope)
    if found is None:
        raise NotMeasurable(f"{metric} is not measured for {' x '.join(scope)}")
    if found.value is None or found.low is None or found.high is None:
        raise NotMeasurable(f"{metric}: {found.cause}")
    return Seen(found.value, found.low, found.high)


def _shapes(tables: Tables, seed: int) -> dict[Scope, float]:
    every = _measured(tables, SHAPE, seed)
    return {scope: one.value for scope, one in every.items() if one.value is not None}


def _answers(tables: Tables, altered: Tables, seed: int, expected: list[Expected]) -> Found:
    return _found([_answer(tables, altered, seed, one) for one in expected])


def _answer(tables: Tables, altered: Tables, seed: int, expected: Expected) -> Answer:
    try:
        before, after = (
            _seen(one, expected.metric, expected.scope, seed) for one in (tables, altered)
        )
    except NotMeasurable as refusal:
        return _blank(expected) | {"cause": refusal.cause}
    return _judged(expected, before, after)


def _judged(expected: Expected, before: Seen, after: Seen) -> Answer:
    """Each side as value, low, high."""
    moved = expected.rule.holds(before, after)
    return _blank(expected) | {"before": list(before), "after": list(after), "moved": moved}


def _blank(expected: Expected) -> Answer:
    """A metric that has not answered."""
    return {
        "metric": expected.metric,
        "scope": list(expected.scope),
        "rule": expected.rule.words,
        "moved": False,
    }


def _found(answers: list[Answer]) -> Found:
    moved = sum(bool(one["moved"]) for one in answers)
    return Found.exact(moved / len(answers), len(answers), {"metrics": list(answers)})


PROBES: Final[Mapping[str, Probe]] = {
    probe.__name__: probe for probe in (copy, independent, shift, shuffle, missing, labels)
}
