"""The sections that end a document about a version: who signed, and what exactly it is about."""

from __future__ import annotations

from registry.reports.document import Rows, Section, rows
from registry.reports.facts import VersionFacts
from registry.reports.provenance import provenance
from registry.reports.signed import decided, signoffs


def record_sections(facts: VersionFacts) -> tuple[Section, ...]:
    """Sign-offs with name, time and meaning; digests, tools, policies and decisions."""
    made = (
        *(Rows(one) for one in provenance(facts)),
        rows(decided(facts), "No decision was recorded."),
    )
    return (
        Section("signoffs", "Sign-offs", (signoffs(facts),)),
        Section("record", "Record", made),
    )
