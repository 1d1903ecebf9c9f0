"""POL-9xx: comments that allow a finding, ``# lint: allow POL-101 reason``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from registry.policy.layouts.tree import Note, comments
from registry.policy.lints.rule import About, Hit, LintRule

_ALLOW: Final = re.compile(r"#\s*lint:\s*allow\b[\s:]*(?P<rest>.*)")
_IDS: Final = re.compile(r"(?P<ids>[A-Z]+-[0-9]+(?:\s*,\s*[A-Z]+-[0-9]+)*)\b[\s:,.-]*(?P<why>.*)")


@dataclass(frozen=True)
class Allowed:
    """One comment that allows findings by ``ids``, on lines from 1; ``covers`` is where it counts.

    It covers its own line and, if it has that to itself, the next that is no comment.
    """

    ids: tuple[str, ...]
    reason: str
    line: int
    covers: frozenset[int]


def allowed(text: str) -> list[Allowed]:
    """Every such comment of a file."""
    found = comments(text)
    own = {note.line for note in found if note.own}
    return [
        _allowed(note, match["rest"], own) for note in found if (match := _ALLOW.match(note.text))
    ]


def _allowed(note: Note, rest: str, own: set[int]) -> Allowed:
    match = _IDS.match(rest)
    ids = tuple(re.split(r"\s*,\s*", match["ids"])) if match else ()
    reason = match["why"].strip() if match else ""
    covers = {note.line + 1}
    if note.own:
        following = note.line + 1
        while following in own:
            following += 1
        covers.add(following + 1)
    return Allowed(ids, reason, note.line + 1, frozenset(covers))


def _nothing(_: About) -> Iterator[Hit]:
    """These are found while the findings of the other rules are sorted out."""
    return iter(())


WITHOUT_REASON: Final = LintRule(
    id="POL-901",
    name="allowed-without-reason",
    severity="warning",
    find=_nothing,
    why="An exception that nobody justified cannot be reviewed, so it has no effect.",
    example="# lint: allow POL-202",
    remedy="write the reason behind the id",
)
UNKNOWN: Final = LintRule(
    id="POL-902",
    name="allowed-unknown",
    severity="warning",
    find=_nothing,
    why="A misspelt id allows nothing.",
    example="# lint: allow POL-999 we decided so",
    remedy="name a rule of `registry policy lint --rules`",
)
IDLE: Final = LintRule(
    id="POL-903",
    name="allowed-nothing",
    severity="info",
    find=_nothing,
    why="A comment that allows what is not found hides what may be found there one day.",
    example="# lint: allow POL-101 a convention  # above a rule that has a rationale",
    remedy="drop the comment",
)
ALLOWING: Final[Sequence[LintRule]] = (WITHOUT_REASON, UNKNOWN, IDLE)
