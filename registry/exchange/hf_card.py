"""The Hugging Face dataset card: YAML that the Hub reads, and the card of the house below it.

Metadata as in huggingface.co/docs/hub/datasets-cards and its specification (hub-docs,
datasetcard.md). The body is Markdown with everything escaped; the front matter is quoted YAML on
lines of its own, so neither can end where it should not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.exchange.facts import Record
from registry.exchange.format import Demand, Format, Place
from registry.exchange.text import Body, one_line, yaml_text
from registry.reports.card import card
from registry.reports.rendering.render import render

LICENCE_NAME: Final = "terms-of-a-release"
SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
"""Rows below the first number are of the category; beyond the last they are "n>1B"."""
TASKS: Final = {
    "numeric": "tabular-regression",
    "categorical": "tabular-classification",
    "boolean": "tabular-classification",
    "ordinal": "tabular-classification",
}
"""Of the kind of the target; with another target, or none, the task is not known."""


def hf_card(record: Record) -> str:
    """The README.md of a dataset repository."""
    body = render(card(record.outside), "md").decode()
    return f"---\n{yaml_text(_metadata(record))}---\n\n{body}"


def _metadata(record: Record) -> Body:
    task = _task(record)
    return {
        "pretty_name": one_line(record.outside.title),
        "license": "other",
        "license_name": LICENCE_NAME,
        "annotations_creators": ["machine-generated"],
        "size_categories": [_size(record.outside.rows)],
        "task_categories": [task] if task else None,
        "tags": list(_tags(record)),
        "configs": [{"config_name": "default", "data_files": record.file.name}],
    }


def _size(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), "n>1B")


def _task(record: Record) -> str | None:
    kinds = {one.name: one.kind for one in record.columns}
    return TASKS.get(kinds.get(record.card.target or "", ""))


def _tags(record: Record) -> Iterator[str]:
    yield "synthetic"
    yield one_line(record.outside.modality)
    if record.card.guarantee:
        yield "differential-privacy"


def _demands(record: Record) -> tuple[Demand, ...]:
    found = [
        Demand("license", f"other, named {LICENCE_NAME}: the data is used under a release only."),
        Demand("license_link", "Left out: the terms are those of each release."),
        Demand("language", "Left out: the record does not say."),
    ]
    if not _task(record):
        why = "Left out: the card names no target that is a number or a class."
        found.append(Demand("task_categories", why))
    return tuple(found)


_WORDS: Final = "In words, in the body."
_BODY: Final = {
    "card.name": "Identification",
    "card.description": "Dataset card",
    "card.generator.name": "Made by",
    "card.generator.version": "Made by",
    "card.generator.family": "Made by",
    "card.generator.made_at": "Made by",
    "card.guarantee.epsilon": "Claimed",
    "card.guarantee.delta": "Claimed",
    "card.guarantee.mechanism": "What protects people",
    "card.guarantee.privacy_unit": "Claimed",
    "card.guarantee.neighbouring_relation": "Claimed",
    "card.uses.intended": "Intended uses",
    "card.uses.out_of_scope": "Prohibited uses",
    "card.limitations": "Limitations",
    "card.biases": "Biases",
    "card.people.owner": "Whom to ask",
    "card.people.steward": "Whom to ask",
    "card.people.dpo": "Whom to ask",
    "card.people.contact": "Whom to ask",
    "columns.name": "Columns",
    "decision.outcome": "As decided for",
    "decision.use": "As decided for",
    "decision.audience": "As decided for",
    "decision.jurisdiction": "As decided for",
    "outside.version": "Identification",
    "outside.file_digest": "File digest",
    "outside.content_digest": "Content digest",
    "outside.registered_at": "Registered",
    "outside.source_title": "Made after",
    "outside.classification": "Made after",
    "outside.approved": "Uses approved by the policies",
    "outside.prohibited": "Prohibited uses",
    "outside.withdrawn": "May it be used?",
    "outside.policies.id": "Policy",
    "outside.policies.version": "Policy",
    "outside.policies.digest": "Policy",
    "outside.bands.name": "What was asked",
    "outside.bands.asked": "Demand",
    "outside.bands.places": "What was asked",
    "outside.bands.band": "Result",
    "outside.bands.waived": "Result",
    "outside.bands.figure": "Least figure",
    "outside.guarantee.audited": "Audited",
    "outside.disclosure.by": "How good it is",
    "outside.disclosure.at": "How good it is",
    "outside.local_mode": "Local mode",
    "outside.printed_at": "printed",
}
_FORCE: Final = "Of releases in force only, in the body."
HF_CARD: Final = Format(
    id="hf-card",
    name="Hugging Face dataset card",
    specification="the Hub's dataset card specification, huggingface.co/docs/hub/datasets-cards",
    ending="md",
    write=hf_card,
    places={
        **{path: Place(target, _WORDS) for path, target in _BODY.items()},
        "card.title": Place("pretty_name"),
        "card.target": Place("task_categories", "As the kind of task, not the column."),
        "columns.kind": Place("task_categories", "Of the target only."),
        "card.guarantee.renyi.order": Place("Claimed", _WORDS),
        "card.guarantee.renyi.epsilon": Place("Claimed", _WORDS),
        "card.guarantee.rho": Place("Claimed", "Only where no epsilon is stated."),
        "card.guarantee.variant": Place("Claimed", "Only where no figure is stated."),
        "file.name": Place("configs"),
        "outside.rows": Place("size_categories", "As a range; the number is in the body."),
        "outside.modality": Place("tags"),
        "releases.use": Place("Terms of the releases in force", _FORCE),
        "releases.audience": Place("Terms of the releases in force", _FORCE),
        "releases.jurisdiction": Place("Terms of the releases in force", _FORCE),
        "releases.agreement": Place("Terms of the releases in force", _FORCE),
        "releases.expires_on": Place("Terms of the releases in force", _FORCE),
    },
    demands=_demands,
)
