"""What risk is left, in plain words, and what was not tried."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from registry.ledger.wording import used_up
from registry.reports.caveats import attacked
from registry.reports.document import Block, Heading, Items
from registry.reports.facts import VersionFacts
from registry.reports.measurements import readings
from registry.reports.numbers import listed, plural, sentence_case
from registry.reports.privacy_utility.attacks import tried, untried
from registry.reports.privacy_utility.compared import Version

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
        Items((*_bounded(facts), *attacked(readings(facts)), *_together(facts), DISCLOSURE)),
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
