"""The figures that a reader looks for first, each with words where there is no figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from registry.ledger.wording import at_orders
from registry.reports.document import Line
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.measurements import Reading, readings, worst_bound, worst_first
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, count, figure, listed


def summary(facts: VersionFacts) -> tuple[Line, ...]:
    """Fidelity, utility, privacy and the guarantee; where evaluations differ, the worst counts."""
    found = readings(facts)

    def of(metric: str) -> list[Reading]:
        return [reading for reading in found if reading.measurement.metric == metric]

    risks = [r for r in found if r.family == "privacy" and r.measurement.unit == "risk"]
    return (
        _line("Overall fidelity", of("fidelity.quality")),
        _line("Weakest pair of columns", of("fidelity.trend")),
        _line("Utility, synthetic over real", of("utility.tstr.ratio")),
        _risk("Attack risk", risks),
        _line("Membership inference, AUC", of("privacy.mia.auc")),
        _line("Copied rows beyond chance", of("privacy.exact_match.excess")),
        _guarantee(facts.guarantee, facts.costs.audited),
        Line("Synthetic rows", count(facts.rows), f"{count(len(facts.columns))} columns"),
    )


def _line(label: str, found: list[Reading]) -> Line:
    """The worst that was measured, and how much could not be measured beside it."""
    if not found:
        return Line(label, NOT_EVALUATED, "no admissible evaluation measured it")
    unmeasured = [reading for reading in found if not reading.measured]
    if len(unmeasured) == len(found):
        first = unmeasured[0]
        cause = first.measurement.cause or "no cause was recorded"
        return Line(label, NOT_MEASURABLE, f"{first.about}: {cause}")
    worst = worst_first(reading for reading in found if reading.measured)[0]
    notes = [worst.about, _bounds(worst.measurement)]
    if unmeasured:
        notes.append(f"{NOT_MEASURABLE}: {listed(tuple(one.about for one in unmeasured), 2)}")
    return Line(label, _value(worst.measurement), "; ".join(notes))


def _risk(label: str, found: list[Reading]) -> Line:
    """The highest upper bound of any attack: with few successes a modest value bounds nothing."""
    line = _line(label, found)
    measured = [reading for reading in found if reading.measured]
    if not measured:
        return line
    bound = worst_bound(worst_first(measured)[0].measurement)
    return Line(label, f"up to {figure(bound)}", f"measured {line.value}; {line.note}")


def _value(found: MeasurementFacts) -> str:
    return NOT_MEASURABLE if found.value is None else figure(found.value, found.unit)


def _bounds(found: MeasurementFacts) -> str:
    if found.interval == "exact":
        return "exact"
    return f"interval {between(found.low, found.high, found.unit)}"


def _guarantee(claim: Mapping[str, object] | None, audited: str) -> Line:
    label = "Differential privacy"
    if claim is None:
        return Line(label, "none claimed", "nothing bounds what its rows reveal")
    amounts = [
        f"{name} {claim[name]}"
        for name in ("epsilon", "delta", "rho")
        if claim.get(name) is not None
    ]
    if renyi := cast(list[dict[str, float]], claim.get("renyi") or []):
        amounts.append(at_orders([(one["order"], one["epsilon"]) for one in renyi]))
    return Line(label, ", ".join(amounts) or "not stated", f"as claimed by its maker, {audited}")
