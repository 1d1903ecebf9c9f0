"""What a report may say of the other versions of a source: what they claim, and how they scored.

Whole-table figures alone, no column, no person and no recipient: a report on one version may go to
people who are to know nothing else of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from registry.ledger.contradiction import CONTRADICTED
from registry.reports.cost_facts import ClaimFacts
from registry.reports.facts import MeasurementFacts

FIDELITY, UTILITY, RISK = "fidelity.quality", "utility.tstr.ratio", "privacy.mia.auc"
COMPARED: Final = (FIDELITY, UTILITY, RISK)
"""What versions are compared by: an attack that needs no choice of columns serves every table."""


@dataclass(frozen=True)
class SiblingFacts:
    """A version of the same source, which may be the one that the report is about.

    ``claim`` is None where it has no epsilon, ``unclaimed`` then says why; ``audited`` is what
    audits made of it. ``audiences`` have received it; ``informed`` are the versions that were
    chosen after its results were seen. ``measurements`` are those of `COMPARED` in its admissible
    evaluations.
    """

    label: str
    state: str
    generator: str
    claim: ClaimFacts | None
    unclaimed: str
    audited: str
    audiences: tuple[str, ...]
    informed: tuple[str, ...]
    measurements: tuple[MeasurementFacts, ...]

    @property
    def candidate(self) -> bool:
        """Whether it was looked at in choosing another, and released to nobody."""
        return bool(self.informed) and not self.audiences

    @property
    def refuted(self) -> bool:
        """Whether an audit contradicted its claim, so that its epsilon is none."""
        return self.audited == CONTRADICTED
