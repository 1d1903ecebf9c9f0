"""What a check finds: a problem with its cause, that it could not look, or what agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.bundle.case import Case


@dataclass(frozen=True)
class Problem:
    """Something that contradicts the bundle; ``cause`` is a word of ``registry.bundle.causes``."""

    cause: str
    what: str


@dataclass(frozen=True)
class Unchecked:
    """Something that could not be checked, and why. ``demanded`` where somebody asked for it."""

    what: str
    demanded: bool = False


@dataclass(frozen=True)
class Agreed:
    """Something of the auditor's own that the bundle agrees with."""

    what: str


Found = Iterator[Problem | Unchecked | Agreed]
Check = Callable[["Case"], Found]
