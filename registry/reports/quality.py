"""The quality report: one version, what was decided about it, and on what evidence.

The same view feeds both formats, so a figure cannot differ between the page and the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.reports.caveats import GROUNDS, Advice, advice
from registry.reports.charts import Chart, chart
from registry.reports.costs import Costs, costs
from registry.reports.environment import Format, environment
from registry.reports.evidence import Section, sections
from registry.reports.evidence_tables import not_measurable
from registry.reports.facts import EvaluationFacts, QualityFacts
from registry.reports.measurements import readings
from registry.reports.numbers import moment
from registry.reports.provenance import exploratory, provenance
from registry.reports.summary import Line, summary
from registry.reports.table import Table, table
from registry.reports.verdict import Verdict, context, how_signed, meaning, verdicts


@dataclass(frozen=True)
class QualityView:
    """What the templates of the quality report see."""

    label: str
    title: str
    description: str
    printed_at: str
    local_mode: bool
    verdicts: tuple[Verdict, ...]
    summary: tuple[Line, ...]
    advice: Advice
    grounds: str
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...]
    costs: Costs
    not_measurable: Table | None
    decisions: Table
    signoffs: Table
    releases: Table
    exploratory: Table
    provenance: tuple[Table, ...]


def render(facts: QualityFacts, format: Format) -> str:
    """The report as one HTML page that needs nothing else, or as Markdown. Pure and repeatable."""
    template = environment(format).get_template(f"quality.{format}.j2")
    return template.render(report=to_view(facts))


def to_view(facts: QualityFacts) -> QualityView:
    """The report as words and tables, in reading order."""
    return QualityView(
        label=f"{facts.dataset}@{facts.version}",
        title=facts.title or facts.dataset,
        description=facts.description or "No description was given.",
        printed_at=moment(facts.printed_at),
        local_mode=facts.local_mode,
        verdicts=verdicts(facts),
        summary=summary(facts),
        advice=advice(facts),
        grounds=GROUNDS,
        sections=sections(facts),
        charts=_charts(facts),
        costs=costs(facts.costs, f"{facts.dataset}@{facts.version}"),
        not_measurable=not_measurable(readings(facts)),
        decisions=_decisions(facts),
        signoffs=_signoffs(facts),
        releases=_releases(facts),
        exploratory=exploratory(facts),
        provenance=provenance(facts),
    )


def _charts(facts: QualityFacts) -> tuple[Chart, ...]:
    """The histograms of the latest admissible evaluation that stored any.

    They depend on the two tables and not on the seed, so one evaluation's are everyone's.
    """

    def at(evaluation: EvaluationFacts) -> str:
        return evaluation.at

    drawn = [one for one in facts.evaluations if one.admissible and one.histograms]
    if not drawn:
        return ()
    stored = max(drawn, key=at).histograms
    return tuple(chart(one, f"histogram-{place}") for place, one in enumerate(stored, start=1))


def _decisions(facts: QualityFacts) -> Table:
    rows = tuple(
        (context(one), one.outcome, one.request or "not requested", moment(one.at), one.digest)
        for one in facts.decisions
    )
    return table("Decisions", "Context | Outcome | Request | At | Digest", rows, len(rows))


def _signoffs(facts: QualityFacts) -> Table:
    rows = tuple(
        (
            one.name,
            one.role.replace("-", " "),
            meaning(one),
            moment(one.at),
            one.request,
            one.reason or "no reason given",
            how_signed(facts, one),
        )
        for one in facts.signoffs
    )
    columns = "Printed name | Role | Meaning | Time | Request | Reason | How signed"
    return table("Sign-offs", columns, rows, len(rows))


def _releases(facts: QualityFacts) -> Table:
    rows = tuple(
        (
            one.id,
            one.recipient,
            f"{one.use.replace('-', ' ')}, audience {one.audience}",
            one.state.replace("-", " "),
            f"{moment(one.released_at)}, by {one.released_by}",
            one.expires_on,
            one.request,
        )
        for one in facts.releases
    )
    columns = "Release | Recipient | Use | State | Released | Permitted through | Request"
    return table("Releases", columns, rows, len(rows))
