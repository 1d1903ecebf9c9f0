"""Inference: guessing one column of a real row from all the others.

Anonymeter's attack (Giomi et al. 2023, section 3.3). For each attacked row the nearest synthetic
row by all other columns is sought, in the distance of ``evaluators.neighbours``, and its value of
the secret is the guess. Every column is the secret once. A category or an ordinal value is guessed
if it is the same; a number if it is within 5 per cent of the guess; a date if it is the same day; a
missing value only by a missing value.

Where this differs from Anonymeter's evaluator: the tolerance is of the guess's size, for there a
negative guess always succeeds; the baseline's guesses, values of synthetic rows drawn at random,
are compared with their targets one by one, for there almost all of them turn into missing values
on the way.

Three figures come of it. The residual risk is Anonymeter's, ``(attack - control) / (1 - control)``:
of those whose secret would not have been guessed anyway, the share that is guessed now. Where
nearly everybody's secret is guessed anyway (a rare illness), the divisor is near 0 and its
interval spans most of 0..1 on any table, a perfect one included. The advantage is the plain
difference ``attack - control`` (Yeom et al. 2018, definition 5, with rates for probabilities): how
many more in a hundred are guessed right because their record was in the training table. It can be
bounded for every secret, and it understates a leak about the few, which the residual risk shows.
The strength is ``attack - baseline``, of the same rows.

What is sampled: attacked rows of the training table, control rows of the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import JSON, Finding, Found, Kind, NotMeasurable, Tables
from evaluators.encode import Codes, labels, numbers
from evaluators.intervals import newcombe
from evaluators.neighbours import nearest_leaving_out, view
from evaluators.privacy.attacks import (
    ATTACKS,
    Successes,
    attacks,
    plain_rates,
    risk_found,
    strength_found,
)
from evaluators.shared import once_per_tables

LIBRARIES = ("numba", "numpy", "pandas")
TOLERANCE = 0.05

Values = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]


def inference(tables: Tables, seed: int) -> Iterator[Finding]:
    """Residual risk, one finding a secret; the same rows are attacked for every secret."""
    for secret, won in guesses(tables, seed).items():
        yield (secret,), risk_found(won)


def advantage(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less control rate, with Newcombe's interval, one finding a secret."""
    for secret, won in guesses(tables, seed).items():
        value = (won.attack - won.control) / won.made
        low, high = newcombe(won.attack, won.made, won.control, won.made)
        parameters = {**won.parameters, **plain_rates(won)}
        yield (secret,), Found(value, low, high, "newcombe-95", won.made, parameters)


def strength(tables: Tables, seed: int) -> Iterator[Finding]:
    """Attack rate less baseline rate, one finding a secret."""
    for secret, won in guesses(tables, seed).items():
        yield (secret,), strength_found(won)


@once_per_tables
def guesses(tables: Tables, seed: int, most: int = ATTACKS) -> dict[str, Successes]:
    """Every secret attacked once: all figures are of the same attacks, and share their seed."""
    if len(tables.columns) < 2:
        raise NotMeasurable("there is no other column to infer from")
    rng = np.random.default_rng(seed)
    made = attacks(tables, most)
    rows, control, random = (rng.choice(len(table), made, replace=False) for table in tables.each)
    seen = view(tables)
    found, known = (
        nearest_leaving_out(targets, seen.synthetic)[1]
        for targets in (seen.real.take(rows), seen.holdout.take(control))
    )
    return {
        secret: _attack(tables, secret, (rows, control, random), (found[at], known[at]))
        for at, secret in enumerate(tables.columns)
    }


def _attack(
    tables: Tables, secret: str, drawn: tuple[Codes, Codes, Codes], nearest: tuple[Codes, Codes]
) -> Successes:
    """One secret: ``drawn`` are rows of real, holdout and synthetic, ``nearest`` synthetic rows."""
    kind = tables.kinds[secret]
    real, holdout, synthetic = (_values(table[secret], kind) for table in tables.each)
    rows, control, random = drawn
    attacked = right(synthetic[nearest[0]], real[rows], kind)
    guessed = right(synthetic[random], real[rows], kind)
    parameters: dict[str, JSON] = {
        "aux": [column for column in tables.columns if column != secret],
        "regression": kind is Kind.NUMERIC,
    }
    if kind is Kind.NUMERIC:
        parameters["tolerance"] = TOLERANCE
    return Successes(
        len(rows),
        attack=int(attacked.sum()),
        baseline=int(guessed.sum()),
        control=int(right(synthetic[nearest[1]], holdout[control], kind).sum()),
        parameters=parameters,
        both=int((attacked & guessed).sum()),
    )


def _values(column: pd.Series[Any], kind: Kind) -> Values:
    return numbers(column) if kind.ordered else labels(column)


def right(guessed: Values, secrets: Values, kind: Kind) -> Flags:
    """Which guesses are right, compared position by position."""
    both_missing = pd.isna(guessed) & pd.isna(secrets)
    if kind is Kind.NUMERIC:
        same = np.abs(guessed - secrets) <= TOLERANCE * np.abs(guessed)
    elif kind is Kind.DATETIME:
        same = np.floor(guessed) == np.floor(secrets)
    else:
        same = (guessed == secrets) & ~pd.isna(guessed)
    return np.asarray(same.astype(bool) | both_missing)
