"""TSTR and TRTR in each group of people: how each model scores on the holdout rows of a group.

The groups are the values of a declared subgroup column, missing one of its own; those of fewer rows
than the minimum cell in the training table or the holdout are one group, "other", which takes in
the smallest that are shown until it holds as many, so that no count is left to be found by
subtraction. The score, and the interval of the two and of their difference on the same rows, are
those of ``utility.tstr.score``. Where a class has fewer rows in a group than the minimum cell (of a
number, where the group has), there is a cause instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import JSON, Figure, Kind, NotMeasurable, Tables
from evaluators.encode import labels
from evaluators.utility.models import PER_CLASS, case_of, predictions
from evaluators.utility.scores import Score, area, difference, r2

OTHER: Final = "other"
MISSING: Final = "missing"
DECIMALS: Final = 3
NUMBERS: Final = tuple(
    f"{score}{end}" for score in ("tstr", "trtr", "difference") for end in ("", "_low", "_high")
)
Names: TypeAlias = npt.NDArray[np.object_]
Inside: TypeAlias = npt.NDArray[np.bool_]


def subgroups(tables: Tables, model: str) -> tuple[Figure, ...]:
    """One figure for each declared subgroup column that is not the target.

    None where the whole holdout is below the minimum cell, or the model learns nothing from
    synthetic rows.
    """
    if len(case_of(tables).truths["holdout"]) < tables.declared.minimum_cell:
        return ()
    try:
        predictions(tables, model, "synthetic")
    except NotMeasurable:  # the score of TSTR tells why
        return ()
    columns = [name for name in tables.declared.subgroups if name != tables.target]
    return tuple(_figure(tables, model, column) for column in columns)


def _figure(tables: Tables, model: str, column: str) -> Figure:
    case, names = case_of(tables), groups_of(tables, column)
    return {
        "figure": "subgroup",
        "target": case.target,
        "model": model,
        "by": column,
        "metric": "AUC" if case.classes else "R2",
        "groups": [_group(tables, model, name, names == name) for name in _largest_first(names)],
    }


def groups_of(tables: Tables, column: str) -> Names:
    """The group of each holdout row with a target, as it may be shown."""
    real, holdout = (
        _named(tables, column, table[table[tables.target].notna()])
        for table in (tables.real, tables.holdout)
    )
    minimum = tables.declared.minimum_cell
    known, held = pd.Series(real).value_counts(), pd.Series(holdout).value_counts()
    sizes = sorted((int(n), str(name)) for name, n in held.items())
    small = [one for one in sizes if min(one[0], int(known.get(one[1], 0))) < minimum]
    shown = [one for one in sizes if one not in small]
    while small and shown and sum(n for n, _ in small) < minimum:
        small.append(shown.pop(0))
    return np.where(np.isin(holdout, [name for _, name in small]), OTHER, holdout)


def _named(tables: Tables, column: str, part: pd.DataFrame) -> Names:
    """Groups as people know them: of an ordinal column its levels, where the values are ranks."""
    names = labels(part[column])
    levels: Mapping[str, str] = {}
    if tables.kinds[column] is Kind.ORDINAL:
        levels = {str(rank): level for rank, level in enumerate(tables.declared.levels[column])}
    return np.array(
        [MISSING if name is None else levels.get(name, name) for name in names], dtype=object
    )


def _largest_first(names: Names) -> list[str]:
    counts = pd.Series(names).value_counts()
    return sorted(counts.index, key=lambda name: (name == OTHER, -int(counts[name]), name))


def _group(tables: Tables, model: str, name: str, inside: Inside) -> dict[str, JSON]:
    """One group with its scores, each with its bounds, or the cause why it has none."""
    group: dict[str, JSON] = {"group": name, "rows": int(inside.sum())}
    try:
        tstr, trtr = (_score(tables, model, role, inside) for role in ("synthetic", "real"))
    except NotMeasurable as refusal:
        return group | dict.fromkeys(NUMBERS) | {"cause": refusal.cause}
    found = (tstr.value, tstr.low, tstr.high, trtr.value, trtr.low, trtr.high)
    rounded = [round(number, DECIMALS) + 0.0 for number in (*found, *difference(tstr, trtr))]
    return group | dict(zip(NUMBERS, rounded, strict=True)) | {"cause": None}


def _score(tables: Tables, model: str, trained_on: str, inside: npt.NDArray[np.bool_]) -> Score:
    """The score in one group. Raises ``NotMeasurable`` where it would be made of accidents."""
    case, minimum = case_of(tables), max(PER_CLASS, tables.declared.minimum_cell)
    truth, said = case.truths["holdout"][inside], predictions(tables, model, trained_on)[inside]
    if case.classes:
        if np.bincount(truth, minlength=len(case.classes)).min() < minimum:
            raise NotMeasurable(f"fewer than {minimum} rows of a class of the target")
        return area(truth, said)
    if len(truth) < minimum or np.ptp(truth) == 0:
        raise NotMeasurable(f"fewer than {minimum} rows, or the target is constant")
    try:
        return r2(truth, said)
    except OverflowError:
        raise NotMeasurable("too few rows decide the score for it to have bounds") from None
