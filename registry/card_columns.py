"""What a card says of its columns."""

import re
from typing import Annotated, Literal, cast

from pydantic import Field, field_validator

from registry.card_fields import Line, Part

Relation = Literal["<", "<=", "==", "!=", ">=", ">"]
_CONSTRAINT = re.compile(r"(\S.*?) (<=|>=|==|!=|<|>) (\S.*)")


class ColumnsCard(Part):
    """What values alone do not show of the columns: types, keys, groups, what others may know.

    ``levels`` order the values of an ordinal column, lowest first; ``key`` names what identifies
    a unit in the real tables; a constraint is "LEFT <= RIGHT", two columns and a comparison.
    """

    kinds: dict[
        Line,
        Literal["numeric", "categorical", "ordinal", "boolean", "datetime", "text", "identifier"],
    ] = Field(default_factory=dict)
    levels: dict[Line, Annotated[tuple[Line, ...], Field(min_length=2)]] = Field(
        default_factory=dict
    )
    key: tuple[Line, ...] = ()
    subgroups: tuple[Line, ...] = ()
    quasi_identifiers: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()

    @field_validator("constraints")
    @classmethod
    def _compares(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_CONSTRAINT.fullmatch(text) for text in texts):
            raise ValueError('"LEFT <= RIGHT", two columns with <, <=, ==, !=, >= or > between')
        return texts

    @property
    def comparisons(self) -> tuple[tuple[str, Relation, str], ...]:
        """The constraints as (left, relation, right)."""
        found = (_CONSTRAINT.fullmatch(text) for text in self.constraints)
        return tuple((one[1], cast(Relation, one[2]), one[3]) for one in found if one)

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is spoken of, each once."""
        sides = [side for left, _, right in self.comparisons for side in (left, right)]
        groups = (self.kinds, self.levels, self.key, self.subgroups, self.quasi_identifiers, sides)
        return tuple(dict.fromkeys(name for group in groups for name in group))
