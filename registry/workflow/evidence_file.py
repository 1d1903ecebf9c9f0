"""Evidence in a file: what a check without a registry reads (see ``docs/ci.md``).

It holds what the gate reads of a version: the committed schema, the size, the digest of the
content, and every measurement. ``registry datasets evidence`` writes it; by hand it is put
together from ``evaluators.evaluate``, whose facts stand under ``measurements`` as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from registry.policy.facts import Evidence
from registry.policy.known import AUDITS, BUDGETS
from registry.policy.vocabulary import Classification, Modality
from registry.workflow.json_file import read_json

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Line = Annotated[str, Field(min_length=1, max_length=500)]
Number = Annotated[float, Field(allow_inf_nan=False)] | Literal["inf", "-inf"]
Kind = Literal["numeric", "categorical", "ordinal", "boolean", "datetime", "text", "identifier"]
Count = Annotated[int, Field(ge=0, lt=2**63)]
_TOLD = AUDITS.keys() | BUDGETS.keys()
"""What only a registry can tell, as of a time, and a file repeats."""


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Column(_Part):
    """A column of the committed schema; without a ``kind`` it counts as one of any."""

    name: Line
    kind: Kind | None = None


class SourceFacts(_Part):
    """What is recorded of the real source, by which policies match."""

    name: Line
    classification: Classification
    modality: Modality
    confirmed: bool


class Measured(_Part):
    """One measurement; or what audits show of a ``claim`` (the digest of the card's guarantee), or
    what a budget comes to for one ``audience`` with this version released to it, as it was
    ``reckoned_at`` a time. The fields from ``interval`` on are those of an evaluator's facts beside
    the ones that policies read; they may stand here and decide nothing.
    """

    metric: Line
    definition: Count | None = None
    scope: tuple[Line, ...] = ()
    status: Literal["measured", "not-measurable"]
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: Count | None = None
    cause: str | None = None
    measured_at: AwareDatetime | None = None
    holdout: bool | None = None
    evaluation: Line | None = None
    audience: Line | None = None
    reckoned_at: AwareDatetime | None = None
    claim: Digest | None = None
    interval: str | None = None
    direction: str | None = None
    unit: str | None = None
    parameters: dict[str, Any] | None = None
    seed: int | None = None
    versions: dict[str, str] | None = None

    @model_validator(mode="after")
    def _reckoned(self) -> Self:
        if (self.audience is None) == (self.metric in BUDGETS):
            raise ValueError("audience beside a budget, and beside a budget alone")
        told = [self.reckoned_at, self.claim]
        if self.metric not in _TOLD:
            if told != [None, None]:
                raise ValueError("reckonedAt and claim beside a budget or an audit alone")
        elif None in told or (self.measured_at, self.holdout) != (None, None):
            raise ValueError(
                "reckonedAt and claim beside a budget or an audit, and no measuredAt or holdout"
            )
        return self

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        numbers = (self.value, self.low, self.high)
        if self.status == "measured" and None in numbers:
            raise ValueError("a value, low and high beside the status measured")
        if self.status != "measured" and (numbers != (None, None, None) or not self.cause):
            raise ValueError("a cause, and no number, beside the status not-measurable")
        return self


def _once(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    if len({one.name for one in columns}) < len(columns):
        raise ValueError("each column once")
    return columns


class EvidenceFile(_Part):
    """Everything the gate reads of one version beside its card. ``measured_at`` and ``holdout``
    hold for every measurement that says nothing else; without a time evidence has no age and
    without a holdout it has none, and policies that ask for them do not read it.
    """

    api_version: Literal["registry/v1"]
    kind: Literal["Evidence"]
    dataset: Line
    version: Annotated[int, Field(ge=1, lt=10**9)] | None = None
    content_digest: Digest
    rows: Count
    columns: Annotated[tuple[Column, ...], Field(min_length=1), AfterValidator(_once)]
    source: SourceFacts | None = None
    measured_at: AwareDatetime | None = None
    holdout: bool = False
    measurements: tuple[Measured, ...]

    @property
    def label(self) -> str:
        """``name@number``, or the name alone for a version that is not registered."""
        return f"{self.dataset}@{self.version}" if self.version else self.dataset


def read_evidence(path: Path) -> EvidenceFile:
    """The evidence in a file; raises `InvalidInput` with the place of everything wrong in it."""
    return read_json(path, "evidence", EvidenceFile)


def addressed(file: EvidenceFile, audience: str) -> EvidenceFile:
    """The file without what budgets come to for other audiences."""
    kept = tuple(one for one in file.measurements if one.audience in (None, audience))
    return file.model_copy(update={"measurements": kept})


def readable(file: EvidenceFile, definitions: Mapping[str, int]) -> list[Measured]:
    """The measurements that policies may read; ``definitions`` are the catalogue's, by metric.

    A metric means what its definition says today; a figure by another one answers no rule.
    """
    return [
        one
        for one in file.measurements
        if one.metric in _TOLD or definitions.get(one.metric, -1) == one.definition
    ]


def evidence_in(
    file: EvidenceFile, measurements: Iterable[Measured], digest: str, claim: str
) -> list[Evidence]:
    """Measurements as policies read them; ``digest`` is the file's, for those of no evaluation.

    What was reckoned is known for the ``claim`` alone that it was reckoned for.
    """
    return [
        Evidence(
            id=one.evaluation or digest,
            metric=one.metric,
            scope=one.scope,
            status=one.status,
            value=_number(one.value),
            low=_number(one.low),
            high=_number(one.high),
            n=one.n,
            measured_at=None if one.metric in _TOLD else one.measured_at or file.measured_at,
            holdout=_holdout(file, one),
            dataset_digest=file.content_digest,
            cause=one.cause,
        )
        for one in (_of_claim(each, claim) for each in measurements)
    ]


def written(evidence: Evidence, definition: int | None) -> Measured:
    """One piece of evidence as it stands in a file."""
    said: Any = evidence.status
    return Measured(
        metric=evidence.metric,
        definition=definition,
        scope=evidence.scope,
        status=said,
        value=_said(evidence.value),
        low=_said(evidence.low),
        high=_said(evidence.high),
        n=evidence.n,
        cause=evidence.cause,
        measured_at=evidence.measured_at,
        holdout=evidence.holdout,
        evaluation=evidence.id,
    )


def reckoned(evidence: Evidence, audience: str | None, at: datetime, claim: str) -> Measured:
    """What audits show, or a budget comes to for an audience, as it stands in a file."""
    said: Any = evidence.status
    return Measured(
        metric=evidence.metric,
        status=said,
        value=_said(evidence.value),
        low=_said(evidence.low),
        high=_said(evidence.high),
        cause=evidence.cause,
        evaluation=evidence.id,
        audience=audience,
        reckoned_at=at,
        claim=claim,
    )


def _of_claim(one: Measured, claim: str) -> Measured:
    if one.claim in (None, claim):
        return one
    unknown = {
        "status": "not-measurable",
        "value": None,
        "low": None,
        "high": None,
        "cause": "it was reckoned for another guarantee than the card states; "
        "write the evidence again once the card is registered",
    }
    return one.model_copy(update=unknown)


def _holdout(file: EvidenceFile, one: Measured) -> bool | None:
    """None for a budget or an audit: a holdout has no part in it."""
    if one.metric in _TOLD:
        return None
    return file.holdout if one.holdout is None else one.holdout


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _said(value: float | None) -> Any:
    return {inf: "inf", -inf: "-inf"}.get(value, value) if value is not None else None
