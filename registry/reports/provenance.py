"""Where a version comes from: source, generator, claim, digests and evaluations, as rows."""

from __future__ import annotations

from collections.abc import Mapping

from registry.reports.facts import EvaluationFacts, SourceFacts, VersionFacts
from registry.reports.measurements import label
from registry.reports.numbers import count, moment, words
from registry.reports.table import Row, Table, table

FIELDS = "Field | Value"


def provenance(facts: VersionFacts) -> tuple[Table, ...]:
    """Tables of what was recorded, policies and evaluations included."""
    made = (
        _fields("Version", _version(facts)),
        _fields("Source", _source(facts.source)),
        _fields("Generator", _flat(facts.generator)),
        _fields("Differential privacy claim", _flat(facts.guarantee or {"claim": "none claimed"})),
        _policies(facts),
        _evaluations("Evaluations that policies read", facts, admissible=True),
    )
    return tuple(one for one in made if one.rows)


def exploratory(facts: VersionFacts) -> Table:
    """Evaluations with a seed of somebody's choice: listed, and read by no policy."""
    return _evaluations("Exploratory evaluations, read by no policy", facts, admissible=False)


def _fields(caption: str, rows: tuple[Row, ...]) -> Table:
    return table(caption, FIELDS, rows, len(rows))


def _version(facts: VersionFacts) -> tuple[Row, ...]:
    return (
        ("Registered", f"{moment(facts.registered_at)}, by {facts.registered_by}"),
        ("Rows", count(facts.rows)),
        ("Columns", ", ".join(facts.columns)),
        ("Content digest", facts.content_digest),
        ("File digest", facts.file_digest),
    )


def _source(source: SourceFacts) -> tuple[Row, ...]:
    confirmed = (
        f"{moment(source.confirmed_at)}, by {source.confirmed_by}"
        if source.confirmed_at and source.confirmed_by
        else "not confirmed by a steward"
    )
    return (
        ("Name", f"{source.name}: {source.title}"),
        ("State", words(source.state)),
        ("Confirmed", confirmed),
        ("Classification", words(source.classification)),
        ("Modality", words(source.modality)),
        ("Training rows", count(source.training_rows)),
        ("Holdout rows", count(source.holdout_rows)),
        ("Training digest", source.training_digest),
        ("Holdout digest", source.holdout_digest),
    )


def _flat(fields: Mapping[str, object]) -> tuple[Row, ...]:
    """One row a field; parameters within a field as "name = value"."""
    return tuple((words(name).capitalize(), _said(value)) for name, value in fields.items())


def _said(value: object) -> str:
    if value is None or value in ("", [], (), {}):
        return "not stated"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_said(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_said(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _policies(facts: VersionFacts) -> Table:
    policies = sorted({policy for one in facts.decisions for policy in one.policies})
    rows = tuple((f"{policy.id} {policy.version}", policy.digest) for policy in policies)
    return table("Policies that decided", "Policy | Digest", rows, len(rows))


def _evaluations(caption: str, facts: VersionFacts, *, admissible: bool) -> Table:
    rows = tuple(
        _evaluation(facts, one) for one in facts.evaluations if one.admissible is admissible
    )
    columns = "Evaluation | Seed # | Target | At | By | Measurements # | Tools | Digest"
    return table(caption, columns, rows, len(rows))


def _evaluation(facts: VersionFacts, one: EvaluationFacts) -> Row:
    tools = ", ".join(f"{name} {version}" for name, version in sorted(one.tools.items()))
    return (
        label(facts, one),
        str(one.seed),
        one.target or "none",
        moment(one.at),
        one.by,
        count(len(one.measurements)),
        tools or "not stated",
        one.digest,
    )
