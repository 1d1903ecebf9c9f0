"""The TSTR report: what models trained on a version are worth on real rows."""

from __future__ import annotations

from typing import Final

from registry.reports.document import Block, Document, Heading, Items, Section, Words, items
from registry.reports.facts import VersionFacts
from registry.reports.numbers import moment
from registry.reports.record import record_sections
from registry.reports.signed import LOCAL_MODE
from registry.reports.tstr.augmentation import augmentation
from registry.reports.tstr.cautions import GROUNDS, cautions
from registry.reports.tstr.curves import curves
from registry.reports.tstr.groups import subgroups
from registry.reports.tstr.importance import importance
from registry.reports.tstr.method import method, settings
from registry.reports.tstr.scores import Trial, scores, trials
from registry.reports.tstr.stored import Drawn, figures
from registry.reports.tstr.verdict import verdicts

NAME: Final = "TSTR report"
LEAD: Final = (
    "For those who decide whether to train a model on this synthetic table: what such a model is "
    "worth on real rows that neither it nor the generator has seen."
)
CLOSING: Final = (
    "The scores were measured on real rows: passing this report on is itself a disclosure, "
    "which no epsilon covers. It speaks of these models, targets and test rows, and of no others."
)


def tstr(facts: VersionFacts) -> Document:
    """The report as words, tables and figures; raises `InvalidInput` for a malformed figure."""
    label = f"{facts.dataset}@{facts.version}"
    found, drawn = trials(facts), figures(facts)
    return Document(
        kind="tstr",
        name=NAME,
        title=facts.title or facts.dataset,
        label=label,
        printed_at=moment(facts.printed_at),
        lead=LEAD,
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("verdict", "Verdict", verdicts(facts, found)),
            Section("cautions", "When not to rely on it", _cautions(facts, found, drawn)),
            Section("method", "How it was tested, and why so", method(facts.source)),
            Section("scores", "Scores on real rows", scores(found)),
            Section("curves", "Curves, synthetic against real", curves(drawn)),
            Section("subgroups", "Differences between subgroups", subgroups(drawn)),
            Section("importance", "Which columns the models rely on", importance(found, drawn)),
            Section("augmentation", "Added to the real rows", augmentation(found)),
            Section("settings", "How the models were trained", settings(found)),
            *record_sections(facts),
        ),
        closing=f"Printed {moment(facts.printed_at)} for {label}. {CLOSING}",
    )


def _cautions(
    facts: VersionFacts, found: tuple[Trial, ...], drawn: tuple[Drawn, ...]
) -> tuple[Block, ...]:
    return (
        Items(cautions(facts, found, drawn)),
        Words(GROUNDS, "note"),
        Heading("Limitations stated in the card"),
        items(facts.limitations, "The card states none."),
    )
