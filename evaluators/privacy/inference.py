"""Inference: guessing one column of a real row from all the others.

Anonymeter's attack (Giomi et al. 2023, section 3.3). For each attacked row the nearest synthetic
row by all other columns is sought, and its value of the secret is the guess. Every column is the
secret once. A category is guessed if it is the same; a number if it is within 5 per cent of the
guess; a date if it is the same day; a missing value only by a missing value.

Where this differs from Anonymeter's evaluator: the tolerance is of the guess's size, for there a
negative guess always succeeds; the baseline's guesses, values of synthetic rows drawn at random,
are compared with their targets one by one, for there almost all of them turn into missing values
on the way.

Two figures come of it. The residual risk is Anonymeter's, ``(attack - control) / (1 - control)``:
of those whose secret would not have been guessed anyway, the share that is guessed now. Where
nearly everybody's secret is guessed anyway (a rare illness), the divisor is near 0 and its
interval spans most of 0..1 on any table, a perfect one included. The advantage is the plain
difference ``attack - control`` (Yeom et al. 2018, definition 5, with rates for probabilities): how
many more in a hundred are guessed right because their record was in the training table. It can be
bounded for every secret, and it understates a leak about the few, which the residual risk shows.

What is sampled: attacked rows of the training table, control rows of the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import JSON, Finding, Found, Kind, NotMeasurable, Tables
from evaluators.encode import labels, numbers
from evaluators.intervals import newcombe
from evaluators.privacy.attacks import attacker_view, attacks, residual_risk, safe_names
from evaluators.privacy.linkability import nearest
from evaluators.shared import once_per_tables

LIBRARIES = ("anonymeter", "numba", "scikit-learn", "numpy", "pandas")
TOLERANCE = 0.05
Values = npt.NDArray[Any]


@dataclass(frozen=True)
class Successes:
    """How often the secret was guessed right in ``made`` attacks on each side."""

    made: int
    attack: int
    baseline: int
    control: int
    parameters: dict[str, JSON]


def inference(tables: Tables, seed: int) -> Iterator[Finding]:
    """Residual risk, one finding a secret; the same rows are attacked for every secret."""
    for secret, won in _attacks(tables, seed):
        found = residual_risk(
            won.made,
            attack=won.attack,
            baseline=won.baseline,
            control=won.control,
            parameters=won.parameters,
        )
        yield (secret,), found


def advantage(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less control rate, with Newcombe's interval, one finding a secret."""
    for secret, won in _attacks(tables, seed):
        value = (won.attack - won.control) / won.made
        low, high = newcombe(won.attack, won.made, won.control, won.made)
        rates: dict[str, JSON] = {
            "n_attacks": won.made,
            "attack_rate": won.attack / won.made,
            "baseline_rate": won.baseline / won.made,
            "control_rate": won.control / won.made,
            "attack_beats_baseline": won.attack > won.baseline,
        }
        parameters = won.parameters | rates
        yield (secret,), Found(value, low, high, "newcombe-95", won.made, parameters)


@once_per_tables
def _attacks(tables: Tables, seed: int) -> list[tuple[str, Successes]]:
    """Every secret attacked once: both figures are of the same attacks, and share their seed."""
    if len(tables.columns) < 2:
        raise NotMeasurable("there is no other column to infer from")
    rng = np.random.default_rng(seed)
    made = attacks(tables)
    rows, control, guesses = (
        rng.choice(len(table), made, replace=False)
        for table in (tables.real, tables.holdout, tables.synthetic)
    )
    return [(secret, _attack(tables, secret, rows, control, guesses)) for secret in tables.columns]


def _attack(
    tables: Tables, secret: str, rows: Values, control: Values, guesses: Values
) -> Successes:
    kind = tables.kinds[secret]
    real, holdout, synthetic = (_values(table[secret], kind) for table in tables.each)
    real_view, holdout_view, synthetic_view = attacker_view(tables)
    name = safe_names(tables)[secret]

    def guessed(frame: pd.DataFrame, at: Values) -> Values:
        targets = frame.drop(columns=name).iloc[at]
        found: Values = synthetic[nearest(targets, synthetic_view.drop(columns=name))]
        return found

    parameters: dict[str, JSON] = {
        "aux": [column for column in tables.columns if column != secret],
        "regression": kind is Kind.NUMERIC,
    }
    if kind is Kind.NUMERIC:
        parameters["tolerance"] = TOLERANCE
    return Successes(
        len(rows),
        attack=successes(guessed(real_view, rows), real[rows], kind),
        baseline=successes(synthetic[guesses], real[rows], kind),
        control=successes(guessed(holdout_view, control), holdout[control], kind),
        parameters=parameters,
    )


def _values(column: pd.Series[Any], kind: Kind) -> Values:
    return numbers(column) if kind.continuous else labels(column)


def successes(guesses: Values, secrets: Values, kind: Kind) -> int:
    """How many guesses are right, compared position by position."""
    both_missing = pd.isna(guesses) & pd.isna(secrets)
    if kind is Kind.NUMERIC:
        right = np.abs(guesses - secrets) <= TOLERANCE * np.abs(guesses)
    elif kind is Kind.DATETIME:
        right = np.floor(guesses) == np.floor(secrets)
    else:
        right = (guesses == secrets) & ~pd.isna(guesses)
    return int((right.astype(bool) | both_missing).sum())
