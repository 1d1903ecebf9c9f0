"""What each attack achieved: against its control, its baseline, and guessing, with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Final

from registry.reports.caveats import guessing
from registry.reports.document import Block, Rows, Words
from registry.reports.evidence_tables import CENTRES, RATES
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.measurements import Reading, readings, worst_bound
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, figure
from registry.reports.privacy_utility.attack_plots import gains, rates
from registry.reports.table import Row, Table, table

KINDS: Final = {
    "Singling out": ("privacy.singling_out", "privacy.singling_out.univariate"),
    "Linkability": ("privacy.linkability",),
    "Attribute inference": ("privacy.inference",),
    "Membership inference": ("privacy.mia.auc", "privacy.mia.tpr_at_fpr"),
    "Distance to the closest record": (
        "privacy.dcr.share",
        "privacy.dcr.hamming_share",
        "privacy.nndr",
        "privacy.closest.tail",
    ),
    "Exact matches": ("privacy.exact_match.excess",),
}
"""The kinds of attack that a reader expects, and the metrics that speak of each."""
LEAD: Final = (
    "An attack learns from the synthetic table and is tried on real rows. Its control is the same "
    "attack on real rows that the generator never saw: what it achieves there, it achieves without "
    "this release. Its baseline guesses without the synthetic table: an attack that does no better "
    "is weak, and its failure shows nothing. The residual risk is the part of the control's "
    "failures at which the attack succeeds, so that 0 is no risk beyond the control's."
)
WORKS, WEAK, STANDS, UNBOUNDED = "works", "weak attack", "not contradicted", "no interval"
OUTCOMES: Final = (
    "Works: the whole interval lies beyond guessing. Weak attack: no better than its baseline, so "
    "its failure shows nothing. Not contradicted: a low risk is possible, and so is a gain as high "
    "as the upper end of the interval. No interval: it cannot be judged. Each interval stands for "
    "itself; of forty at 95%, one may lie wholly beyond guessing by chance."
)


def attacks(facts: VersionFacts) -> tuple[Block, ...]:
    """Both plots and both tables, and first which kinds of attack nobody tried."""
    found = tried(facts)
    absent = tuple(f"{kind}: {NOT_EVALUATED}." for kind in untried(facts))
    against = [one for one in found if one.measurement.unit == "risk"]
    tests = [one for one in found if one.measurement.unit != "risk"]
    tables = (
        *((_rates(against),) if against else ()),
        *((_tests(tests),) if tests else ()),
    )
    return (
        Words(LEAD),
        *(Words(text, "absent") for text in absent),
        *gains(found),
        *rates(against),
        *(Rows(one) for one in tables),
        *((Words(OUTCOMES, "note"),) if tables else ()),
    )


def tried(facts: VersionFacts) -> tuple[Reading, ...]:
    """Every measurement of an attack: by kind, and within it the worst bound first."""
    order = [metric for metrics in KINDS.values() for metric in metrics]
    found = (one for one in readings(facts) if one.measurement.metric in order)
    return tuple(
        sorted(
            found, key=lambda one: (order.index(one.measurement.metric), -beyond(one.measurement))
        )
    )


def untried(facts: VersionFacts) -> tuple[str, ...]:
    """The kinds of attack of which nothing was measured."""
    known = {one.measurement.metric for one in readings(facts) if one.measured}
    return tuple(kind for kind, metrics in KINDS.items() if not known & set(metrics))


def beyond(found: MeasurementFacts) -> float:
    """How far the unfavourable bound lies beyond guessing; without end if nothing was measured."""
    bound = worst_bound(found)
    return float("inf") if isnan(bound) else bound - guessing(found)


def outcome(found: MeasurementFacts) -> str:
    """What an attack shows, in a word of `OUTCOMES`; never that a table is private."""
    if found.value is None:
        return f"{NOT_MEASURABLE}: {found.cause or 'no cause was recorded'}"
    if found.low is None or found.high is None:
        return UNBOUNDED
    if works(found):
        return WORKS
    weak = found.parameters.get("attack_beats_baseline") is False
    return WEAK if weak else STANDS


def works(found: MeasurementFacts) -> bool:
    """Whether the whole interval lies beyond what guessing achieves."""
    return found.low is not None and found.low > guessing(found)


def _rates(found: Iterable[Reading]) -> Table:
    rows = tuple(_rate_row(one) for one in found)
    heads = "Attack | Succeeded # | Control # | Baseline # | Residual risk # | Interval # | Outcome"
    return table("Attacks against their control and their baseline", heads, rows, len(rows))


def _rate_row(one: Reading) -> Row:
    found = one.measurement
    return (
        one.about,
        *(_share(rate(found, name)) for name in RATES),
        NOT_MEASURABLE if found.value is None else figure(found.value),
        NOT_MEASURABLE if found.value is None else between(found.low, found.high),
        outcome(found),
    )


def rate(found: MeasurementFacts, name: str) -> float | None:
    """A recorded success rate; the centre of Wilson's interval where the metric keeps that."""
    stated = found.parameters.get(CENTRES[name], found.parameters.get(name))
    known = isinstance(stated, int | float) and not isinstance(stated, bool)
    return float(stated) if known else None  # type: ignore[arg-type]


def _share(value: float | None) -> str:
    return NOT_EVALUATED if value is None else figure(value)


def _tests(found: Iterable[Reading]) -> Table:
    rows = tuple(_test_row(one) for one in found)
    heads = "Test | Measured # | Interval # | Guessing gives # | Outcome"
    return table("Tests against guessing", heads, rows, len(rows))


def _test_row(one: Reading) -> Row:
    found = one.measurement
    return (
        one.about,
        NOT_MEASURABLE if found.value is None else figure(found.value),
        NOT_MEASURABLE if found.value is None else between(found.low, found.high),
        NOT_MEASURABLE if found.value is None else figure(guessing(found)),
        outcome(found),
    )
