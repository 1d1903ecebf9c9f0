"""A version in a few plain sentences, the verdict first: what an executive reads and no more."""

from __future__ import annotations

from collections.abc import Iterator

from registry.reports.facts import VersionFacts
from registry.reports.measurements import (
    Reading,
    ceiling,
    readings,
    worst,
    worst_bound,
    worst_first,
)
from registry.reports.numbers import (
    NOT_EVALUATED,
    NOT_MEASURABLE,
    between,
    figure,
    plural,
    words,
)
from registry.reports.verdict import WORDS, context

UNBOUNDED = "No differential privacy is claimed, so nothing bounds what its rows reveal."


def plainly(facts: VersionFacts) -> tuple[str, ...]:
    """Verdict, fidelity, utility, privacy and guarantee, a sentence or two each."""
    found = readings(facts)
    return (
        *_decided(facts),
        _fidelity(found),
        *_weakest(found),
        _utility(found),
        _privacy(found),
        _guaranteed(facts),
        *_unmeasured(found),
    )


def _decided(facts: VersionFacts) -> Iterator[str]:
    if not facts.decisions:
        yield "No policy has decided about it, so nothing permits its release."
    for one in facts.decisions:
        yield f"{context(one)}: {WORDS.get(one.outcome, words(one.outcome)).lower()}."


def _fidelity(found: tuple[Reading, ...]) -> str:
    overall = worst(found, "fidelity.quality") or worst(found, "sdmetrics.quality")
    if overall is None:
        return f"Its fidelity was {NOT_EVALUATED}."
    if overall.measurement.value is None:
        return f"Its fidelity is {NOT_MEASURABLE}: {overall.measurement.cause}."
    top = ceiling(overall.measurement)
    beside = (
        f", where the holdout, which is real, reaches {figure(top)}"
        if top is not None
        else "; how far the holdout reaches was not evaluated"
    )
    return f"Overall fidelity is {figure(overall.measurement.value)} of 1{beside}."


def _weakest(found: tuple[Reading, ...]) -> Iterator[str]:
    """The column and the pair that lost most, where they were measured."""
    for metric, noun in (("fidelity.shape", "column"), ("fidelity.trend", "pair of columns")):
        measured = (r for r in found if r.measured and r.measurement.metric == metric)
        for one in worst_first(measured)[:1]:
            value = figure(one.measurement.value or 0.0)
            yield f"The {noun} that lost most is {one.named()}: {value} of 1."


def _utility(found: tuple[Reading, ...]) -> str:
    ratio = worst(found, "utility.tstr.ratio")
    if ratio is None:
        return f"Its utility was {NOT_EVALUATED}."
    kept = ratio.measurement
    if kept.value is None:
        return f"Its utility is {NOT_MEASURABLE}: {kept.cause}."
    return (
        f"Models trained on it and tested on real rows keep {figure(kept.value)} of the score of "
        f"models trained on real rows (interval {between(kept.low, kept.high)}; {ratio.about})."
    )


def _privacy(found: tuple[Reading, ...]) -> str:
    risks = [r for r in found if r.family == "privacy" and r.measurement.unit == "risk"]
    measured = [one for one in risks if one.measured]
    if not measured:
        return f"Its privacy risk was {NOT_EVALUATED}."
    worst_one = worst_first(measured)[0]
    return (
        f"Of {plural(len(measured), 'measured attack')}, the one that bounds least is "
        f"{worst_one.about}: it may gain up to {figure(worst_bound(worst_one.measurement))} over "
        "the same attack on rows that the generator never saw. Attacks that were not tried stay "
        "unknown."
    )


def _guaranteed(facts: VersionFacts) -> str:
    claim = facts.costs.claim
    if claim is None:
        return (
            UNBOUNDED
            if facts.guarantee is None
            else f"Its claim counts for nothing: {facts.costs.unclaimed}."
        )
    delta = f", delta {claim.delta:g}" if claim.delta else ""
    return (
        f"Its maker claims epsilon {claim.epsilon:g}{delta} per {claim.unit}; the claim is "
        f"{facts.costs.audited}."
    )


def _unmeasured(found: tuple[Reading, ...]) -> Iterator[str]:
    lost = sum(not one.measured for one in found)
    if lost:
        counts = "counts" if lost == 1 else "count"
        yield f"{plural(lost, 'measurement')} could not be made and {counts} for nothing."
