"""The quality report: one version, what was decided about it, and on what evidence."""

from __future__ import annotations

from registry.reports.association import association
from registry.reports.caveats import GROUNDS, advice
from registry.reports.charts import LEGEND, chart
from registry.reports.costs import cost_section
from registry.reports.document import (
    Block,
    Document,
    Figure,
    Gallery,
    Heading,
    Items,
    Lines,
    Rows,
    Section,
    Words,
    items,
    rows,
)
from registry.reports.evidence import evidence_sections
from registry.reports.evidence_tables import not_measurable
from registry.reports.facts import EvaluationFacts, VersionFacts
from registry.reports.heatmap import heatmap
from registry.reports.measurements import readings, worst_first
from registry.reports.numbers import moment
from registry.reports.plainly import plainly
from registry.reports.provenance import exploratory, provenance
from registry.reports.signed import LOCAL_MODE, decided, released, signoffs
from registry.reports.summary import summary
from registry.reports.verdict import callouts, findings

NAME = "Quality report"
NONE_REFUSED = "None was refused. What is not listed as allowed still needs a decision."
NEVER_A_PASS = "A measurement that could not be made is never a pass, and no average leaves it out."
UNREAD = (
    "Their seed was chosen by somebody instead of following from the data, so no policy reads them "
    "and no table above includes them."
)
CLOSING = (
    "The measurements were made on real rows: passing this report on is itself a disclosure, which "
    "no epsilon covers. It supports accountability controls; it does not replace them."
)


def quality(facts: VersionFacts) -> Document:
    """The report as words, tables and figures, in reading order."""
    label = f"{facts.dataset}@{facts.version}"
    return Document(
        kind="quality",
        name=NAME,
        title=facts.title or facts.dataset,
        label=label,
        printed_at=moment(facts.printed_at),
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("verdict", "Verdict", callouts(facts)),
            Section("summary", "Summary", _summary(facts)),
            Section("uses", "Recommended uses and limitations", _uses(facts)),
            *evidence_sections(facts, (*_associations(facts), *_distributions(facts))),
            cost_section(facts.costs, label),
            Section("not-measurable", "Not measurable", _not_measurable(facts)),
            Section("findings", "Findings", findings(facts)),
            Section("signoffs", "Sign-offs and releases", (signoffs(facts), released(facts))),
            Section("record", "Record", _record(facts)),
        ),
        closing=f"Printed {moment(facts.printed_at)} for {label}. {CLOSING}",
    )


def _summary(facts: VersionFacts) -> tuple[Block, ...]:
    return (
        Words(facts.description or "No description was given."),
        Items(plainly(facts)),
        Lines(summary(facts)),
    )


def _uses(facts: VersionFacts) -> tuple[Block, ...]:
    said = advice(facts)
    return (
        Heading("Recommended uses"),
        items(said.recommended, "None: no policy has allowed a use."),
        Heading("Uses not permitted, or not decided"),
        items(said.refused, NONE_REFUSED),
        Heading("Limitations found in the evidence"),
        Items(said.limitations),
        Words(GROUNDS, "note"),
        Heading("Limitations stated in the card"),
        items(said.stated, "The card states none."),
    )


def _associations(facts: VersionFacts) -> tuple[Block, ...]:
    """The heat maps of the latest admissible evaluation that stored any."""
    stored = _latest(facts, "figures")
    found = association(stored.figures) if stored else None
    if found is None or not found.pairs:
        return (Words("Associations of columns as heat maps: not evaluated.", "absent"),)
    return (heatmap(found, "associations"),)


def _latest(facts: VersionFacts, name: str) -> EvaluationFacts | None:
    """The latest admissible evaluation that stored any histograms, or figures.

    They depend on the tables and not on the seed, so one evaluation's are everyone's.
    """
    stored = [one for one in facts.evaluations if one.admissible and getattr(one, name)]
    return max(stored, key=lambda one: one.at, default=None)


def _distributions(facts: VersionFacts) -> tuple[Block, ...]:
    """The histograms of the latest admissible evaluation that stored any."""
    head = Heading("Distributions, real and synthetic")
    stored = _latest(facts, "histograms")
    if stored is None:
        return head, Words("Distributions: not evaluated.", "absent")
    drawn = tuple(
        chart(one, f"histogram-{place}") for place, one in enumerate(stored.histograms, start=1)
    )
    return head, Words(LEGEND, "note"), Gallery(_furthest_first(facts, drawn))


def _furthest_first(facts: VersionFacts, drawn: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The columns whose shape lost most come first: of three hundred a reader sees the top."""
    shapes = worst_first(r for r in readings(facts) if r.measurement.metric == "fidelity.shape")
    order = {one.scope: place for place, one in reversed(list(enumerate(shapes)))}
    return tuple(sorted(drawn, key=lambda one: order.get(one.heading, len(order))))


def _not_measurable(facts: VersionFacts) -> tuple[Block, ...]:
    lead = Words(NEVER_A_PASS)
    found = not_measurable(readings(facts))
    return lead, Rows(found) if found else Words("Everything that was tried could be measured.")


def _record(facts: VersionFacts) -> tuple[Block, ...]:
    others = exploratory(facts)
    return (
        *(Rows(one) for one in provenance(facts)),
        rows(decided(facts), "No decision was recorded."),
        Heading("Exploratory evaluations"),
        *((Words(UNREAD), Rows(others)) if others.rows else (Words("There are none."),)),
    )
