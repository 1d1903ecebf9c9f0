"""The values every evaluator speaks in: tables and kinds in, findings and measurements out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Scope: TypeAlias = tuple[str, ...]
Figure: TypeAlias = "Mapping[str, JSON]"
"""What a report draws beside a value: JSON-ready, and its "figure" says what it is. Fit to be
stored: it is rounded, and holds no real record, no extreme value and no cell below the minimum."""
Status: TypeAlias = Literal["measured", "not-measurable"]
Direction: TypeAlias = Literal["higher", "lower", "none"]


FAILED = "the evaluator failed with"
LATE = "it took longer than its time limit"
DIED = "the evaluator's process died"
FAILURES = (FAILED, LATE, DIED)
BESIDE = ("seconds", "figures")


class Kind(StrEnum):
    """What the values of a column are, decided once for all tables (see ``tables.align``)."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    ORDINAL = "ordinal"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"

    @property
    def continuous(self) -> bool:
        """Whether values have an order and a distance, and any value between two may occur."""
        return self in (Kind.NUMERIC, Kind.DATETIME)

    @property
    def ordered(self) -> bool:
        """Whether values have an order; an ordinal column holds its ranks, 0, 1, ... as floats."""
        return self in (Kind.NUMERIC, Kind.DATETIME, Kind.ORDINAL)

    @property
    def excluded(self) -> bool:
        """Whether statistics of the column mean nothing: free text, and what names one row."""
        return self in (Kind.TEXT, Kind.IDENTIFIER)


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


@dataclass(frozen=True)
class Constraint:
    """What every row must satisfy: ``left`` ``relation`` ``right``, two columns of the table.

    A row in which either is missing satisfies it.
    """

    left: str
    relation: Literal["<", "<=", "==", "!=", ">=", ">"]
    right: str

    @property
    def name(self) -> str:
        """Its text, which is its scope."""
        return f"{self.left} {self.relation} {self.right}"


@dataclass(frozen=True)
class Declared:
    """What people say of the columns that values alone do not show.

    ``kinds`` override the inferred ones; ``levels`` give the order of an ordinal column's values,
    lowest first; ``key`` names the columns that identify a unit across the real tables;
    ``subgroups`` are discrete columns whose values are groups of people, of which none smaller
    than ``minimum_cell`` is shown; ``quasi_identifiers`` are columns that others may know.
    """

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()
    quasi_identifiers: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    minimum_cell: int = 10

    def __post_init__(self) -> None:
        for name in ("kinds", "levels"):  # plain ones, that can be sent to another process
            object.__setattr__(self, name, dict(getattr(self, name)))


@dataclass(frozen=True)
class Whole:
    """The files behind tables too large to hold: the frames are then a seeded draw of their rows.

    ``rows`` are the rows of each file. What is counted is counted over the files.
    """

    real: Path
    holdout: Path
    synthetic: Path
    rows: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Tables:
    """Real training rows, real holdout rows and synthetic rows, with the same columns in order.

    ``kinds`` holds every column; those whose kind is excluded stand in the frames and are measured
    by few metrics (``validity.keys``, ``privacy.verbatim``). Two ``Tables`` are equal only if they
    are the same object, so that shared intermediate results can be kept for as long as the tables
    live (see ``shared``).
    """

    real: pd.DataFrame
    holdout: pd.DataFrame
    synthetic: pd.DataFrame
    kinds: dict[str, Kind]
    target: str | None = None
    declared: Declared = field(default_factory=Declared)
    whole: Whole | None = None

    @property
    def columns(self) -> list[str]:
        """Names of the measured columns in schema order; excluded ones are not among them."""
        return [name for name, kind in self.kinds.items() if not kind.excluded]

    @property
    def excluded(self) -> list[str]:
        """Names of the excluded columns in schema order."""
        return [name for name, kind in self.kinds.items() if kind.excluded]

    @property
    def each(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Real, holdout, synthetic."""
        return self.real, self.holdout, self.synthetic

    @property
    def rows(self) -> tuple[int, int, int]:
        """Rows of real, holdout and synthetic: of the files where the frames are a draw."""
        real, holdout, synthetic = (len(table) for table in self.each)
        return self.whole.rows if self.whole else (real, holdout, synthetic)

    @property
    def drawn(self) -> bool:
        """Whether the frames are a draw of the rows of larger files."""
        return self.rows != tuple(len(table) for table in self.each)

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
    figures: tuple[Figure, ...] = ()

    @classmethod
    def exact(
        cls,
        value: float,
        n: int,
        parameters: Mapping[str, JSON],
        figures: tuple[Figure, ...] = (),
    ) -> Found:
        """A value that is a function of the tables, with nothing resampled: its own bounds."""
        return cls(value, value, value, "exact", n, parameters, figures)


Finding: TypeAlias = tuple[Scope, "Found | NotMeasurable"]


@dataclass(frozen=True)
class Measurement:
    """One metric on one scope: a value with its interval, or the cause why there is none.

    ``scope`` is ``()`` for the whole table, else see ``scopes.scopes_of``. ``seconds`` and
    ``figures`` are kept beside the measurement and are no part of its facts.
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
    figures: tuple[Figure, ...] = ()

    def __post_init__(self) -> None:
        numbers = (self.value, self.low, self.high)
        if self.status == "measured":
            if any(number is None or math.isnan(number) for number in numbers):
                raise ValueError(f"{self.metric}: a measured value and its bounds are numbers")
        elif any(number is not None for number in numbers) or not self.cause:
            raise ValueError(f"{self.metric}: what is not measurable has a cause and no value")

    @property
    def failed(self) -> bool:
        """Whether the evaluator broke down, so that another run may end differently."""
        return bool(self.cause) and str(self.cause).startswith(FAILURES)

    def facts(self) -> dict[str, object]:
        """Everything but what is kept beside it, JSON-ready; infinities are "inf" and "-inf"."""
        return {name: _plain(v) for name, v in vars(self).items() if name not in BESIDE}


def from_facts(
    facts: Mapping[str, Any], seconds: float, figures: tuple[Figure, ...] = ()
) -> Measurement:
    """The measurement that ``Measurement.facts`` came from."""
    numbers = {
        name: None if facts[name] is None else float(facts[name])
        for name in ("value", "low", "high")
    }
    known = {**facts, **numbers, "scope": tuple(facts["scope"])}
    return Measurement(**known, seconds=seconds, figures=figures)


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
