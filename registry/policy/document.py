"""The policy document, ``registry/v1``: what may be written in a release policy, and nothing else.

Frozen and strict: an unknown key, a number in place of text, a NaN threshold or a duration without
a unit is refused. What needs the metric catalogue or compares two places is checked in
``registry.policy.semantics``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from registry.policy import expiry
from registry.policy.vocabulary import Classification, Modality

Audience = Literal["internal", "partner", "public"]
ForEach = Literal[
    "column", "pair", "secret", "excluded", "group", "constraint", "model", "attack", "probe"
]
Comparison = Literal["lt", "lte", "gt", "gte"]
Effect = Literal["allow", "deny"]
OnMissing = Literal["undecided", "deny"]
Separation = Literal["author", "evaluator", "policy-author"]
Severity = Literal["low", "medium", "high", "critical"]

COMPARISONS: Final[tuple[Comparison, ...]] = ("lt", "lte", "gt", "gte")


def _matching(pattern: str, expected: str) -> AfterValidator:
    """Text of one form, described in words a person can act on."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(expected)
        return text

    return AfterValidator(check)


def _read_by(reader: Callable[[str], object]) -> AfterValidator:
    """Text that another function can read; its ``ValueError`` says what was expected."""

    def check(text: str) -> str:
        reader(text)
        return text

    return AfterValidator(check)


Name = Annotated[
    str, _matching(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words joined by hyphens, as in my-policy")
]
RuleId = Annotated[
    str, _matching(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", "capitals and a number, as in PRV-001")
]
Version = Annotated[
    str,
    _matching(
        r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?",
        "a semantic version, as in 1.0.0",
    ),
]
Text = Annotated[str, _matching(r"(?s).*\S.*", "text that is not blank")]
Duration = Annotated[str, _read_by(expiry.days)]
Day = Annotated[str, _read_by(expiry.day)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", alias_generator=to_camel, allow_inf_nan=False
    )

    @model_validator(mode="after")
    def _leaves_nothing_blank(self) -> Self:
        # `maxAge:` with nothing behind it must not read as "any age".
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"a value for {to_camel(name)}, or not the key either")
        return self


class Metadata(_Part):
    """Who answers for the policy, and which one it is."""

    id: Name
    version: Version
    title: Text | None = None
    description: Text | None = None
    owners: Annotated[tuple[Text, ...], Field(min_length=1)]
    review_by: Day | None = None


class Condition(_Part):
    """Fields that must each have one of the values given."""

    classification: Annotated[tuple[Classification, ...], Field(min_length=1)] = ()
    modality: Annotated[tuple[Modality, ...], Field(min_length=1)] = ()
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of classification, modality, audience")
        return self


class Match(_Part):
    """Requests for which every condition holds; without conditions, every request."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)] = ()


class Exclude(_Part):
    """Requests to leave alone although they match: those for which every condition holds."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Uses(_Part):
    """What the data may be used for. A use in neither list is not allowed."""

    allow: tuple[Name, ...]
    deny: tuple[Name, ...] = ()


class Sharing(_Part):
    """Terms for one audience. An audience without a row is not served."""

    audience: Audience
    jurisdictions: Annotated[tuple[str, ...], Field(min_length=1)] = ()
    agreement: Text | None = None
    expires_after: Duration | None = None
    effect: Effect = "allow"


class EvidenceTerms(_Part):
    """What evidence must be like to count at all."""

    max_age: Duration | None = None
    holdout: Literal["required", "optional"] = "required"


class Check(_Part):
    """One comparison: a metric, or the bound of its confidence interval, against a threshold."""

    metric: Text
    for_each: ForEach | None = None
    bound: Literal["lower", "upper"] | None = None
    lt: float | None = None
    lte: float | None = None
    gt: float | None = None
    gte: float | None = None
    min_n: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _compares_once(self) -> Self:
        if sum(getattr(self, name) is not None for name in COMPARISONS) != 1:
            raise ValueError(f"exactly one of {', '.join(COMPARISONS)}")
        return self

    @cached_property
    def comparison(self) -> Comparison:
        """Which of the four comparisons the check makes."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def threshold(self) -> float:
        """What is compared with, in the unit of the metric."""
        return float(getattr(self, self.comparison))


class Reference(_Part):
    """Where a rule comes from: a law, a standard, a paper, and the place in it."""

    scheme: Text
    clause: Text


class Rule(_Part):
    """One demand on the evidence, with its reason."""

    id: RuleId
    title: Text
    check: Check
    severity: Severity
    on_missing_evidence: OnMissing | None = None
    rationale: Text | None = None
    references: tuple[Reference, ...] = ()
    remediation: Text | None = None


class Seat(_Part):
    """How many people of a role must approve."""

    role: Text
    min: Annotated[int, Field(ge=1)]


class Approvals(_Part):
    """Who must sign, who may not, and for how long the signatures hold."""

    quorum: Annotated[tuple[Seat, ...], Field(min_length=1)]
    separation: tuple[Separation, ...] = ("author", "evaluator", "policy-author")
    valid_for: Duration


class Spec(_Part):
    """What the policy governs and what it demands."""

    match: Match
    exclude: Exclude | None = None
    on_missing_evidence: OnMissing = "undecided"
    uses: Uses
    sharing: Annotated[tuple[Sharing, ...], Field(min_length=1)]
    evidence: EvidenceTerms = EvidenceTerms()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    approvals: Approvals


class ReleasePolicy(_Part):
    """One release policy."""

    api_version: Literal["registry/v1"]
    kind: Literal["ReleasePolicy"]
    metadata: Metadata
    spec: Spec
