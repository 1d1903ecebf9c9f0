"""The policy document, ``registry/v1``: what may be written in a release policy, and nothing else.

Frozen and strict: an unknown key, a number in place of text, a NaN threshold or a duration without
a unit is refused. What needs the metric catalogue or compares two places is checked in
``registry.policy.semantics``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from registry.policy.fields import (
    Day,
    Duration,
    Name,
    ParameterName,
    Part,
    Range,
    RuleId,
    Text,
    Version,
)
from registry.policy.rules import Check, Holdout, Level, OnMissing, Reference, Rule, Severity
from registry.policy.vocabulary import Classification, Modality

__all__ = ["Check", "Reference", "ReleasePolicy", "Rule", "Severity"]

Audience = Literal["internal", "partner", "public"]
Effect = Literal["allow", "deny"]
Separation = Literal["author", "evaluator", "policy-author"]
Signatures = Literal["optional", "required"]


class Metadata(Part):
    """Who answers for the policy, and which one it is."""

    id: Name
    version: Version
    title: Text | None = None
    description: Text | None = None
    owners: Annotated[tuple[Text, ...], Field(min_length=1)]
    review_by: Day | None = None


class Base(Part):
    """Another policy whose rules hold here too, and whose terms this one may only tighten."""

    id: Name
    version: Range


class Condition(Part):
    """Fields that must each have one of the values given."""

    classification: Annotated[tuple[Classification, ...], Field(min_length=1)] = ()
    modality: Annotated[tuple[Modality, ...], Field(min_length=1)] = ()
    source: Annotated[tuple[Text, ...], Field(min_length=1)] = ()
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)] = ()
    use: Annotated[tuple[Name, ...], Field(min_length=1)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of classification, modality, source, audience, use")
        return self


Conditions = Annotated[tuple[Condition, ...], Field(min_length=1)]


class Match(Part):
    """Requests for which every condition of ``all`` and one of ``any`` holds; without conditions,
    every request.
    """

    all: Conditions = ()
    any: Conditions = ()


class Exclude(Part):
    """Requests to leave alone although they match: every condition of ``all``, one of ``any``."""

    all: Conditions = ()
    any: Conditions = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of all, any")
        return self


class Step(Part):
    """From a day on, a level."""

    start: Annotated[Day, Field(alias="from")]
    level: Level


class Enforcement(Part):
    """What failing a rule does, and from when on it does more."""

    default: Level = "enforce"
    ramp: Annotated[tuple[Step, ...], Field(min_length=1)] = ()

    def level_on(self, day: str) -> Level:
        """The level on a day, ``YYYY-MM-DD``; a step counts from its day on."""
        reached = [step.level for step in self.ramp if step.start <= day]
        return reached[-1] if reached else self.default


class Uses(Part):
    """What the data may be used for. A use in neither list is not allowed."""

    allow: tuple[Name, ...]
    deny: tuple[Name, ...] = ()


class Sharing(Part):
    """Terms for one audience. An audience without a row is not served."""

    audience: Audience
    jurisdictions: Annotated[tuple[str, ...], Field(min_length=1)] = ()
    agreement: Text | None = None
    expires_after: Duration | None = None
    effect: Effect = "allow"


class EvidenceTerms(Part):
    """What evidence must be like to count at all."""

    max_age: Duration | None = None
    holdout: Holdout = "required"


class Seat(Part):
    """How many people of a role must approve."""

    role: Text
    min: Annotated[int, Field(ge=1)]


class Approvals(Part):
    """Who must sign, who may not, and for how long the signatures hold.

    Who published a version of the policy does not approve under it within ``author_window`` of
    that, and never what was registered before it. Where ``signatures`` are required, a sign-off or
    a waiver without a signature by the person's own key does not count.
    """

    quorum: Annotated[tuple[Seat, ...], Field(min_length=1)]
    separation: tuple[Separation, ...] = ("author", "evaluator", "policy-author")
    valid_for: Duration
    author_window: Duration | None = None
    signatures: Signatures = "optional"


class WaiverTerms(Part):
    """Which rules may be waived for one version, by whom, and for how long at the most."""

    allowed: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    max_duration: Duration
    approver: Text


def _one_fault(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A value that is none of the four kinds is told once, and not once a kind."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError("a finite number, true, false, or text that is not blank") from None


Parameter = Annotated[bool | int | float | Text, WrapValidator(_one_fault)]


class Spec(Part):
    """What the policy governs and what it demands. Only a ``PolicyBase`` is without ``match``."""

    extends: tuple[Base, ...] = ()
    match: Match | None = None
    exclude: Exclude | None = None
    enforcement: Enforcement = Enforcement()
    on_missing_evidence: OnMissing = "undecided"
    params: Annotated[dict[ParameterName, Parameter], Field(default_factory=dict)]
    uses: Uses
    sharing: Annotated[tuple[Sharing, ...], Field(min_length=1)]
    evidence: EvidenceTerms = EvidenceTerms()
    rules: tuple[Rule, ...] = ()
    approvals: Approvals
    waivers: WaiverTerms | None = None

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.rules and not self.extends:
            raise ValueError("rules, or a policy that it extends")
        return self


class ReleasePolicy(Part):
    """One release policy; or a ``PolicyBase``, which governs nothing and is there for others."""

    api_version: Literal["registry/v1"]
    kind: Literal["ReleasePolicy", "PolicyBase"]
    metadata: Metadata
    spec: Spec
