"""One metric of the catalogue: what it is called, what it means, and where its code is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

ScopeKind: TypeAlias = Literal[
    "", "column", "pair", "secret", "excluded", "group", "constraint", "model", "attack", "probe"
]
Profile: TypeAlias = Literal["quick", "standard", "full", "probe"]

ORDERED: Final = ("numeric", "datetime", "ordinal")
DISCRETE: Final = ("categorical", "boolean", "ordinal")
MEASURED: Final = ("numeric", "datetime", "ordinal", "categorical", "boolean")
EXCLUDED: Final = ("text", "identifier")


@dataclass(frozen=True)
class MetricInfo:
    """One metric: how to read it, and the ``module:function`` that finds it.

    ``scope`` is what it is measured for: "" is the whole table. ``kinds`` are the column types it
    applies to, and ``places`` the fixed scopes of a metric that is not measured by column.
    ``sampled`` says whether the interval covers sampling error; ``minimum_n`` is the number of
    rows that the smallest of the three tables must have. ``draws`` names the metric whose random
    draws this one shares, being another figure of the same attacks. ``profile`` is the smallest
    profile that measures it. ``needs`` names the field of ``Declared`` without which there is
    nothing to measure. A claim has no ``evaluator``: the card states it.
    """

    id: str
    title: str
    definition: int
    direction: Literal["higher", "lower", "none"]
    unit: str
    scope: ScopeKind
    sampled: bool
    minimum_n: int
    describes: str
    formula: str
    source: str
    evaluator: str
    draws: str = ""
    kinds: tuple[str, ...] = MEASURED
    places: tuple[tuple[str, ...], ...] = ()
    profile: Profile = "standard"
    needs: str = ""

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]

    @property
    def module(self) -> str:
        """The module of its evaluator; metrics of one module share what they compute."""
        return self.evaluator.partition(":")[0]
