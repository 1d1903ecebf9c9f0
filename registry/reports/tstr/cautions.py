"""When not to rely on it: what the evidence itself says against training on a version.

Limits, each with its ground: fewer than 100 test rows of a class are too few to judge a model by
(Collins, Ogundimu and Altman 2016, Statistics in Medicine 35, 214-226, who ask for 100 events and
100 non-events); a class is called rare below one row in ten; an interval wider than ten points
holds models that nobody would call alike; chances that are off by more than five points on average,
and by more than those of the baseline, mislead whoever acts on them. They inform a reader; only
policies decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from registry.reports.facts import VersionFacts
from registry.reports.measurements import ceiling
from registry.reports.numbers import (
    NOT_EVALUATED,
    between,
    count,
    figure,
    listed,
    sentence_case,
)
from registry.reports.tstr.augmentation import worse
from registry.reports.tstr.copies import copied, unknown
from registry.reports.tstr.curves import gap
from registry.reports.tstr.groups import harmed
from registry.reports.tstr.scores import Trial, named, percent
from registry.reports.tstr.stored import Calibration, Drawn

FEW: Final = 100
RARE: Final = 0.10
WIDE: Final = 0.10
OFF: Final = 0.05
GROUNDS: Final = (
    f"Listed are an interval wider than {WIDE:.0%} of the score, fewer than {2 * FEW} test rows or "
    f"{FEW} of a class (Collins, Ogundimu and Altman 2016), a class below {RARE:.0%} of the test "
    f"rows, and chances that are off by more than {OFF:g} on average and by more than the "
    "baseline's. These limits inform a reader; only policies decide."
)
STANDING: Final = (
    "The test rows come from the same source, at the same time, as the rows that the generator "
    "learnt from. Nothing here tells how a model does on rows of another year, site or population: "
    "test it on rows of the place where it will be used.",
)


def cautions(
    facts: VersionFacts, found: tuple[Trial, ...], drawn: tuple[Drawn, ...]
) -> tuple[str, ...]:
    """Sentences, the gravest kinds first; the last ones hold for every version."""
    return (
        *copied(facts),
        *unknown(facts),
        *(text for one in found for text in _trial(one)),
        *_interactions(found),
        *_classes(drawn),
        *_chances(drawn),
        *harmed(drawn),
        *STANDING,
        *_targets(found),
    )


def _trial(one: Trial) -> Iterator[str]:
    """What speaks against one model for one target."""
    name, ratio = f"{named(one.model)} for {one.target}", one.ratio
    if ratio is None or ratio.value is None:
        why = ratio.cause if ratio and ratio.cause else NOT_EVALUATED
        yield f"What {name} keeps is not known ({why}): no good score may be assumed."
        return
    if ratio.low is None or ratio.high is None:
        yield f"What {name} keeps has no interval, so that it may be chance."
        return
    if ratio.high < 1:
        yield (
            f"Where real rows can be had, train on them: {name} loses part of its score on this "
            f"data, beyond chance.{_above_chance(one)}"
        )
    if ratio.low > 1:
        yield (
            f"{sentence_case(named(one.model))} learns more from synthetic rows than from real "
            f"ones for {one.target}. Look for copies of test rows, and for a target that the "
            "generator made easier to predict, before trusting it."
        )
    if ratio.high - ratio.low > WIDE:
        yield (
            f"The interval of what {name} keeps is wide, {between(ratio.low, ratio.high)}: the "
            f"{'test rows are' if ratio.n is None else count(ratio.n) + ' test rows are'} too few "
            "to tell a good table from a poor one."
        )
    if ratio.n is not None and ratio.n < 2 * FEW:
        yield f"Only {count(ratio.n)} real rows tested {name}."
    yield from _relied_on(one, name)


def _above_chance(one: Trial) -> str:
    if one.above_chance is None:
        return ""
    return f" Of what the baseline has above chance, {percent(one.above_chance)} is kept."


def _relied_on(one: Trial, name: str) -> Iterator[str]:
    if worse(one.gain):
        yield f"Do not add it to the real rows: {name} gets worse by it, beyond chance."
    agreed = one.agreement
    top = ceiling(agreed) if agreed else None
    if agreed and agreed.high is not None and top is not None and agreed.high < top:
        yield (
            f"Do not explain {one.target} by {named(one.model)} trained on it: it relies on other "
            f"columns than the baseline does (agreement {between(agreed.low, agreed.high)}, where "
            f"two halves of the real rows reach {figure(top)})."
        )


def _interactions(found: tuple[Trial, ...]) -> Iterator[str]:
    """A flexible model that loses where a linear one does not."""
    whole = {(one.target, one.model): one.ratio.high for one in found if one.ratio}
    for (target, model), high in whole.items():
        linear = whole.get((target, "linear"))
        if model == "linear" or high is None or linear is None:
            continue
        if high < 1 <= linear:
            yield (
                f"For {target}, {named(model)} loses beyond chance and the linear model does not. "
                "That points to interactions of columns that the data lack."
            )


def _classes(drawn: Iterable[Drawn]) -> Iterator[str]:
    """Classes that are rare among the test rows, counted from the cells of a calibration curve."""
    curves = [one for one in drawn if isinstance(one, Calibration) and one.positive is not None]
    if not curves:
        yield f"How rare the classes of the target are among the test rows is {NOT_EVALUATED}."
    seen = {(one.target, one.positive): one for one in curves}
    for (target, positive), one in seen.items():
        rows = sum(each.rows for each in one.bins)
        of_it = sum(each.observed * each.rows for each in one.bins)
        named = (f"{target} = {positive}", of_it), (f"{target} other than {positive}", rows - of_it)
        for name, number in named:
            if number < max(RARE * rows, FEW):
                yield (
                    f"Rare among the test rows: {name}, about {count(round(number))} of "
                    f"{count(rows)}. What is scored of it rests on few people, and a model may "
                    "reach its AUC without finding many of them."
                )


def _chances(drawn: Iterable[Drawn]) -> Iterator[str]:
    """Chances that mislead, where those of the baseline do not."""
    curves = [one for one in drawn if isinstance(one, Calibration) and one.positive is not None]
    gaps = {(one.target, one.model, one.positive, one.trained_on): gap(one.bins) for one in curves}
    for (target, model, positive, trained_on), off in gaps.items():
        base = gaps.get((target, model, positive, "real"))
        if trained_on == "synthetic" and off > max(OFF, base or 0.0):
            against = "not evaluated" if base is None else figure(base)
            yield (
                f"Recalibrate {named(model)} on real rows before acting on its chances of {target} "
                f"= {positive}: they are off by {figure(off)} on average (baseline: {against})."
            )


def _targets(found: tuple[Trial, ...]) -> Iterator[str]:
    targets = tuple(dict.fromkeys(one.target for one in found))
    if targets:
        yield f"Tried as a target: {listed(targets)}. Any other target is {NOT_EVALUATED}."
