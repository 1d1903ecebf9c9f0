"""What documents that leave the house may say. Exact figures of real data are not in here.

What was measured comes as bands (`registry.reports.bands`), and as a figure only where a privacy
officer disclosed it. Times are UTC in ISO 8601, days are inclusive, digests are "sha256:<hex>".
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.policy.decision import PolicyRef
from registry.reports.bands import Banded
from registry.reports.facts import ReleaseFacts, SignOffFacts


@dataclass(frozen=True)
class GuaranteeFacts:
    """What the card claims, and what audits made of it: "not audited", "not contradicted" or
    "CONTRADICTED". Epsilon, delta and rho are None where the claim does not state them;
    ``renyi`` are Renyi orders with the epsilon at each.
    """

    epsilon: float | None
    delta: float | None
    rho: float | None
    variant: str
    mechanism: str
    unit: str
    relation: str
    audited: str
    renyi: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class DisclosureFacts:
    """Who let the exact figures out, and when."""

    by: str
    at: str


@dataclass(frozen=True)
class TermsFacts:
    """What one release permits, without whom: others who have it are nobody's business outside."""

    use: str
    audience: str
    jurisdiction: str | None
    agreement: str | None
    expires_on: str


@dataclass(frozen=True)
class CheckpointFacts:
    """The log as its key signed it last: ``size`` events, root in base64. ``covers`` says whether
    the release is among those.
    """

    size: int
    root: str
    origin: str
    at: str
    covers: bool


@dataclass(frozen=True)
class EndedFacts:
    """Why something is in force no longer, who said so and when."""

    why: str
    at: str
    by: str


@dataclass(frozen=True)
class CertificateFacts:
    """One release of one version, and what it rests on.

    ``ended`` is None where the release is in force; ``withdrawn`` says that the version or its
    source was. ``superseded_by`` is REL-n. ``decision`` is the digest that everybody signed.
    """

    dataset: str
    version: int
    title: str
    rows: int
    columns: int
    file_digest: str
    content_digest: str
    release: ReleaseFacts
    terms: TermsFacts
    ended: EndedFacts | None
    withdrawn: str | None
    superseded_by: str | None
    decision: str
    decided_at: str
    policies: tuple[PolicyRef, ...]
    waivers: tuple[str, ...]
    bands: tuple[Banded, ...]
    guarantee: GuaranteeFacts | None
    signoffs: tuple[SignOffFacts, ...]
    checkpoint: CheckpointFacts | None
    disclosure: DisclosureFacts | None
    local_mode: bool
    printed_at: str

    @property
    def label(self) -> str:
        """``NAME@V``."""
        return f"{self.dataset}@{self.version}"


@dataclass(frozen=True)
class CardFacts:
    """One version, for those who use it. ``source`` is its description, never its rows.

    ``about`` says of which decision the bands are, None where there is no decision. ``terms`` are
    those of the releases in force. ``withdrawn`` says that it is to be used no longer.
    """

    dataset: str
    version: int
    title: str
    description: str
    rows: int
    columns: tuple[str, ...]
    file_digest: str
    content_digest: str
    registered_at: str
    source_title: str
    classification: str
    modality: str
    generator: str
    generator_family: str
    made_at: str | None
    intended: tuple[str, ...]
    approved: tuple[str, ...]
    prohibited: tuple[str, ...]
    limitations: tuple[str, ...]
    biases: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    terms: tuple[TermsFacts, ...]
    withdrawn: str | None
    outcome: str | None
    about: str | None
    policies: tuple[PolicyRef, ...]
    bands: tuple[Banded, ...]
    guarantee: GuaranteeFacts | None
    disclosure: DisclosureFacts | None
    local_mode: bool
    printed_at: str

    @property
    def label(self) -> str:
        """``NAME@V``."""
        return f"{self.dataset}@{self.version}"
