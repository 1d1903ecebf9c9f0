"""The privacy-utility trade-off of a version, for whoever answers for releasing it."""

from __future__ import annotations

from typing import Final

from registry.reports.costs import meant, spent
from registry.reports.document import Document, Lines, Section
from registry.reports.facts import VersionFacts
from registry.reports.numbers import moment
from registry.reports.privacy_utility.attacks import attacks
from registry.reports.privacy_utility.compared import versions
from registry.reports.privacy_utility.comparison import comparison
from registry.reports.privacy_utility.noise import noise
from registry.reports.privacy_utility.recommendation import recommendation, rules
from registry.reports.privacy_utility.residual import residual
from registry.reports.record import record_sections
from registry.reports.sibling_facts import SiblingFacts
from registry.reports.signed import LOCAL_MODE
from registry.reports.summary import summary

NAME: Final = "Privacy-utility trade-off"
LEAD: Final = (
    "For those who answer for a release: what this synthetic table costs in privacy, what it is "
    "worth for that, and what is left to decide."
)
CLOSING: Final = (
    "The measurements were made on real rows: passing this report on is itself a disclosure, which "
    "no epsilon covers. It supports accountability controls; it does not replace them."
)


def privacy_utility(facts: VersionFacts, siblings: tuple[SiblingFacts, ...]) -> Document:
    """The document; ``siblings`` are all versions of the source, this one included."""
    label = f"{facts.dataset}@{facts.version}"
    found = versions(siblings, label)
    return Document(
        kind="privacy-utility",
        name=NAME,
        title=facts.title or facts.dataset,
        label=label,
        printed_at=moment(facts.printed_at),
        lead=LEAD,
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("verdict", "Recommendation", recommendation(facts, found)),
            Section("summary", "At a glance", (Lines(summary(facts)),)),
            Section("rules", "The rules it rests on", rules(facts)),
            Section("meaning", "What its epsilon means", meant(facts.costs, label)),
            Section("noise", "How the noise budget was chosen", noise(facts)),
            Section("attacks", "What each attack achieved", attacks(facts)),
            Section("curve", "Utility and fidelity against privacy", comparison(found)),
            Section("budget", "What is left of the source's budget", spent(facts.costs)),
            Section("residual", "The risk that is left", residual(facts, found)),
            *record_sections(facts),
        ),
        closing=f"Printed {moment(facts.printed_at)} for {label}. {CLOSING}",
    )
