"""The recommendation, and the rule that it rests on.

Where policies have decided, theirs is the rule. Where none has, the rule is stated here, and it
never comes out in favour: nobody has set a limit that could be met. An audit that contradicts the
claim, and a version that was withdrawn, outweigh an allowance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.ledger.contradiction import CONTRADICTED
from registry.reports.document import Block, Callout, Outcome, Rows, Words
from registry.reports.facts import DecisionFacts, VersionFacts
from registry.reports.numbers import figure, listed, plural
from registry.reports.privacy_utility.attacks import beyond, tried, untried, works
from registry.reports.privacy_utility.compared import Version, better
from registry.reports.table import Row, Table, table
from registry.reports.verdict import OUTCOMES, context, reasons

WORDS: Final = {
    "allow": "Release can be recommended",
    "deny": "Do not release",
    "undecided": "Hold back",
}
STATED: Final = (
    "The rule, where no policy has decided: nothing is recommended for release. A version is worth "
    "putting forward if every kind of attack was tried, none works, its claim is "
    "not contradicted, and no other version is at least as good in epsilon, measured risk, "
    "utility and fidelity."
)


def recommendation(facts: VersionFacts, found: tuple[Version, ...]) -> tuple[Block, ...]:
    """One for each decision; without any, what the stated rule says."""
    against = tuple(_against(facts, found))
    if not facts.decisions:
        return (_undecided(facts, found, against),)
    left = (*_left(facts), *_alternatives(found))
    return tuple(_of(one, against, left) for one in facts.decisions)


def rules(facts: VersionFacts) -> tuple[Block, ...]:
    """The rules that decided, a row each; the stated one where none did."""
    made = tuple(Rows(_rules(one)) for one in facts.decisions if one.findings)
    return made or (Words(STATED),)


def _against(facts: VersionFacts, found: tuple[Version, ...]) -> Iterator[str]:
    """What no allowance outweighs."""
    if facts.costs.audited == CONTRADICTED:
        yield "An audit contradicts the claim, so that nothing that rests on its epsilon holds."
    if any(one.own and one.facts.state == "withdrawn" for one in found):
        yield "The version was withdrawn."


def _of(one: DecisionFacts, against: tuple[str, ...], left: tuple[str, ...]) -> Callout:
    outcome: Outcome = "deny" if against or one.outcome == "deny" else _known(one.outcome)
    failed = reasons(tuple(each for each in one.findings if each.outcome != "pass"))
    said = (*against, *failed, *left, _rule_of(one))
    return Callout(outcome, WORDS[outcome], context(one), _sentence(one), said)


def _rule_of(one: DecisionFacts) -> str:
    """The rule that the outcome follows from, in words."""
    if not one.policies:
        return "The rule: where no policy governs a use, it is not permitted."
    return {
        "allow": "The rule: every check of every governing policy passed, is waived, or by its "
        "policy's own words only warns.",
        "deny": "The rule: one failed check denies, whatever else passed.",
    }.get(one.outcome, "The rule: a check that could not be decided never counts as passed.")


def _left(facts: VersionFacts) -> Iterator[str]:
    """What remains to be weighed by a person, also where policies allow a release."""
    every = [one for one in tried(facts) if one.measured]
    working = [one for one in every if works(one.measurement)]
    if working:
        most = max(working, key=lambda one: beyond(one.measurement))
        yield (
            f"{len(working)} of {plural(len(every), 'measurement')} of attacks lie beyond guessing "
            f"with their whole interval; the highest is {most.about}, up to "
            f"{figure(beyond(most.measurement))} beyond it."
        )
    lacking = untried(facts)
    if lacking:
        yield f"Not evaluated: {listed(tuple(kind.lower() for kind in lacking))}."
    if facts.costs.claim is None:
        yield "It has no epsilon: attacks that nobody tried have no limit."
    elif facts.costs.audited != CONTRADICTED:
        yield f"Its epsilon is as claimed by its maker, {facts.costs.audited}."


def _known(outcome: str) -> Outcome:
    return "allow" if outcome == "allow" else "undecided"


def _sentence(one: DecisionFacts) -> str:
    """What the recommendation rests on."""
    by = listed(tuple(f"{each.id} {each.version}" for each in one.policies)) or "no policy"
    passed = sum(each.outcome == "pass" for each in one.findings)
    checks = f"{passed} of {plural(len(one.findings), 'check')} passed"
    said = {"allow": "Allowed", "deny": "Denied"}.get(one.outcome, "Not decided")
    return f"{said} under {by}: {checks}."


def _undecided(
    facts: VersionFacts, found: tuple[Version, ...], against: tuple[str, ...]
) -> Callout:
    outcome: Outcome = "deny" if against else "undecided"
    said = "No policy has decided on this version, so nothing here permits its release."
    weighed = (*against, *_left(facts), *_alternatives(found), STATED)
    return Callout(outcome, WORDS[outcome], "in any context", said, weighed)


def _alternatives(found: tuple[Version, ...]) -> tuple[str, ...]:
    """Versions that leave this one behind; nothing where none is known to."""
    names = tuple(one.label for one in better(found))
    if not names:
        return ()
    verb = "is" if len(names) == 1 else "are"
    return (
        f"Consider instead: {listed(names)} {verb} at least as good in epsilon, measured risk, "
        "utility and fidelity, and better in one of them, by the unfavourable ends of the "
        "intervals.",
    )


def _rules(one: DecisionFacts) -> Table:
    """A row a rule, the one that lacks most or has least to spare speaking for it."""
    rows = tuple(_rule(one))
    heads = "Rule | Outcome | What was found, at the worst | Policy"
    return table(f"The rules that decide: {context(one)}", heads, rows, 12)


def _rule(one: DecisionFacts) -> Iterator[Row]:
    gravest = list(OUTCOMES)
    order = sorted(
        one.findings,
        key=lambda each: (
            gravest.index(each.outcome),
            float("inf") if each.margin is None else each.margin,
        ),
    )
    seen: set[tuple[object, str, str]] = set()
    for each in order:
        name = each.policy, each.rule, each.outcome
        if name in seen:
            continue
        seen.add(name)
        by = f"{each.policy.id} {each.policy.version}" if each.policy else "the registry itself"
        yield f"{each.rule} {each.title}", OUTCOMES[each.outcome], each.message, by
