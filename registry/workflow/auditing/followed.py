"""Which facts and outcomes belong to which question."""

from dataclasses import replace
from typing import Final

from registry.workflow.auditing.asking import Question

SIGNED: Final = ("request.signed", "request.rejected", "request.returned", "request.retracted")
RELEASED: Final = ("release.granted", "release.revoked", "release.superseded")
WAIVED: Final = ("waiver.granted", "waiver.ended")
REFUSED: Final = ("denied", "undecided", "forbidden", "conflict", "failed", "tampered")


def any_of(question: Question, facts: tuple[str, ...]) -> Question:
    """The question, asked of these facts only."""
    return replace(question, facts=facts)
