"""Stored rows as the facts that policies read, one version at a time or many at once.

Pure: a row is anything with the columns named here, a record as well as a line of a query.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from registry.card import DatasetCard, raised, recorded_card
from registry.clock import moment
from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.policy.facts import Evidence, Subject, Waiver
from registry.records import Source, SourceState, WaiverRecord


class VersionRow(Protocol):
    """What policies are told of a version, with the card it was registered with."""

    number: int
    content_digest: str
    rows: int
    card: str
    card_digest: str


class EvaluationRow(Protocol):
    """What holds for every measurement of an evaluation."""

    digest: str
    training_digest: str
    holdout_digest: str
    synthetic_digest: str
    target: str | None
    confirmed_at: str


class MeasurementRow(Protocol):
    """One figure, or the cause why there is none."""

    metric: str
    definition: int
    scope: str
    status: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    cause: str | None


def card_in(version: VersionRow, label: str) -> DatasetCard:
    """The version's card; raises `IntegrityFailure` if it is not the one that was registered."""
    text = version.card.encode()
    if digest_bytes(text) != version.card_digest:
        raise IntegrityFailure(
            f"the stored card of {label} is not the one that was registered",
            expected=f"{version.card_digest}, found {digest_bytes(text)}",
            todo="run `registry audit verify` and find out who changed it",
        )
    return recorded_card(text)


def subject_in(
    name: str, version: VersionRow, source: Source, card: DatasetCard, kinds: str | None
) -> Subject:
    """A version as policies see it; ``kinds`` are the column types of its last evaluation."""
    names, committed = _columns(source.columns)
    return Subject(
        dataset=name,
        version=version.number,
        content_digest=version.content_digest,
        rows=version.rows,
        columns=names,
        source=source.name,
        source_confirmed=source.state == SourceState.CONFIRMED,
        classification=source.classification,
        raised=raised(source.classification, card),
        modality=source.modality,
        kinds={
            **committed,
            **card.columns.kinds,
            **dict.fromkeys(card.columns.levels, "ordinal"),
            **(json.loads(kinds) if kinds else {}),
        },
        subgroups=card.columns.subgroups,
        constraints=card.columns.constraints,
    )


def measured(row: MeasurementRow, evaluation: EvaluationRow) -> Evidence:
    """A stored figure as evidence."""
    return Evidence(
        id=evaluation.digest,
        metric=row.metric,
        scope=_scope(row.scope),
        status=row.status,
        value=row.value,
        low=row.low,
        high=row.high,
        n=row.n,
        measured_at=_moment(evaluation.confirmed_at),
        holdout=bool(evaluation.holdout_digest),
        dataset_digest=evaluation.synthetic_digest,
        cause=row.cause,
    )


def waiver(row: WaiverRecord, approver: str, dataset_digest: str) -> Waiver:
    """A stored waiver for the engine to believe or not; ``approver`` is a pseudonym."""
    return Waiver(
        id=f"W-{row.id}",
        policy_id=row.policy_id,
        policy_version=row.policy_version,
        rule=row.rule,
        dataset_digest=dataset_digest,
        role=row.role,
        approver=approver,
        granted_at=moment(row.approved_at),
        until=row.until,
        signed=row.signature is not None,
    )


def definitions() -> dict[str, int]:
    """The definition of each metric today. A figure by an older one answers no rule."""
    from evaluators.catalogue import CATALOGUE

    return {info.id: info.definition for info in CATALOGUE.values()}


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    return moment(text)


@lru_cache(maxsize=4096)
def _scope(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=256)
def _columns(text: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The names of committed columns in their order, and their types."""
    columns = json.loads(text)
    kinds = {str(one["name"]): str(one["kind"]) for one in columns}
    return tuple(str(one["name"]) for one in columns), kinds
