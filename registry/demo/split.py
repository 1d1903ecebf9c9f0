"""The demonstration source, from the packaged panel to a training table and a holdout.

The RAND Health Insurance Experiment as statsmodels packages it (20,190 rows, public domain) is a
panel without labels: a person's years follow one another, and nothing says where one person ends
and the next begins. **The unit is inferred.** A person is taken to be a longest run of consecutive
rows that agree in the insurance plan (``lncoins``, ``idp``, ``lpi``, ``fmde``) and in the two
health measures of enrolment (``physlm``, ``disea``); visits and self-rated health may vary within
it. That gives 5,094 runs. Two neighbouring people who agree in all six are merged, and a person
whose recorded plan changes counts twice; the published experiment counts about 5,900 people.

One row is kept a run, its first. Neighbouring people with the same plan terms (``lncoins``,
``lpi``, ``fmde``) are taken to be one household and stay on one side. The sides are then samples of
one population, natural duplicates included: about a quarter of the holdout rows are identical to
some training row (see ``README.md``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

SEED: Final = 1974
"""Fixed before the first split: the year the experiment began."""

PERSON: Final = ("lncoins", "idp", "lpi", "fmde", "physlm", "disea")
"""The columns that are constant while the rows are one person's."""

TERMS: Final = ("lncoins", "lpi", "fmde")
"""The plan terms that the members of a household share."""


def panel() -> pd.DataFrame:
    """The packaged source, 20,190 rows of 10 columns; statsmodels must be installed."""
    from statsmodels.datasets import randhie

    data: pd.DataFrame = randhie.load_pandas().data
    return data


def person_runs(panel: pd.DataFrame) -> pd.DataFrame:
    """The first row of every longest run of rows that agree in ``PERSON``, in the order given."""
    constant = panel[list(PERSON)]
    starts = constant.ne(constant.shift()).any(axis=1)
    return panel[starts].reset_index(drop=True)


def split(people: pd.DataFrame, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training table and holdout of about half the rows each, no household on both sides."""
    return split_by(households(people), people, seed)


def split_by(
    units: pd.Series[int], people: pd.DataFrame, seed: int = SEED
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with ``units``, numbered from 0, one for each row, in place of households."""
    unit = units.to_numpy()
    held_out = _sides(np.bincount(unit), seed)[unit]
    training, holdout = people[~held_out], people[held_out]
    return training.reset_index(drop=True), holdout.reset_index(drop=True)


def households(people: pd.DataFrame) -> pd.Series[int]:
    """The number, from 0, of the run of rows with equal ``TERMS`` that each row belongs to."""
    terms = people[list(TERMS)]
    return terms.ne(terms.shift()).any(axis=1).cumsum() - 1


def groups(people: pd.DataFrame) -> pd.Series[int]:
    """The number, from 0, of the group of all rows with equal ``TERMS``, wherever they stand."""
    return people.groupby(list(TERMS)).ngroup()


def _sides(sizes: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.bool_]:
    """Whether each household is held out: in random order, each joins the side with fewer rows."""
    held_out = np.zeros(len(sizes), dtype=np.bool_)
    rows = [0, 0]
    for household in np.random.default_rng(seed).permutation(len(sizes)):
        side = int(rows[1] < rows[0])
        held_out[household] = side == 1
        rows[side] += int(sizes[household])
    return held_out


def twin_rate(table: pd.DataFrame) -> float:
    """The share of rows that have an identical other row in the same table."""
    return float(table.duplicated(keep=False).mean())


def match_rate(rows: pd.DataFrame, table: pd.DataFrame) -> float:
    """The share of ``rows`` identical, in all columns, to some row of ``table``."""
    known = pd.MultiIndex.from_frame(table)
    return float(pd.MultiIndex.from_frame(rows[list(table.columns)]).isin(known).mean())
