"""The values every evaluator speaks in: tables and kinds in, findings and measurements out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Scope: TypeAlias = tuple[str, ...]
Status: TypeAlias = Literal["measured", "not-measurable"]
Direction: TypeAlias = Literal["higher", "lower", "none"]


class Kind(StrEnum):
    """What the values of a column are, decided once for all tables (see ``tables.align``)."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"
    DATETIME = "datetime"

    @property
    def continuous(self) -> bool:
        """Whether values have an order and a distance."""
        return self in (Kind.NUMERIC, Kind.DATETIME)


class NotMeasurable(Exception):
    """A metric has no value on these tables, and ``cause`` says why. It never quotes a cell."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class TableError(Exception):
    """A file or table cannot be used: ``what`` happened, ``where``, ``expected``, what ``todo``."""

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        todo: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.expected = expected
        self.todo = todo


@dataclass(frozen=True, eq=False)
class Tables:
    """Real training rows, real holdout rows and synthetic rows, with the same columns in order.

    Two ``Tables`` are equal only if they are the same object, so that shared intermediate results
    can be kept for as long as the tables live (see ``shared``).
    """

    real: pd.DataFrame
    holdout: pd.DataFrame
    synthetic: pd.DataFrame
    kinds: dict[str, Kind]
    target: str | None = None

    @property
    def columns(self) -> list[str]:
        """Column names in schema order."""
        return list(self.kinds)

    @property
    def each(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Real, holdout, synthetic."""
        return self.real, self.holdout, self.synthetic

    @property
    def smallest(self) -> int:
        """Rows of the smallest of the three tables."""
        return min(len(table) for table in self.each)


@dataclass(frozen=True)
class Found:
    """What an evaluator found for one scope; the run adds what it knows of the metric."""

    value: float
    low: float
    high: float
    interval: str
    n: int
    parameters: Mapping[str, JSON] = field(default_factory=dict)

    @classmethod
    def exact(cls, value: float, n: int, parameters: Mapping[str, JSON]) -> Found:
        """A value that is a function of the tables, with nothing resampled: its own bounds."""
        return cls(value, value, value, "exact", n, parameters)


Finding: TypeAlias = tuple[Scope, "Found | NotMeasurable"]


@dataclass(frozen=True)
class Measurement:
    """One metric on one scope: a value with its interval, or the cause why there is none.

    ``scope`` is ``()``, ``(column,)`` or ``(a, b)`` in schema order. ``seconds`` is kept beside
    the measurement and is no part of its facts.
    """

    metric: str
    definition: int
    scope: Scope
    status: Status
    value: float | None
    low: float | None
    high: float | None
    interval: str
    n: int | None
    direction: Direction
    unit: str
    parameters: dict[str, JSON]
    seed: int
    versions: dict[str, str]
    cause: str | None
    seconds: float

    def __post_init__(self) -> None:
        numbers = (self.value, self.low, self.high)
        if self.status == "measured":
            if any(number is None or math.isnan(number) for number in numbers):
                raise ValueError(f"{self.metric}: a measured value and its bounds are numbers")
        elif any(number is not None for number in numbers) or not self.cause:
            raise ValueError(f"{self.metric}: what is not measurable has a cause and no value")

    def facts(self) -> dict[str, object]:
        """Everything but ``seconds``, JSON-ready; an infinity is the string "inf" or "-inf"."""
        return {name: _plain(v) for name, v in asdict(self).items() if name != "seconds"}


def _plain(value: object) -> object:
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
