"""What a version is good for and what it is not: from its card, its decisions and its evidence.

A limitation states its ground and its limit, so that a reader can disagree with it. It decides
nothing: only policies do.

One limit serves every similarity score, and it has a plain meaning. For shares, one minus the
total variation distance is the part of the rows that already agree (Levin and Peres, *Markov
Chains and Mixing Times*, 4.1), so below .80 more than one row in five would have to change; for
correlations, one minus half the difference (SDMetrics, CorrelationSimilarity), so below .80 two
correlations may differ by more than .4; of a coverage, more than a fifth of what the real column
holds does not occur. Privacy needs no chosen limit: an attack counts as
working when the whole of its interval lies beyond what guessing achieves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from registry.reports.facts import DecisionFacts, MeasurementFacts, VersionFacts
from registry.reports.measurements import Reading, readings, worst, worst_bound, worst_first
from registry.reports.numbers import (
    NOT_EVALUATED,
    between,
    count,
    figure,
    listed,
    plural,
    sentence_case,
    words,
)
from registry.reports.verdict import context

SIMILARITY: Final = 0.80
MOST: Final = 12
"""Of one metric: a reader stops at a hundred columns, and the tables hold them all."""
ADVICE: Final = {
    "fidelity.shape": "Do not rely on the distribution of {scope}: shape similarity {found}",
    "fidelity.trend": "Do not rely on the joint distribution of {scope}: trend similarity {found}",
    "fidelity.coverage": "Do not use it for rare values or the tails of {scope}: coverage {found}",
    "fidelity.missingness": "Do not study what is missing in {scope}: missingness {found}",
    "fidelity.mode": "Do not rely on the peaks of {scope}: modes {found}",
    "fidelity.subgroup": "Do not compare {scope} with other groups: similarity {found}",
}
GROUNDS: Final = (
    f"A similarity below {SIMILARITY:.2f} is listed as a limitation: shares then differ by more "
    "than one fifth, correlations by more than 0.4, or of what the real table holds more than one "
    "fifth is absent. An attack is listed when its whole interval "
    "lies above what guessing achieves. These limits inform a reader; only policies decide."
)
GUESSING: Final = {
    "privacy.dcr.share": 0.5,
    "privacy.dcr.hamming_share": 0.5,
    "privacy.nndr": 0.5,
    "privacy.mia.auc": 0.5,
    "privacy.closest.tail": 0.01,
}
"""What guessing gives where it is not zero and the metric does not state its chance."""
WORKING: Final = {
    "privacy.exact_match.excess": "more synthetic rows equal a training row than equal a row the "
    "generator never saw: excess",
    "privacy.singling_out": "a singling-out attack beats its control: residual risk",
    "privacy.linkability": "a linkability attack beats its control: residual risk",
    "privacy.inference": "an attribute inference attack beats its control: residual risk",
    "privacy.dcr.share": "synthetic rows lie closer to training rows than to rows the generator "
    "never saw: share",
    "privacy.closest.tail": "more synthetic rows than chance gives lie very close to a training "
    "row: share",
    "privacy.mia.auc": "a membership inference attack tells training rows from others: AUC",
}


@dataclass(frozen=True)
class Advice:
    """Sentences in four lists, in the order in which they are read."""

    recommended: tuple[str, ...]
    refused: tuple[str, ...]
    limitations: tuple[str, ...]
    stated: tuple[str, ...]


def advice(facts: VersionFacts) -> Advice:
    """Recommended uses and limitations of one version."""
    found = readings(facts)
    return Advice(
        recommended=_recommended(facts),
        refused=tuple(_refused(facts)),
        limitations=(
            *_absent(facts, found),
            *_weak(found),
            *_useful(found),
            *attacked(found),
            _guarantee(facts),
        ),
        stated=(
            *facts.limitations,
            *(f"Bias: {text}" for text in facts.biases),
        ),
    )


def _recommended(facts: VersionFacts) -> tuple[str, ...]:
    allowed = (one for one in facts.decisions if one.outcome == "allow")
    return tuple(f"{context(one)}: allowed by policy; {_standing(one)}." for one in allowed)


def _standing(decision: DecisionFacts) -> str:
    if decision.request is None:
        return "the decision belongs to no request"
    return f"request {decision.request} is {words(decision.state or 'in no recorded state')}"


def _refused(facts: VersionFacts) -> Iterable[str]:
    """What policies refused, what the card rules out, and what nobody has decided on yet."""
    for one in facts.decisions:
        if one.outcome != "allow":
            word = "denied by policy" if one.outcome == "deny" else "undecided, so not permitted"
            yield f"{context(one)}: {word}."
    for use in facts.out_of_scope_uses:
        yield f"{sentence_case(words(use))}: out of scope according to the card."
    decided = {words(one.use) for one in facts.decisions}
    for use in facts.intended_uses:
        if words(use) not in decided:
            yield (
                f"{sentence_case(words(use))}: intended by its makers; no policy has decided on "
                "it, so it is not permitted yet."
            )


def _absent(facts: VersionFacts, found: tuple[Reading, ...]) -> tuple[str, ...]:
    """What is not known, first: the reader must not take silence for a good result."""
    said = [
        f"Nothing is known of its {noun}: {NOT_EVALUATED}."
        for family, noun in (
            ("fidelity", "fidelity"),
            ("utility", "utility"),
            ("privacy", "privacy risk"),
        )
        if not any(reading.family == family for reading in found)
    ]
    unmeasured = sum(not reading.measured for reading in found)
    if unmeasured:
        said.append(
            f"{plural(unmeasured, 'measurement')} could not be made; "
            "the causes are listed under “Not measurable”."
        )
    return tuple(said)


def _weak(found: tuple[Reading, ...]) -> tuple[str, ...]:
    """Similarity scores whose unfavourable bound is under the limit, worst first."""
    return tuple(said for metric in ADVICE for said in _weak_of(metric, found))


def _weak_of(metric: str, found: tuple[Reading, ...]) -> Iterator[str]:
    scoped = (r for r in found if r.measured and r.scope and r.measurement.metric == metric)
    weak = [r for r in worst_first(scoped) if worst_bound(r.measurement) < SIMILARITY]
    for reading in weak[:MOST]:
        said = ADVICE[metric].format(
            scope=reading.named(), found=with_interval(reading.measurement)
        )
        yield f"{said}, below {SIMILARITY:.2f}."
    if len(weak) > MOST:
        title = weak[0].measurement.title
        yield f"{title} is below {SIMILARITY:.2f} for {count(len(weak) - MOST)} more, in its table."


def _useful(found: tuple[Reading, ...]) -> tuple[str, ...]:
    """Where training on synthetic data is worse than on real data beyond its interval."""
    reading = worst(found, "utility.tstr.ratio")
    if reading is None or reading.measurement.value is None:
        return ()
    measurement = reading.measurement
    if measurement.high is None or measurement.high >= 1:
        return ()
    return (
        "Expect worse models than from real data: trained on it and tested on real rows, they "
        f"keep {with_interval(measurement)} of the score; the whole interval is below 1.",
    )


def attacked(found: tuple[Reading, ...]) -> tuple[str, ...]:
    """Attacks whose whole interval is above chance; weak attacks; else what stands uncontradicted.

    Guessing gives zero where a metric is a difference from its control.
    """
    tried = [r for r in found if r.measured and r.measurement.metric in WORKING]
    working = [r for r in tried if _low(r.measurement) > guessing(r.measurement)]
    weak = [r for r in tried if r.measurement.parameters.get("attack_beats_baseline") is False]
    said = [_warning(reading) for reading in working]
    if weak:
        names = listed(tuple(reading.about for reading in weak))
        said.append(
            f"Do not read a low risk as safety for {names}: the attack did no better than guessing "
            "without the synthetic table, which shows a weak attack."
        )
    if tried and not working:
        highest = max(worst_bound(r.measurement) - guessing(r.measurement) for r in tried)
        said.append(
            f"A low risk is not contradicted by {plural(len(tried), 'privacy measurement')}, "
            f"which leave room for up to {figure(highest)} beyond guessing (the highest upper "
            "bound); attacks that were not tried stay unknown."
        )
    return tuple(said)


def _warning(reading: Reading) -> str:
    of = f" ({reading.named()})" if reading.scope else ""
    return (
        f"Do not treat it as anonymous{of}: {WORKING[reading.measurement.metric]} "
        f"{with_interval(reading.measurement)}, where guessing gives "
        f"{guessing(reading.measurement):g}."
    )


def guessing(measurement: MeasurementFacts) -> float:
    """What guessing gives: the chance that was recorded, else that of the metric."""
    chance = measurement.parameters.get("chance")
    if isinstance(chance, int | float) and not isinstance(chance, bool):
        return float(chance)
    return GUESSING.get(measurement.metric, 0.0)


def _low(measurement: MeasurementFacts) -> float:
    known = measurement.low if measurement.low is not None else measurement.value
    return known if known is not None else 0.0


def with_interval(measurement: MeasurementFacts) -> str:
    """The value, with its interval unless it is exact."""
    value = NOT_EVALUATED if measurement.value is None else figure(measurement.value)
    if measurement.low is None or measurement.high is None or measurement.interval == "exact":
        return value
    return f"{value} (interval {between(measurement.low, measurement.high)})"


def _guarantee(facts: VersionFacts) -> str:
    if facts.guarantee is None:
        return "No differential privacy is claimed for it: nothing bounds what its rows reveal."
    return (
        "Its differential privacy claim covers the generator. It covers neither the measurements "
        "printed here, which were made on real rows, nor the choice to release."
    )
