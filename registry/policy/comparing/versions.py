"""Semantic versions: which is newer, which lies in a range, and which bump a change demands."""

from __future__ import annotations

from typing import Final, Literal

Bump = Literal["major", "minor", "patch", "none"]
BUMPS: Final[tuple[Bump, ...]] = ("none", "patch", "minor", "major")

Precedence = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


def precedence(version: str) -> Precedence:
    """Order of semantic versions; a pre-release comes before its release."""
    numbers, _, pre = version.partition("+")[0].partition("-")
    parts = tuple(_identifier(part) for part in pre.split("."))
    return tuple(int(part) for part in numbers.split(".")), not pre, parts


def _identifier(text: str) -> tuple[bool, int, str]:
    """A part of a pre-release: numbers by their size, before words."""
    return (False, int(text), "") if text.isdigit() else (True, 0, text)


def major(version: str) -> int:
    """The first number of a version: while it stays, no version loosens another."""
    return precedence(version)[0][0]


def within(version: str, wanted: str) -> bool:
    """Whether a version is the one wanted, or under ``^`` at least that within its major version.

    A pre-release lies in no range: it must be named.
    """
    if not wanted.startswith("^"):
        return version == wanted
    numbers, released, _ = precedence(version)
    lowest = tuple(int(part) for part in wanted[1:].split("."))
    return released and numbers[0] == lowest[0] and numbers[: len(lowest)] >= lowest


def bump(before: str, after: str) -> Bump:
    """The most significant number that rose; "none" where ``after`` is not newer."""
    if precedence(after) <= precedence(before):
        return "none"
    old, new = precedence(before)[0], precedence(after)[0]
    if new[0] > old[0]:
        return "major"
    return "minor" if new[1] > old[1] else "patch"
