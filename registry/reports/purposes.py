"""What each kind of document is for, and for whom: a sentence for the index and the handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Purpose:
    """Who reads a document, and what it lets them do."""

    reader: str
    sentence: str


PURPOSES: Final[Mapping[str, Purpose]] = {
    "quality": Purpose(
        "Data science team",
        "How close the synthetic table is to the real one, what it is good for and what it is not, "
        "with every figure behind the verdict.",
    ),
    "privacy-utility": Purpose(
        "Compliance officer",
        "What was paid in privacy for which usefulness, what each attack achieved, and what risk "
        "remains.",
    ),
    "tstr": Purpose(
        "Data science team",
        "Whether models that are trained on the synthetic table work on real rows that nobody "
        "trained on.",
    ),
    "policy": Purpose(
        "Anybody who has to follow it",
        "Which uses are approved, which thresholds must be met, with whom data may be shared, and "
        "why.",
    ),
    "certificate": Purpose(
        "Recipient of a release",
        "On one page that a version was released, for what, until when, and how to verify it.",
    ),
    "card": Purpose(
        "User of the dataset",
        "What is in the dataset, how it was made, what it must not be used for.",
    ),
    "comparison": Purpose(
        "Data science team",
        "What changed from one version to another, and which changes exceed the noise.",
    ),
    "portfolio": Purpose(
        "Management",
        "All datasets on one page: state, releases, expiry, waivers, budgets and their trend.",
    ),
    "audit": Purpose(
        "Auditor or regulator",
        "Everything that was decided, signed and released in a period, with what proves it.",
    ),
}
