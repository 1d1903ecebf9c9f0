"""What an exchange file may say of one version: no figure of the real data, no path, no name.

`CardFacts` is what the house says outside anyhow: bands in place of figures, the releases without
their recipients. Beside it stand the recorded card, whose fields other formats ask for one by one,
and the digests and times that provenance is made of. People are their pseudonyms, by which the log
knows them too. Times are UTC in ISO 8601, digests are "sha256:<hex>".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from registry.card import DatasetCard
from registry.reports.outside_facts import CardFacts


@dataclass(frozen=True)
class ColumnFacts:
    """A column of the synthetic file, and the kind of its values (`evaluators.base.Kind`)."""

    name: str
    kind: str


@dataclass(frozen=True)
class FileFacts:
    """The registered file. ``name`` is made from the version, never where the file lies."""

    name: str
    media: Literal["text/csv", "application/x-parquet", "application/octet-stream"]


@dataclass(frozen=True)
class SourceFacts:
    """The real dataset: what it is called, and which tables its steward committed to."""

    name: str
    state: str
    added_at: str
    training_content_digest: str
    holdout_content_digest: str


@dataclass(frozen=True)
class EvaluationFacts:
    """That an evaluation was made, and on what; what it measured is told by the bands."""

    digest: str
    admissible: bool
    target: str | None
    training_digest: str
    holdout_digest: str
    evaluated_by: str
    evaluated_at: str


@dataclass(frozen=True)
class DecisionFacts:
    """The decision that the bands are of."""

    digest: str
    outcome: str
    use: str
    audience: str
    jurisdiction: str | None
    decided_at: str


@dataclass(frozen=True)
class SignOffFacts:
    """A sign-off; ``signer`` is a pseudonym, and ``decision`` the digest of what was signed."""

    request: str
    signer: str
    role: str
    meaning: str
    signed_at: str
    retracted: bool


@dataclass(frozen=True)
class ReleaseFacts:
    """A release, in force or over, without whom it is to."""

    id: str
    request: str
    use: str
    audience: str
    jurisdiction: str | None
    agreement: str | None
    state: str
    released_by: str
    released_at: str
    expires_on: str


@dataclass(frozen=True)
class Record:
    """One version as formats may carry it. ``outside`` is the card of the house about it."""

    card: DatasetCard
    columns: tuple[ColumnFacts, ...]
    file: FileFacts
    state: str
    card_digest: str
    registered_by: str
    source: SourceFacts
    evaluations: tuple[EvaluationFacts, ...]
    decision: DecisionFacts | None
    signoffs: tuple[SignOffFacts, ...]
    releases: tuple[ReleaseFacts, ...]
    outside: CardFacts

    @property
    def label(self) -> str:
        """``NAME@V``."""
        return self.outside.label
