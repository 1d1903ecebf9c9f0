"""What risk is left, in plain words, and what was not tried."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from registry.ledger.wording import used_up
from registry.reports.caveats import WORKING, guessing, with_interval
from registry.reports.document import Block, Heading, Items
from registry.reports.facts import VersionFacts
from registry.reports.measurements import Reading
from registry.reports.numbers import figure, listed, plural, sentence_case
from registry.reports.privacy_utility.attacks import beyond, tried, untried, works
from registry.reports.privacy_utility.compared import Version

BEATS = "attack_beats_baseline"
DISCLOSURE = (
    "The measurements in this report were made on real rows and are no part of the epsilon. To "
    "pass the report on is a small disclosure of its own."
)
ALWAYS = (
    "Membership inference by training the generator again (shadow models), which is stronger than "
    "the attacks made here.",
    "An attacker with other data than the columns of this source, with the generator's code or its "
    "seed, or with several versions at once.",
)


def residual(facts: VersionFacts, found: tuple[Version, ...]) -> tuple[Block, ...]:
    """The risk that is left, then what nobody tried."""
    return (
        Items((*_bounded(facts), *_attacked(facts), *_together(facts), DISCLOSURE)),
        Heading("What was not tried"),
        Items((*_untried(facts), *_several(facts, found), *ALWAYS)),
    )


def _bounded(facts: VersionFacts) -> Iterator[str]:
    claim = facts.costs.claim
    if claim is None:
        yield (
            "No epsilon limits what an attack can learn of one person. The attacks below are all "
            "that is known, and a better one may learn more; nothing says how much more."
        )
        return
    yield (
        f"The claim limits what any attack, tried or not, learns of one {claim.unit}, as far as it "
        f"is true: it is {facts.costs.audited}."
    )
    if claim.unit in ("record", "event"):
        yield (
            f"The limit is for one {claim.unit}. For somebody with k of them the epsilon is k "
            "times as large (group privacy: Dwork and Roth 2014, theorem 2.2)."
        )


def _attacked(facts: VersionFacts) -> Iterator[str]:
    """A sentence for each kind of attack that works; then what the others leave open."""
    counted = [one for one in tried(facts) if one.measured and one.measurement.metric in WORKING]
    for metric in dict.fromkeys(one.measurement.metric for one in counted):
        working = [
            one for one in counted if one.measurement.metric == metric and works(one.measurement)
        ]
        if working:
            yield _working(working)
    others = [one for one in counted if not works(one.measurement)]
    weak = [one for one in others if one.measurement.parameters.get(BEATS) is False]
    if weak:
        yield (
            f"A weak attack shows no safety: {listed(tuple(one.about for one in weak))} did no "
            "better than guessing without the synthetic table."
        )
    left = [one for one in others if one not in weak]
    if left:
        most = max(left, key=lambda one: beyond(one.measurement))
        yield (
            f"A low risk is not contradicted by {plural(len(left), 'measurement')}; they leave "
            f"room for up to {figure(max(0.0, beyond(most.measurement)))} beyond guessing "
            f"({most.about})."
        )


def _working(same: list[Reading]) -> str:
    """The worst of one kind, and for which others it came out the same."""
    worst = max(same, key=lambda one: beyond(one.measurement))
    others = tuple(one.scope for one in same if one is not worst and one.scope)
    also = f" It does so for {listed(others)} as well." if others else ""
    of = f" ({worst.scope})" if worst.scope else ""
    return (
        f"Do not treat it as anonymous{of}: {WORKING[worst.measurement.metric]} "
        f"{with_interval(worst.measurement)}, where guessing gives "
        f"{guessing(worst.measurement):g}.{also}"
    )


def _together(facts: VersionFacts) -> Iterator[str]:
    """What audiences hold already, beside which a release counts."""
    for one in facts.costs.audiences:
        if one.epsilon is None:
            continue
        amount = (
            f"nothing bounds what it holds, because of {listed(one.unbounded_by)}"
            if isinf(one.epsilon) or one.unbounded_by
            else f"epsilon {used_up(one.epsilon)} in all"
        )
        yield f"{sentence_case(one.name)}, with everything that it has received: {amount}."


def _untried(facts: VersionFacts) -> Iterator[str]:
    for kind in untried(facts):
        yield f"{kind}: not evaluated."
    secrets = {
        name
        for one in tried(facts)
        if one.measurement.metric == "privacy.inference" and one.measured
        for name in one.measurement.scope
    }
    others = tuple(column for column in facts.columns if column not in secrets)
    if others:
        yield f"Guessing {listed(others)} from the other columns: not evaluated."
    for one in tried(facts):
        if not one.measured:
            cause = one.measurement.cause or "no cause was recorded"
            yield f"{one.about}: not measurable, {cause}."


def _several(facts: VersionFacts, found: tuple[Version, ...]) -> Iterator[str]:
    others = [one for one in found if not one.own and one.facts.audiences]
    if others:
        names = listed(tuple(one.label for one in others))
        yield (
            f"Attacks on this version together with {plural(len(others), 'other version')} that "
            f"{'was' if len(others) == 1 else 'were'} released of the same source ({names})."
        )
