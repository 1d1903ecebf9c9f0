"""What the three Anonymeter attacks share: the tables as an attacker sees them, and the result.

The definitions are those of Giomi et al. (2023) and of Anonymeter 1.1. Its parts do the work
(predicates, nearest neighbours, rates and intervals); the draws are made here, from one seeded
generator, because its evaluators draw from global and fresh random states.

Each rate is the centre of Wilson's interval and no plain share, hence ``attack_rate_wilson``, with
half the interval's width as ``attack_error_wilson``. The risk is of these rates,
``(attack - control) / (1 - control)``, cut to 0..1, with Anonymeter's propagated interval at 95 per
cent. Attacked are rows of the training table, the control are rows of the holdout, and the
baseline guesses without the synthetic table.

An attack no better than its baseline is still measured: its successes were counted and a positive
risk is real. But Anonymeter's guide says that such results are not to be trusted, and a low risk
then shows a weak attack rather than a safe table, so ``attack_beats_baseline`` says so beside the
value, for people and policies to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from anonymeter.stats.confidence import EvaluationResults

from evaluators.base import JSON, Found, Tables
from evaluators.encode import labels, numbers
from evaluators.shared import once_per_tables

# With 2,000 the Wilson interval of a rate is at most 2.2 points to a side; with Anonymeter's
# default of 500 it is 4.4, which division by 1 - control widens. Time grows in proportion.
ATTACKS = 2000
CONFIDENCE = 0.95
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def attacks(tables: Tables) -> int:
    """How many attacks to make: no row is attacked twice, in any table."""
    return min(ATTACKS, tables.smallest)


@once_per_tables
def attacker_view(tables: Tables) -> Frames:
    """Real, holdout and synthetic as numbers and plain labels, columns renamed in schema order.

    Dates become days. A missing category is a label of its own; a missing number is the median of
    the synthetic table, which the attacker knows, for Anonymeter's distance is undefined there.
    Labels are numbered, for Anonymeter's predicates never match text that holds a quote.
    """
    names = safe_names(tables)
    frames: tuple[dict[str, object], ...] = ({}, {}, {})
    for column, name in names.items():
        for frame, values in zip(frames, _views(tables, column), strict=True):
            frame[name] = values
    real, holdout, synthetic = (pd.DataFrame(frame) for frame in frames)
    return real, holdout, synthetic


def safe_names(tables: Tables) -> dict[str, str]:
    """Column -> a name that sorts in schema order and means nothing to any query language."""
    return {column: f"c{i:05d}" for i, column in enumerate(tables.columns)}


def _views(tables: Tables, column: str) -> Iterable[object]:
    if tables.kinds[column].continuous:
        arrays = [numbers(table[column]) for table in tables.each]
        known = arrays[2][~np.isnan(arrays[2])]
        middle = float(np.median(known)) if len(known) else 0.0
        return [np.where(np.isnan(array), middle, array) for array in arrays]
    texts = [labels(table[column]) for table in tables.each]
    every = sorted({text for array in texts for text in array if text is not None})
    code = {text: f"v{i:06d}" for i, text in enumerate(every)} | {None: "missing"}
    return [np.array([code[text] for text in array], dtype=object) for array in texts]


def residual_risk(
    made: int, *, attack: int, baseline: int, control: int, parameters: dict[str, JSON]
) -> Found:
    """The finding for ``made`` attacks on each side with these numbers of successes."""
    results = EvaluationResults(made, attack, baseline, control, confidence_level=CONFIDENCE)
    risk = results.risk()
    rates = {
        "attack": results.attack_rate,
        "baseline": results.baseline_rate,
        "control": results.control_rate,
    }
    parameters = {**parameters, "n_attacks": made, "confidence_level": CONFIDENCE}
    for name, rate in rates.items():
        parameters |= {
            f"{name}_rate_wilson": float(rate.value),
            f"{name}_error_wilson": float(rate.error),
        }
    parameters["attack_beats_baseline"] = bool(
        results.attack_rate.value > results.baseline_rate.value
    )
    low, high = (float(bound) for bound in risk.ci)
    return Found(float(risk.value), low, high, "anonymeter-95", made, parameters)
