"""TSTR and TRTR: train on synthetic or on real, test on real rows neither has seen.

The same model is trained on the synthetic table and on the real training table, and both are scored
on the holdout: ROC AUC of a class (the mean of one-versus-rest areas for three or more), R2 of a
number or a rank. See ``models`` for what is trained on what, ``estimators`` for the two models and
``scores`` for the intervals.

Ratio: the score of TSTR divided by that of TRTR, not scaled to chance. Where TRTR's own lower bound
is not above chance (AUC 0.5, R2 0) there is nothing to retain: noise over noise is a ratio near
one, so it is not measurable. Augmentation gain: the score of the model trained on the rows of both
tables less that of TRTR. TRTR is the ceiling of them all.

What is resampled: holdout rows, within classes for AUC, paired for the ratio and the gain.

Source: Esteban, Hyland and Raetsch (2017), arXiv 1706.02633, section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.utility.curves import curves
from evaluators.utility.estimators import MODELS, described
from evaluators.utility.groups import subgroups
from evaluators.utility.models import case_of, predictions, score
from evaluators.utility.scores import difference, macro_f1, ratio

LIBRARIES = ("scikit-learn", "scipy", "numpy", "pandas")
INTERVAL = "jackknife-t-95"


def tstr_score(tables: Tables, seed: int) -> Iterator[Finding]:
    """The score of the model trained on the synthetic table, and its curves."""
    return _each(tables, lambda model: _score(tables, model, "synthetic"))


def trtr_score(tables: Tables, seed: int) -> Iterator[Finding]:
    """The score of the model trained on the real table, its curves, and both models by group."""
    return _each(tables, lambda model: _with_groups(tables, model, _score(tables, model, "real")))


def tstr_ratio(tables: Tables, seed: int) -> Iterator[Finding]:
    """TSTR over TRTR; not measurable where the real model itself does not clearly beat chance."""
    return _each(tables, lambda model: _ratio(tables, model))


def augmentation_gain(tables: Tables, seed: int) -> Iterator[Finding]:
    """The score of the model trained on the rows of both tables, less TRTR."""
    return _each(tables, lambda model: _gain(tables, model))


def _each(tables: Tables, measure: Callable[[str], Found]) -> Iterator[Finding]:
    """Both models; that one does not converge is no reason to lose the other."""
    case_of(tables)
    for model in MODELS:
        try:
            yield (model,), measure(model)
        except NotMeasurable as refusal:
            yield (model,), refusal


def _score(tables: Tables, model: str, trained_on: str) -> Found:
    case, found = case_of(tables), score(tables, model, trained_on)
    own: dict[str, JSON] = {"trained_on": trained_on, "train_rows": len(case.truths[trained_on])}
    if case.classes:
        chances = predictions(tables, model, trained_on)
        own["macro_f1"] = macro_f1(case.truths["holdout"], chances)
    scored = _found(tables, model, (found.value, found.low, found.high), own)
    return replace(scored, figures=curves(tables, model, trained_on))


def _with_groups(tables: Tables, model: str, found: Found) -> Found:
    return replace(found, figures=(*found.figures, *subgroups(tables, model)))


def _ratio(tables: Tables, model: str) -> Found:
    above, below = score(tables, model, "synthetic"), score(tables, model, "real")
    require_better_than_chance(tables, model)
    own: dict[str, JSON] = {"tstr": above.value, "trtr": below.value}
    return _found(tables, model, ratio(above, below), own)


def _gain(tables: Tables, model: str) -> Found:
    with_both, with_real = score(tables, model, "both"), score(tables, model, "real")
    own: dict[str, JSON] = {"augmented": with_both.value, "trtr": with_real.value}
    return _found(tables, model, difference(with_both, with_real), own)


def require_better_than_chance(tables: Tables, model: str) -> None:
    """Raises ``NotMeasurable`` where the model trained on real rows has learnt nothing for sure."""
    case, real = case_of(tables), score(tables, model, "real")
    chance = 0.5 if case.classes else 0.0
    if real.low <= chance:
        raise NotMeasurable(
            f"the model trained on real rows does not clearly beat chance (lower bound of its "
            f"{case.score} {real.low:.3f}, chance {chance}), a comparison with it means nothing"
        )


def common(tables: Tables, model: str) -> dict[str, JSON]:
    """What every figure of utility records."""
    case = case_of(tables)
    return {
        "target": case.target,
        "score": case.score,
        "classes": len(case.classes),
        **described(model, bool(case.classes)),
    }


def _found(
    tables: Tables, model: str, bounds: tuple[float, float, float], own: dict[str, JSON]
) -> Found:
    resampled = "holdout rows, within classes" if case_of(tables).classes else "holdout rows"
    rows = len(case_of(tables).truths["holdout"])
    parameters = common(tables, model) | {"resampled": resampled} | own
    return Found(*bounds, INTERVAL, rows, parameters)
