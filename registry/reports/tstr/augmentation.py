"""Augmentation: whether adding the synthetic rows to the real ones makes a better model."""

from __future__ import annotations

from typing import Final

from registry.reports.document import Block, Rows, Words
from registry.reports.facts import MeasurementFacts
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, figure
from registry.reports.table import table
from registry.reports.tstr.scores import Trial

LEAD: Final = (
    "For those who have the real rows as well: the score of the same model trained on the rows of "
    "both tables, less its score trained on the real rows alone. Above zero, adding helps."
)


def augmentation(found: tuple[Trial, ...]) -> tuple[Block, ...]:
    """The gain of each model, and what it comes to in words."""
    rows = tuple((one.name, *_cells(one.gain)) for one in found if one.gain)
    if not rows:
        return Words(LEAD), Words(f"Augmentation gain: {NOT_EVALUATED}.", "absent")
    heads = "Target and model | Gain # | Interval # | In words"
    caption = "Score with the synthetic rows added, less without them"
    return Words(LEAD), Rows(table(caption, heads, rows, len(rows)))


def _cells(found: MeasurementFacts | None) -> tuple[str, str, str]:
    if found is None or found.value is None:
        cause = found.cause if found and found.cause else "no cause was recorded"
        return NOT_MEASURABLE, NOT_MEASURABLE, cause
    return figure(found.value), between(found.low, found.high), _in_words(found)


def _in_words(found: MeasurementFacts) -> str:
    if found.low is None or found.high is None:
        return "no interval was stated, so it may be chance"
    if found.low > 0:
        return "helps: the whole interval is above zero"
    if worse(found):
        return "harms: the whole interval is below zero"
    return "no gain is shown: zero lies within the interval"


def worse(found: MeasurementFacts | None) -> bool:
    """Whether adding the synthetic rows makes a worse model, beyond chance."""
    return found is not None and found.high is not None and found.high < 0
