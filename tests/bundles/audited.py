"""The story of a release whose claim was audited, and whose policy asks what the audits showed."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledgered import Ledgered, opened
from scene import POLICY

from registry.bundle.told import read_event
from registry.ledger.audits import PLANNED, SUBMITTED, shown, with_scores
from registry.policy.audited import audited as as_evidence
from registry.policy.facts import Evidence

AUDITED = POLICY.replace(
    "    - id: FID-001",
    "    - {id: AUD-001, check: {metric: dp.contradicted, lte: 0}}\n"
    "    - {id: AUD-002, check: {metric: dp.lower_bound, lte: 2.5}}\n"
    "    - id: FID-001",
)
MANY: dict[str, Any] = {"members": 300, "nonMembers": 300, "thresholds": [0.5, 0.7]}
ONE: dict[str, Any] = {"records": 500, "guesses": 200, "threshold": None}


class Audited(Ledgered):
    """A scene with audits of the version that is put forward."""

    def plan(self, design: dict[str, Any] = MANY, **lies: Any) -> int:
        method = "many-run" if "members" in design else "one-run"
        said = {"method": method, "design": design, "alpha": 0.05, "epsilon": 2.0, "delta": 0.0}
        return self.log("eve", PLANNED, **{**said, **lies})

    def score(self, plan: int, *counts: int, **lies: Any) -> int:
        told = {"audit": "AUD-1", "plan": plan, "counts": list(counts)}
        return self.log("eve", SUBMITTED, **{**told, **lies})

    def audit(self, *counts: int, design: dict[str, Any] = MANY, **lies: Any) -> None:
        self.score(self.plan(design, **lies), *counts)

    def evidence(self, runs: Iterable[Mapping[str, Any]] | None = None) -> list[Evidence]:
        told = [read_event(body.decode(), ()) for body in self.events]
        about = [one for one in told if one.fact in (PLANNED, SUBMITTED)]
        try:
            found = shown(with_scores(about), self.claim)
        except ValueError as error:
            return [*super().evidence(runs), *as_evidence(self.subject(), None, None, str(error))]
        figures = as_evidence(self.subject(), found.lower_bound, found.contradicting)
        return [*super().evidence(runs), *figures]


def begun(policy: str = AUDITED) -> Audited:
    """Everything up to the first audit."""
    scene = opened(policy)
    scene.__class__ = Audited
    assert isinstance(scene, Audited)
    return scene
