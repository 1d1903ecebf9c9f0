"""Whether to train on it, in one sentence a target: what the worst model keeps, and by which rule.

A limit on what must be kept is a policy's to set. Where none has decided this says what was found
and leaves the choice to the reader.
"""

from __future__ import annotations

from typing import Final

from registry.policy.engine import Finding
from registry.reports.document import Callout
from registry.reports.facts import VersionFacts
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE
from registry.reports.tstr.copies import copied
from registry.reports.tstr.scores import Trial, kept, named, percent
from registry.reports.verdict import context, reasons

RULE: Final = (
    "The rule: the model that keeps least speaks for the version, by the lower end of its interval."
)
UNTRIED: Final = Callout(
    "undecided",
    NOT_EVALUATED.capitalize(),
    "no target was tried",
    "Nobody has trained a model on this version and tested it on real rows, so nothing here speaks "
    "for training on it.",
    (RULE,),
)


def verdicts(facts: VersionFacts, found: tuple[Trial, ...]) -> tuple[Callout, ...]:
    """A verdict for each target; one that says so where none was tried."""
    targets = dict.fromkeys(one.target for one in found)
    made = (_verdict(facts, [one for one in found if one.target == each]) for each in targets)
    return tuple(made) or (UNTRIED,)


def _verdict(facts: VersionFacts, same: list[Trial]) -> Callout:
    """``same`` are the trials of one target, the worst first."""
    worst, *others = same
    about = f"predicting {worst.target}"
    reasons = (*copied(facts), *(_said(one) for one in others), RULE, *_decided(facts))
    if worst.ratio is None or worst.ratio.value is None:
        why = worst.ratio.cause if worst.ratio else "the ratio was not evaluated"
        said = (
            f"What {named(worst.model)} keeps when it is trained on this data cannot be told: "
            f"{why or 'no cause was recorded'}."
        )
        return Callout("undecided", NOT_MEASURABLE.capitalize(), about, said, reasons)
    word = f"Keeps {percent(worst.ratio.value)} of the {worst.score}"
    return Callout("info", word, about, f"{_said(worst)} {_noise(worst)}", reasons)


def _said(one: Trial) -> str:
    if one.ratio is None or one.ratio.value is None:
        return f"What {named(one.model)} keeps was {NOT_MEASURABLE}."
    return (
        f"Trained on this data, {named(one.model)} keeps {kept(one.ratio)} of its {one.score} on "
        "real rows."
    )


def _noise(one: Trial) -> str:
    """Whether the difference from training on real rows is more than chance may give."""
    if one.ratio is None or one.ratio.low is None or one.ratio.high is None:
        return "No interval was stated, so nobody can tell how much of that is chance."
    if one.ratio.high < 1:
        return "Real rows train a better model: the whole interval lies below 100%."
    if one.ratio.low > 1:
        return "The whole interval lies above 100%, which real rows seldom allow: see the cautions."
    return (
        "Chance alone could explain the difference from real rows: 100% lies within the interval."
    )


def _decided(facts: VersionFacts) -> tuple[str, ...]:
    """What policies required of utility, and how that came out."""
    return tuple(
        f"{context(decision)}: {said}"
        for decision in facts.decisions
        for said in reasons(tuple(map(_plain, filter(_of_utility, decision.findings))))
    )


def _of_utility(finding: Finding) -> bool:
    """A finding names its metric in what it says alone."""
    return "utility." in finding.message


def _plain(finding: Finding) -> Finding:
    """Without advice on what to do where it passed."""
    return finding._replace(remediation=None) if finding.outcome == "pass" else finding
