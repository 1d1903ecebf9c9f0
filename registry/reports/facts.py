"""What a report may say: plain values gathered from stored records, never from real rows.

Templates see these and nothing else, so a report cannot reach the database, the clock or a file.
Times are UTC in ISO 8601 ("2026-03-01T09:30:00.000000Z"); digests are "sha256:<hex>".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.policy.engine import Finding, PolicyRef
from registry.reports.cost_facts import CostFacts


@dataclass(frozen=True)
class SourceFacts:
    """The real dataset behind a version: its description and commitments, no rows."""

    name: str
    title: str
    classification: str
    modality: str
    state: str
    confirmed_by: str | None
    confirmed_at: str | None
    training_rows: int
    holdout_rows: int
    training_digest: str
    holdout_digest: str


@dataclass(frozen=True)
class MeasurementFacts:
    """One stored measurement; ``value`` is None exactly where ``status`` is "not-measurable".

    ``ranges`` is what the metric is measured for: column, pair, model, ...; empty where unknown.
    """

    metric: str
    title: str
    definition: int
    scope: tuple[str, ...]
    status: str
    value: float | None
    low: float | None
    high: float | None
    interval: str
    n: int | None
    direction: str
    unit: str
    parameters: Mapping[str, object]
    cause: str | None
    ranges: str = ""


@dataclass(frozen=True)
class Estimate:
    """The numbers of a measurement: ``interval`` is the method, ending in its level, or "exact"."""

    value: float | None
    low: float | None
    high: float | None
    interval: str
    unit: str


Place = tuple[str, str, tuple[str, ...]]
"""Where a figure stands: the digest of its evaluation, its metric, and its scope."""


@dataclass(frozen=True)
class EvaluationFacts:
    """One evaluation run with its measurements, its suppressed histograms and its other figures.

    ``figures`` is empty for evaluations of before figures were stored: they were not evaluated.
    """

    digest: str
    admissible: bool
    seed: int
    target: str | None
    at: str
    by: str
    tools: Mapping[str, str]
    measurements: tuple[MeasurementFacts, ...]
    histograms: tuple[Mapping[str, object], ...]
    figures: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class DecisionFacts:
    """What the policies said of the version in one context, and how far its request came.

    ``measured`` holds the figures that its findings read, where they were measured.
    """

    request: str | None
    state: str | None
    use: str
    audience: str
    jurisdiction: str | None
    outcome: str
    digest: str
    at: str
    policies: tuple[PolicyRef, ...]
    findings: tuple[Finding, ...]
    measured: Mapping[Place, Estimate] = field(default_factory=dict)


@dataclass(frozen=True)
class SignOffFacts:
    """One sign-off as it must be printed: name, role, UTC time, meaning, and how it was signed."""

    request: str
    name: str
    role: str
    meaning: str
    reason: str | None
    at: str
    authentication: str


@dataclass(frozen=True)
class ReleaseFacts:
    """One release: to whom, for what, until when, and whether it still holds."""

    id: str
    request: str
    recipient: str
    use: str
    audience: str
    state: str
    released_at: str
    released_by: str
    expires_on: str


@dataclass(frozen=True)
class VersionFacts:
    """Everything that a document may say about one version."""

    dataset: str
    version: int
    title: str
    description: str
    rows: int
    columns: tuple[str, ...]
    content_digest: str
    file_digest: str
    registered_at: str
    registered_by: str
    source: SourceFacts
    generator: Mapping[str, object]
    guarantee: Mapping[str, object] | None
    intended_uses: tuple[str, ...]
    out_of_scope_uses: tuple[str, ...]
    limitations: tuple[str, ...]
    biases: tuple[str, ...]
    evaluations: tuple[EvaluationFacts, ...]
    decisions: tuple[DecisionFacts, ...]
    signoffs: tuple[SignOffFacts, ...]
    releases: tuple[ReleaseFacts, ...]
    costs: CostFacts
    local_mode: bool
    printed_at: str
