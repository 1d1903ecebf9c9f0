"""What every writer is given: results with the rules they are about, whatever found them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Outcome = Literal["pass", "warn", "fail", "missing", "waived", "error"]
Level = Literal["error", "warning", "note"]

WORDS: Final[Mapping[Outcome, str]] = {
    "pass": "passed",
    "warn": "warning",
    "fail": "failed",
    "missing": "not decided",
    "waived": "waived",
    "error": "error",
}
_RANK: Final[tuple[Outcome, ...]] = ("error", "fail", "missing", "waived", "warn", "pass")


@dataclass(frozen=True)
class About:
    """A rule: ``id`` is the same in all versions of its policy, ``level`` what breaking it is."""

    id: str
    title: str
    severity: str = "medium"
    level: Level = "error"
    rationale: str | None = None
    remediation: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What one rule says of one ``scope``; ``suite`` is the policy, or whatever groups results.

    ``file`` and ``line`` are where the rule stands, ``excuse`` is why a waived one is, and
    ``margin`` the room left, below zero what is lacking.
    """

    about: About
    suite: str
    outcome: Outcome
    message: str
    scope: tuple[str, ...] = ()
    observed: str | None = None
    expected: str | None = None
    file: str | None = None
    line: int | None = None
    excuse: str | None = None
    margin: float | None = None

    @property
    def name(self) -> str:
        """The rule and the scope: ``FID-001[age]``."""
        rule = self.about.id.rpartition("/")[2]
        return f"{rule}[{', '.join(self.scope)}]" if self.scope else rule

    @property
    def level(self) -> Level:
        """How much it matters: what blocks is an error, a warning what its rule says it is."""
        if self.outcome == "warn":
            return "note" if self.about.level == "note" else "warning"
        return "note" if self.outcome in ("pass", "waived") else "error"


@dataclass(frozen=True)
class Report:
    """All results on one ``subject``, and the ``verdict`` in words.

    ``file`` is where the subject is described, if anywhere. ``notes`` must be read before the
    verdict is believed; ``facts`` are JSON-ready and say what was asked.
    """

    title: str
    subject: str
    verdict: str
    results: tuple[Result, ...]
    file: str | None = None
    notes: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


def worst_of_each(results: Iterable[Result]) -> list[tuple[Result, int]]:
    """For every rule of every suite its worst result, and how many results it has."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for one in results:
        groups.setdefault((one.suite, one.about.id), []).append(one)
    return [(min(group, key=_badness), len(group)) for group in groups.values()]


def _badness(result: Result) -> tuple[int, float]:
    return _RANK.index(result.outcome), 0.0 if result.margin is None else result.margin


def without_controls(text: str) -> str:
    """``text`` without what XML forbids and terminals act on; lines and tabs stay."""
    return "".join(
        char
        for char in text
        if char in "\n\t" or not (char < " " or "\x7f" <= char <= "\x9f" or _unpaired(char))
    )


def _unpaired(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"
