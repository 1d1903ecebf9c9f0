"""What models score on real rows: trained on synthetic rows, on real ones, and their ratio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from registry.reports.document import Block, Figure, Rows, Words
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.measurements import Reading, readings, worst
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, count, figure, words
from registry.reports.plots.axis import SHARES, Axis, linear
from registry.reports.plots.ranges import Mark, Row, range_plot
from registry.reports.table import Table, table

TSTR, TRTR, RATIO = "utility.tstr.score", "utility.trtr.score", "utility.tstr.ratio"
GAIN, AGREEMENT = "utility.augmentation.gain", "utility.importance.agreement"
CHANCE: Final = {"AUC": 0.5, "R2": 0.0}
"""What a model scores that has learnt nothing: Fawcett (2006), section 4; R2 by its definition."""
KINDS: Final = {
    "line-synthetic": "trained on synthetic rows (TSTR)",
    "line-real": "trained on real rows (TRTR), the baseline",
}
TITLE: Final = "Scores on real test rows"
KEPT: Final = (
    "A model that has learnt nothing still has an AUC of 0.5, so a ratio of AUCs looks better than "
    "it is. “Kept above chance” leaves chance out: of what the model trained on real rows has "
    "above chance, the part that is kept. It is computed from the two values and has no interval."
)


@dataclass(frozen=True)
class Trial:
    """One model for one target, each of its measurements the worst of all evaluations."""

    target: str
    model: str
    tstr: MeasurementFacts | None
    trtr: MeasurementFacts | None
    ratio: MeasurementFacts | None
    gain: MeasurementFacts | None
    agreement: MeasurementFacts | None

    @property
    def name(self) -> str:
        """The target and the model in words."""
        return f"{self.target}, {named(self.model)}"

    @property
    def score(self) -> str:
        """What the score is: AUC, R2, or as it was named."""
        known = self.tstr or self.trtr or self.ratio
        named = str(known.parameters.get("score") or known.unit) if known else "score"
        return named.removeprefix("ROC ")

    @property
    def chance(self) -> float | None:
        """The score of a model that has learnt nothing; None for a score that is not known."""
        return CHANCE.get(self.score)

    @property
    def above_chance(self) -> float | None:
        """What is kept of the baseline's score above chance; None where that has no meaning."""
        if self.chance is None or value(self.tstr) is None or value(self.ratio) is None:
            return None
        found, base = value(self.tstr), value(self.trtr)
        if found is None or base is None or base <= self.chance:
            return None
        return (found - self.chance) / (base - self.chance)


def trials(facts: VersionFacts) -> tuple[Trial, ...]:
    """Every target and model that was tried, the least that is kept first, unmeasured before it."""
    found = readings(facts)
    names = dict.fromkeys(
        (_target(facts, one), one.measurement.scope[0])
        for one in found
        if one.measurement.metric in (TSTR, TRTR, RATIO) and one.measurement.scope
    )
    made = [_trial(facts, found, target, model) for target, model in names]
    return tuple(sorted(made, key=lambda one: (_least(one.ratio), one.target, one.model)))


def _trial(facts: VersionFacts, found: tuple[Reading, ...], target: str, model: str) -> Trial:
    same = tuple(
        one for one in found if _target(facts, one) == target and model in one.measurement.scope
    )

    def of(metric: str) -> MeasurementFacts | None:
        reading = worst(same, metric)
        return reading.measurement if reading else None

    return Trial(target, model, of(TSTR), of(TRTR), of(RATIO), of(GAIN), of(AGREEMENT))


def _target(facts: VersionFacts, one: Reading) -> str:
    """What was predicted; a metric that could not be measured knows it from its evaluation."""
    stated = one.measurement.parameters.get("target")
    evaluation = facts.evaluations[int(one.evaluation.removeprefix("E")) - 1]
    return str(stated or evaluation.target or "no target stated")


def _least(ratio: MeasurementFacts | None) -> float:
    if ratio is None or ratio.value is None:
        return float("-inf")
    return ratio.value if ratio.low is None else ratio.low


def named(model: str) -> str:
    """A model as people call it: gradient boosting, the linear model."""
    return {"linear": "the linear model"}.get(model, words(model))


def value(found: MeasurementFacts | None) -> float | None:
    """The value, None where there is none."""
    return found.value if found else None


def percent(share: float) -> str:
    """A share that is kept as a whole percentage; 99.6% is not all of it and does not read 100%."""
    return "99%" if 0.99 <= share < 1 else f"{share:.0%}"


def kept(ratio: MeasurementFacts) -> str:
    """A ratio and its interval: "93% (89 to 98)", the interval rounded outwards."""
    if ratio.value is None:
        return NOT_MEASURABLE
    if ratio.low is None or ratio.high is None:
        return f"{percent(ratio.value)} (no interval stated)"
    low, high = floor(ratio.low * 100 + 1e-9), ceil(ratio.high * 100 - 1e-9)
    return f"{percent(ratio.value)} ({low} to {high})"


def scores(found: tuple[Trial, ...]) -> tuple[Block, ...]:
    """The plot and the table; words where nothing was tried."""
    if not found:
        return (Words(f"Training on synthetic rows: {NOT_EVALUATED}.", "absent"),)
    causes = (Words(text, "absent") for text in dict.fromkeys(_causes(found)))
    return (*_plot(found), *causes, Rows(_table(found)), Words(KEPT, "note"))


def _causes(found: tuple[Trial, ...]) -> Iterator[str]:
    """Why each score or ratio is missing."""
    for one in found:
        for what, each in (("TSTR", one.tstr), ("TRTR", one.trtr), ("TSTR over TRTR", one.ratio)):
            if each is None:
                yield f"{what} of {one.name}: {NOT_EVALUATED}."
            elif each.value is None:
                yield f"{what} of {one.name}: {NOT_MEASURABLE}, {each.cause or 'no cause told'}."


def _plot(found: tuple[Trial, ...]) -> tuple[Figure, ...]:
    """One figure a score, for AUC and R2 have no axis in common."""
    return tuple(_drawn(score, found) for score in dict.fromkeys(one.score for one in found))


def _drawn(score: str, found: tuple[Trial, ...]) -> Figure:
    same = [one for one in found if one.score == score]
    rows = [row for one in same if (row := _row(one)).marks]
    heading = f"{TITLE}: {score}"
    if not rows:
        return Figure(heading, None, f"Not drawn: {score} could not be measured.", None)
    chance = CHANCE.get(score)
    summary = "; ".join(_said(one) for one in same) + "."
    dashed = f" The upright line is chance, {chance:g}." if chance is not None else ""
    key = f"scores-{len(found)}-{score.lower()}"
    picture = range_plot(key, heading, summary, _axis(score, rows), rows, KINDS, chance)
    return Figure(heading, picture, summary + dashed, None)


def _axis(score: str, rows: list[Row]) -> Axis:
    title = f"{score} on real test rows, 1 is perfect"
    ends = [end for row in rows for mark in row.marks for end in (mark.value, mark.low, mark.high)]
    known = [end for end in ends if end is not None]
    if min(known) >= 0 and max(known) <= 1:
        return Axis(title, SHARES)
    return linear(title, [*known, 0.0, 1.0])


def _row(one: Trial) -> Row:
    pairs = (("line-synthetic", one.tstr), ("line-real", one.trtr))
    marks = (
        Mark(kind, each.value, each.low, each.high)
        for kind, each in pairs
        if each and each.value is not None
    )
    return Row(one.name, tuple(marks))


def _said(one: Trial) -> str:
    return (
        f"{one.name}: {_cell(one.tstr)} trained on synthetic rows, {_cell(one.trtr)} on real rows"
    )


def _table(found: tuple[Trial, ...]) -> Table:
    rows = tuple(
        (
            f"{one.name} ({one.score})",
            _cell(one.tstr),
            _cell(one.trtr),
            kept(one.ratio) if one.ratio else NOT_EVALUATED,
            percent(one.above_chance) if one.above_chance is not None else NOT_MEASURABLE,
            _rows_tested(one),
        )
        for one in found
    )
    heads = "Target and model | TSTR # | TRTR # | Kept # | Kept above chance # | Test rows #"
    caption = f"{TITLE}, each with its interval, least kept first"
    return table(caption, heads, rows, len(rows))


def _cell(found: MeasurementFacts | None) -> str:
    if found is None:
        return NOT_EVALUATED
    if found.value is None:
        return NOT_MEASURABLE
    return f"{figure(found.value)} ({between(found.low, found.high)})"


def _rows_tested(one: Trial) -> str:
    known = [each.n for each in (one.tstr, one.trtr, one.ratio) if each and each.n is not None]
    return count(min(known)) if known else "none stated"
