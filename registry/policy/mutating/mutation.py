"""Which mutants of a policy its cases kill, and how many survive: how much the cases watch over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from registry.policy.casework.boundaries import Boundary, stands
from registry.policy.casework.testing import Prepared, askable, run_case
from registry.policy.mutating.mutants import Kind, Mutant

SURVIVED: Final = "survived"
KILLED: Final = "killed"


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the ``killer`` is a case, or a boundary that was generated."""

    policy: str
    line: int
    what: str
    kind: Kind
    killer: str | None
    generated: bool = False

    @property
    def outcome(self) -> str:
        """One word: killed, survived, refused or equivalent."""
        if self.kind != "counts":
            return self.kind
        return KILLED if self.killer else SURVIVED


def fates(
    mutants: Iterable[Mutant], cases: Sequence[Prepared], boundaries: Sequence[Boundary]
) -> list[Fate]:
    """The fate of every mutant. Written cases come first, so that a generated one is named only
    where no written one would do. ``cases`` are those that the policy itself passes.
    """
    return [_fate(mutant, cases, boundaries) for mutant in mutants]


def score(found: Iterable[Fate]) -> float:
    """The share of the mutants that count which were killed, in percent; of none, all."""
    counted = [one for one in found if one.kind == "counts"]
    killed = sum(one.outcome == KILLED for one in counted)
    return 100.0 * killed / len(counted) if counted else 100.0


def _fate(mutant: Mutant, cases: Sequence[Prepared], boundaries: Sequence[Boundary]) -> Fate:
    killer, generated = _killer(mutant, cases, boundaries)
    return Fate(mutant.policy, mutant.line, mutant.what, mutant.kind, killer, generated)


def _killer(
    mutant: Mutant, cases: Sequence[Prepared], boundaries: Sequence[Boundary]
) -> tuple[str | None, bool]:
    if mutant.changed is None or mutant.kind != "counts":
        return None, False
    changed = askable(mutant.changed)
    for case in cases:
        if not run_case(changed, case).passed:
            return case.name, False
    for boundary in boundaries:
        if not stands(changed, boundary):
            return boundary.name, True
    return None, False
