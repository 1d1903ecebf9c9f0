"""Reads the fields of a figure that an evaluation stored, and refuses any other shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NoReturn

from registry.errors import InvalidInput


@dataclass(frozen=True)
class Stored:
    """Fields of the figure ``about``; each reader raises `InvalidInput` for what is not one."""

    about: str
    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        """Words that are not empty."""
        found = self.fields.get(name)
        return found if isinstance(found, str) and found else self.refuse(f"{name}, in words")

    def text_or_none(self, name: str) -> str | None:
        """Words, or null where it has none."""
        return None if self._null(name) else self.text(name)

    def number(self, name: str) -> float:
        """A number that is one and has an end."""
        return self._number(self.fields.get(name), name)

    def number_or_none(self, name: str) -> float | None:
        """A number, or null where it has none."""
        return None if self._null(name) else self.number(name)

    def share(self, name: str) -> float:
        """A number from 0 to 1."""
        found = self.number(name)
        return found if 0 <= found <= 1 else self.refuse(f"{name} from 0 to 1")

    def rows(self, name: str = "rows") -> int:
        """A count that is not negative."""
        found = self.fields.get(name)
        return found if type(found) is int and found >= 0 else self.refuse(f"{name}, a count")

    def each(self, name: str) -> tuple[Stored, ...]:
        """The parts under ``name``, at least one, each with fields of its own."""
        parts = self._list(name)
        return tuple(Stored(self.about, self._mapping(part, name)) for part in parts)

    def pairs(self, name: str) -> tuple[tuple[float, float], ...]:
        """At least two pairs of numbers."""
        found = []
        for part in self._list(name):
            if not isinstance(part, list | tuple) or len(part) != 2:
                self.refuse(f"{name}, pairs of numbers")
            found.append((self._number(part[0], name), self._number(part[1], name)))
        return tuple(found) if len(found) > 1 else self.refuse(f"{name}, at least two pairs")

    def refuse(self, expected: str) -> NoReturn:
        """Raise `InvalidInput`: the figure lacks what was ``expected``."""
        raise InvalidInput(
            "a stored figure cannot be drawn",
            where=self.about,
            expected=expected,
            todo="run `registry audit verify`, then evaluate the version again",
        )

    def _null(self, name: str) -> bool:
        """Whether it was stored that there is none, which is not the same as nothing stored."""
        return name in self.fields and self.fields[name] is None

    def _number(self, found: object, name: str) -> float:
        if isinstance(found, bool) or not isinstance(found, int | float) or not isfinite(found):
            self.refuse(f"{name}, a number")
        return float(found)

    def _list(self, name: str) -> Sequence[object]:
        found = self.fields.get(name)
        return (
            found if isinstance(found, list | tuple) and found else self.refuse(f"{name}, a list")
        )

    def _mapping(self, part: object, name: str) -> Mapping[str, object]:
        return part if isinstance(part, Mapping) else self.refuse(f"{name}, each with its fields")
