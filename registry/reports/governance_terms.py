"""The terms of a policy in words: what it governs, who may have the data, who must sign."""

from __future__ import annotations

from collections.abc import Iterable

from registry.policy import jurisdictions
from registry.policy.document import (
    Approvals,
    Condition,
    EvidenceTerms,
    Exclude,
    Match,
    Sharing,
    WaiverTerms,
)
from registry.policy.expiry import days
from registry.policy.loader import Policy
from registry.reports.numbers import plural, sentence_case, words
from registry.reports.table import Table, table

_APART = {
    "author": "whoever registered the version",
    "evaluator": "whoever evaluated it",
    "policy-author": "whoever published the policy",
}


def governs(policy: Policy) -> tuple[str, ...]:
    """Which requests the policy governs, a sentence for every condition."""
    match = policy.document.spec.match
    if match is None:
        return ("No request by itself. Policies that extend this one say what they govern.",)
    if not match.all and not match.any:
        return ("Every request.",)
    return tuple(_conditions(match))


def spared(exclude: Exclude | None) -> tuple[str, ...]:
    """Which of those requests it leaves alone."""
    return tuple(_conditions(exclude)) if exclude else ()


def _conditions(terms: Match | Exclude) -> Iterable[str]:
    if terms.all:
        yield from (f"{sentence_case(_condition(one))}." for one in terms.all)
    if terms.any:
        yield f"At least one of: {'; or '.join(_condition(one) for one in terms.any)}."


def _condition(condition: Condition) -> str:
    fields = (
        ("the classification of the source", condition.classification),
        ("the modality of the source", condition.modality),
        ("the source", condition.source),
        ("the audience", condition.audience),
        ("the use", condition.use),
    )
    return " and ".join(f"{what} is {_or(values)}" for what, values in fields if values)


def _or(values: tuple[str, ...]) -> str:
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def sharing(rows: Iterable[Sharing]) -> Table:
    """Terms by audience."""
    made = tuple(_terms(row) for row in rows)
    heads = "Audience | Shared | Where | Agreement | A release ends"
    return table("Sharing by audience", heads, made, len(made))


def _terms(row: Sharing) -> tuple[str, ...]:
    if row.effect == "deny":
        return (row.audience, "no", "nowhere", "does not apply", "does not apply")
    return (
        row.audience,
        "yes",
        ", ".join(row.jurisdictions) or "everywhere",
        row.agreement or "none asked for",
        f"after {_days(row.expires_after)}" if row.expires_after else "never by itself",
    )


def evidence(terms: EvidenceTerms) -> tuple[str, ...]:
    """What a measurement must be like."""
    age = (
        f"A measurement counts for {_days(terms.max_age)}."
        if terms.max_age
        else "A measurement counts at any age, unless a rule sets one."
    )
    holdout = (
        "It must have been made with a holdout, where the metric has a part for one."
        if terms.holdout == "required"
        else "It counts without a holdout, unless a rule demands one."
    )
    about = "It must be of the very table that is to be released, by its digest."
    return age, holdout, about


def approvals(terms: Approvals) -> tuple[Table, tuple[str, ...]]:
    """Who signs, as a table; who may not and for how long it holds, in sentences."""
    rows = tuple((words(seat.role), str(seat.min)) for seat in terms.quorum)
    apart = [_APART[one] for one in terms.separation]
    window = terms.author_window
    said = [
        f"May not approve: {', '.join(apart)}." if apart else "Nobody is kept from approving.",
        f"An approval holds for {_days(terms.valid_for)}.",
    ]
    if window:
        said.append(f"Who published a version of the policy waits {_days(window)} to approve.")
    if terms.signatures == "required":
        said.append("Only what is signed by a person's own key counts, waivers too.")
    return table("Approvals needed", "Role | People at least #", rows, len(rows)), tuple(said)


def waivers(terms: WaiverTerms | None) -> tuple[str, ...]:
    """Which rules may be waived, by whom, for how long."""
    if terms is None:
        return ("No rule may be waived.",)
    return (
        f"May be waived for one version: {', '.join(terms.allowed)}. No other rule may.",
        f"A waiver is signed by a person in the role {words(terms.approver)}.",
        f"It lasts {_days(terms.max_duration)} at the most.",
    )


def places() -> str:
    """What the groups of countries stand for, and as of when."""
    groups = " and ".join(sorted(jurisdictions.GROUPS))
    return f"{groups} stand for their members as of {jurisdictions.AS_OF}."


def _days(duration: str) -> str:
    return plural(days(duration), "day")
