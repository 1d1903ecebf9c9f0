"""What never goes into an exchange file, and why, whatever the format has a place for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WITHHELD: Final[Mapping[str, str]] = {
    "card.generator.parameters": "They may hold paths of a machine, or bounds and levels that were "
    "read from real rows.",
    "card.generator.seed": "Who knows the seed can undo the noise.",
    "card.generator.made_by": "It names a person or an account; the registry has it.",
    "card.legal.dpia_reference": "It names an internal document.",
    "card.legal.dpia_outcome": "It tells of an internal document.",
}
"""Fields of a record that no format carries."""

_OWN: Final = "A key of the registry's own tables."
_REAL: Final = "It is a figure of the real data; a band stands in its place."
_ROWS: Final = "It is an exact figure of the real data."
_PEOPLE: Final = "It tells of people in the house; a pseudonym stands in its place."

KEPT: Final[Mapping[str, str]] = {
    "dataset_version.storage": "It tells of the machine.",
    "dataset_version.path": "It is a path of the machine.",
    "source.columns": "It holds shares of real values that are missing.",
    "source.training_rows": _ROWS,
    "source.holdout_rows": _ROWS,
    "source.holdout_in_training": _ROWS,
    "source.training_twins": _ROWS,
    "source.training_file_digest": "The digest of the content stands in its place.",
    "source.holdout_file_digest": "The digest of the content stands in its place.",
    "source.added_by": _PEOPLE,
    "source.confirmed_by": _PEOPLE,
    "source.confirmed_at": "The state of the source stands in its place.",
    "evaluation.seed": "It derives from the digests, and is covered by the evaluation's own.",
    "evaluation.synthetic_digest": "It is the content digest of the version.",
    "evaluation.histograms": _REAL,
    "evaluation.figures": _REAL,
    "evaluation.confirmed_at": "The time of the evaluation stands in its place.",
    "evaluation.seconds": "It tells of the machine.",
    "evaluation.profile": "It tells of the run, and is covered by its digest.",
    "evaluation.kinds": "The kinds of the columns stand in its place.",
    "evaluation.run": "It is the registry's own name of a question.",
    "measurement.*": _REAL,
    "decision.body": "Its findings hold figures of the real data; bands stand in their place.",
    "decision.policies": "It repeats the names of the policies, for searches.",
    "signoff.reason": "It is written for the house.",
    "signoff.statement": "It shows the figures that were signed; the bundle holds it.",
    "signoff.statement_digest": "The digest of the decision stands in its place.",
    "signoff.authentication": _PEOPLE,
    "signoff.principal_id": _PEOPLE,
    "signoff.key_id": _PEOPLE,
    "signoff.signature": "It is verified with the bundle.",
    "signoff.retracts": "Whether a sign-off was retracted stands in its place.",
    "signoff.retracted_at": "Whether a sign-off was retracted stands in its place.",
    "signoff.event_seq": _OWN,
    "release.recipient": "Who else has the data is nobody's business outside.",
    "release.file_digest": "It is the file digest of the version.",
    "release.revoked_by": _PEOPLE,
    "release.revoked_at": "The state of the release stands in its place.",
    "release.revoked_reason": "It is written for the house and the recipient.",
    "release.agreement_digest": "The name of the agreement stands in its place.",
    "release.superseded_by": "The state of the release stands in its place.",
    "release.superseded_at": "The state of the release stands in its place.",
    "release.event_seq": _OWN,
}
"""Columns of the registry's tables that never become fields of a record."""
