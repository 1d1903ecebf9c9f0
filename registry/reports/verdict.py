"""The verdict of a report: for each context what was decided, why, and how far it came."""

from __future__ import annotations

import math
from typing import Final, cast

from registry.policy.engine import Finding
from registry.policy.explain import sentence
from registry.reports import estimates
from registry.reports.document import Block, Callout, Outcome, Rows, Words
from registry.reports.facts import DecisionFacts, ReleaseFacts, SignOffFacts, VersionFacts
from registry.reports.numbers import (
    count,
    listed,
    moment,
    plural,
    sentence_case,
    signed,
    words,
)
from registry.reports.table import Row, Table, table

WORDS: Final = {"allow": "Allowed", "deny": "Denied", "undecided": "Undecided"}
OUTCOMES: Final = {
    "error": "Could not be evaluated",
    "fail": "Failed",
    "missing": "Not evaluated",
    "waived": "Waived",
    "warn": "Warning",
    "pass": "Passed",
}
GRAVITY: Final = {outcome: place for place, outcome in enumerate(OUTCOMES)}
MEANINGS: Final = {
    "approve": "Approved",
    "reject": "Rejected",
    "return": "Returned",
    "review": "Reviewed",
    "author": "Signed as author",
    "take responsibility": "Responsibility taken",
    "retract": "Took an earlier signature back",
}
UNAUTHENTICATED: Final = "unauthenticated (local mode)"
REASONS: Final = 6


UNDECIDED: Final = Callout(
    "undecided",
    "No decision",
    "in any context",
    "No policy has been asked about this version, so nothing here permits its release.",
)


def callouts(facts: VersionFacts) -> tuple[Callout, ...]:
    """A verdict for each decision, in stored order; one that permits nothing where there is none:
    the word, the sentence, a reason for each rule, and how far its request came.
    """
    return tuple(_verdict(facts, decision) for decision in facts.decisions) or (UNDECIDED,)


def findings(facts: VersionFacts) -> tuple[Block, ...]:
    """Every finding of every decision, the gravest first."""
    return tuple(Rows(every_finding(decision)) for decision in facts.decisions) or (
        Words("Findings: not evaluated, because no decision was made.", "absent"),
    )


def context(decision: DecisionFacts) -> str:
    """Use, audience and jurisdiction in words."""
    place = decision.jurisdiction or "no jurisdiction stated"
    return f"{sentence_case(words(decision.use))}, audience {decision.audience}, {place}"


def _verdict(facts: VersionFacts, decision: DecisionFacts) -> Callout:
    return callout(decision, _progress(facts, decision))


def callout(decision: DecisionFacts, progress: tuple[str, ...]) -> Callout:
    """One decision: the word, the sentence, a reason for each rule, and what came of it."""
    against = tuple(finding for finding in _gravest_first(decision) if finding.outcome != "pass")
    said = reasons(against)
    more = len(said) - REASONS
    return Callout(
        outcome=cast(Outcome, decision.outcome),
        word=WORDS.get(decision.outcome, words(decision.outcome).capitalize()),
        about=context(decision),
        sentence=_sentence(decision, against),
        reasons=(
            *said[:REASONS],
            *((f"And {plural(more, 'more rule')}, listed under Findings.",) if more > 0 else ()),
        ),
        progress=progress,
    )


def _gravest_first(decision: DecisionFacts) -> list[Finding]:
    return sorted(decision.findings, key=lambda finding: GRAVITY[finding.outcome])


def _sentence(decision: DecisionFacts, against: tuple[Finding, ...]) -> str:
    """The decision in one plain sentence, with how many checks stood for and against it."""
    outcomes = [finding.outcome for finding in against]
    failed = outcomes.count("fail") + outcomes.count("error")
    missing, waived, warned = (outcomes.count(one) for one in ("missing", "waived", "warn"))
    under = ", ".join(f"{policy.id} {policy.version}" for policy in decision.policies)
    parts = [
        f"{plural(failed, 'check')} failed" if failed else "",
        f"{plural(missing, 'check')} could not be decided" if missing else "",
        f"{plural(waived, 'check')} failed and {'is' if waived == 1 else 'are'} waived"
        if waived
        else "",
        f"{plural(warned, 'check')} failed without effect" if warned else "",
        "" if against else _none_against(len(decision.findings)),
    ]
    counted = " and ".join(part for part in parts if part)
    return f"{sentence_case(counted)} under {under or 'no policy: none governs this use'}."


def _none_against(checks: int) -> str:
    return f"{plural(checks, 'check')} passed and none failed" if checks else "no check was made"


def reasons(against: tuple[Finding, ...]) -> tuple[str, ...]:
    """One reason for each rule and outcome, however many columns it speaks of."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in against:
        policy = finding.policy.id if finding.policy else ""
        alike.setdefault((policy, finding.rule, finding.outcome), []).append(finding)
    return tuple(map(_reason, alike.values()))


def _reason(alike: list[Finding]) -> str:
    """The finding that lacks most, in full; then where else its rule came out the same."""
    worst, *others = sorted(alike, key=lambda one: math.inf if one.margin is None else one.margin)
    said = sentence(worst).rstrip()
    parts = [said if said.endswith((".", "!", "?")) else f"{said}."]
    if others:
        scopes = tuple(" and ".join(one.scope) or one.title for one in others)
        parts.append(f"The same rule came out so for {count(len(others))} more: {listed(scopes)}.")
    if worst.remediation:
        parts.append(f"What to do: {worst.remediation}")
    return " ".join(parts)


def _progress(facts: VersionFacts, decision: DecisionFacts) -> tuple[str, ...]:
    """The request, who signed it, and what was released under it, a sentence each."""
    if decision.request is None:
        return (
            "This decision belongs to no request: it is the policies' answer, asked without one.",
        )
    state = f"Request {decision.request} is {words(decision.state or 'in no recorded state')}."
    signed_by = tuple(
        _signed(facts, signoff) for signoff in facts.signoffs if signoff.request == decision.request
    )
    released = tuple(
        _released(release) for release in facts.releases if release.request == decision.request
    )
    return (state, *(signed_by or ("Nobody has signed it.",)), *released)


def _signed(facts: VersionFacts, signoff: SignOffFacts) -> str:
    return (
        f"{meaning(signoff)} by {signoff.name} ({words(signoff.role)}) "
        f"at {moment(signoff.at)}; {how_signed(facts, signoff)}."
    )


def _released(release: ReleaseFacts) -> str:
    return (
        f"Release {release.id} to {release.recipient} is {words(release.state)}; "
        f"it is permitted through {release.expires_on} (UTC)."
    )


def how_signed(facts: VersionFacts, signoff: SignOffFacts) -> str:
    """How the signer proved who they are; in local mode nobody did, whatever was stored."""
    return UNAUTHENTICATED if facts.local_mode else signoff.authentication


def meaning(signoff: SignOffFacts) -> str:
    """What the signature says, as a past participle where there is one."""
    return MEANINGS.get(words(signoff.meaning), words(signoff.meaning).capitalize())


def every_finding(decision: DecisionFacts) -> Table:
    """Every finding of one decision with its margin, the gravest first."""
    rows = tuple(_finding(decision, finding) for finding in _gravest_first(decision))
    seen_as = estimates.heading(decision)
    columns = f"Rule | Outcome | {seen_as} # | Expected | Margin # | Severity | Policy"
    return table(f"Findings: {context(decision)}", columns, rows, shown=12)


def _finding(decision: DecisionFacts, finding: Finding) -> Row:
    scope = f" [{', '.join(finding.scope)}]" if finding.scope else ""
    policy = finding.policy
    return (
        f"{finding.rule} {finding.title}{scope}",
        OUTCOMES[finding.outcome],
        estimates.seen(finding, decision),
        estimates.limit(finding, decision),
        signed(finding.margin),
        finding.severity,
        f"{policy.id} {policy.version}" if policy else "the registry itself",
    )
