"""The audit report: what a regulator asks for over a period, the integrity of the record first."""

from __future__ import annotations

from typing import Final

from registry.reports.document import (
    Block,
    Callout,
    Document,
    Line,
    Lines,
    Outcome,
    Rows,
    Section,
    Words,
    blocks,
    rows,
)
from registry.reports.numbers import count, moment, plural, words
from registry.reports.period.facts import (
    EndFacts,
    EventFacts,
    GrantFacts,
    PeriodFacts,
    RefusalFacts,
    SignedFacts,
    TrailFacts,
    WaivedFacts,
)
from registry.reports.signed import LOCAL_MODE
from registry.reports.table import Row, Table, table
from registry.reports.verdict import MEANINGS

NAME: Final = "Audit report"
MOST: Final = 1000
"""Rows of a section: beyond them the report says how many there are, and how to get them."""
SHOWN: Final = 25
_VERDICTS: Final[dict[str, tuple[Outcome, str]]] = {
    "intact": ("allow", "The trail is not contradicted"),
    "broken": ("deny", "The trail does not verify"),
    "not checked": ("undecided", "The trail could not be checked"),
}
LIMITS: Final = (
    "What this cannot show: an event that was never logged, and a log that whoever holds its key "
    "rewrote after the last anchor. A checkpoint held outside shows the second."
)
PSEUDONYMS: Final = (
    "The log holds pseudonyms; names are put back where they were not erased. Reasons are printed "
    "as they were given."
)


def audit(facts: PeriodFacts) -> Document:
    """The report as words and tables, in reading order."""
    return Document(
        kind="audit",
        name=NAME,
        title=f"{facts.since} to {facts.until}",
        label=f"{facts.since} to {facts.until}",
        printed_at=moment(facts.printed_at),
        lead=PSEUDONYMS,
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("trail", "Whether the record holds", _trail(facts)),
            Section("summary", "Summary", (Lines(_summary(facts)),)),
            *_what_happened(facts),
            Section("counted", "Every fact of the period", _counted(facts)),
        ),
        closing=f"Printed {moment(facts.printed_at)} from the log. It supports accountability "
        "controls; it does not replace them.",
    )


def _what_happened(facts: PeriodFacts) -> tuple[Section, ...]:
    return (
        Section("granted", "Releases and their basis", _granted(facts.granted)),
        Section("ended", "Revocations, recalls and withdrawals", _events(facts.ended)),
        Section("denied", "Denials", _refusals(facts.denied)),
        Section("waived", "Waivers", _waived(facts.waived)),
        Section("signed", "Sign-offs", _signed(facts.signed)),
        Section("policies", "Policy changes", _events(facts.policies)),
        Section("terms", "Budgets, agreements and disclosures", _events(facts.terms)),
        Section("people", "People, roles and keys", _events(facts.people)),
        Section("refused", "Attempts that were not permitted or failed", _refusals(facts.refused)),
        Section("clock", "Clock", _clock(facts)),
        Section("upkeep", "The log and its database", _events(facts.upkeep)),
    )


def _trail(facts: PeriodFacts) -> tuple[Block, ...]:
    trail = facts.trail
    outcome, word = _VERDICTS[trail.verdict]
    until = (
        ""
        if facts.over
        else f" The period is not over: it ends here at {moment(facts.printed_at)}."
    )
    said = f"{plural(trail.events, 'event')} of the log are of this period.{until}"
    ends = tuple(_end(name, one) for name, one in _ends(trail))
    heads = "End | At | Events in the log # | Last signed checkpoint | Last anchor"
    return (
        Callout(outcome, word, f"{facts.since} to {facts.until}", said, trail.why),
        Rows(table("The log at both ends of the period", heads, ends, len(ends))),
        Words(_exposed(trail)),
        Words(f"Today: {trail.exposure}."),
        Words(LIMITS, "note"),
    )


def _ends(trail: TrailFacts) -> tuple[tuple[str, EndFacts], ...]:
    return ("Before it began", trail.first), ("When it ended", trail.last)


def _end(name: str, one: EndFacts) -> Row:
    return (
        name,
        moment(one.at),
        count(one.events),
        one.checkpoint or "none was signed",
        one.anchor or "none was put outside",
    )


def _exposed(trail: TrailFacts) -> str:
    if not trail.unanchored:
        return "Every event of the period lies under a checkpoint that was put outside."
    return (
        f"Exposed: {count(trail.unanchored)} of the {plural(trail.events, 'event')} lie under no "
        "checkpoint outside; whoever writes to the database and holds the key could change them."
    )


def _summary(facts: PeriodFacts) -> tuple[Line, ...]:
    return (
        Line("Releases granted", count(len(facts.granted)), _standing(facts.granted)),
        Line("Denials", count(len(facts.denied)), "denied, or could not be decided"),
        Line("Waivers", count(len(facts.waived)), "granted, or counting, in the period"),
        Line("Sign-offs", count(len(facts.signed)), "retractions and rejections included"),
        Line("Policy changes", count(len(facts.policies)), "versions published"),
        Line("Not permitted or failed", count(len(facts.refused)), "attempts"),
    )


def _standing(granted: tuple[GrantFacts, ...]) -> str:
    number = sum(one.state == "in-force" for one in granted)
    return f"{count(number)} in force when it ended"


def _cut(found: Table, otherwise: str, command: str) -> tuple[Block, ...]:
    """At most `MOST` rows of a table, and how to get the others."""
    more = len(found.rows) - MOST
    kept = Table(found.caption, found.columns, found.rows[:MOST], SHOWN)
    said = f"{count(more)} more are in the log: `registry audit {command}`."
    return blocks(rows(kept, otherwise), Words(said, "note") if more > 0 else None)


def _granted(found: tuple[GrantFacts, ...]) -> tuple[Block, ...]:
    heads = "Release | What | To | For | State at the end | Granted | Ends | Policies | Signed by"
    made = table("Releases granted", heads, tuple(map(_grant, found)))
    basis = table(
        "What each release rests on",
        "Release | Request | Agreement | Decision",
        tuple((one.release, one.request, one.agreement or "none", one.decision) for one in found),
    )
    lines = _cut(made, "Nothing was released.", "releases")
    return (*lines, *_cut(basis, "", "releases")) if found else lines


def _grant(one: GrantFacts) -> Row:
    return (
        one.release,
        one.dataset,
        one.recipient,
        words(one.use),
        words(one.state),
        f"{moment(one.at)}, by {one.by}",
        one.expires,
        ", ".join(one.policies) or "not recorded",
        ", ".join(one.signed) or "nobody",
    )


def _refusals(found: tuple[RefusalFacts, ...]) -> tuple[Block, ...]:
    heads = "Event | Time | Who | Tried to | About | Outcome | Why | Later"
    made = table("In the order of the log", heads, tuple(map(_refusal, found)))
    return _cut(made, "There were none.", "denials")


def _refusal(one: RefusalFacts) -> Row:
    return (
        str(one.seq),
        moment(one.at),
        one.who,
        words(one.action),
        one.about,
        one.outcome,
        one.why,
        one.then,
    )


def _waived(found: tuple[WaivedFacts, ...]) -> tuple[Block, ...]:
    heads = "Waiver | Rule | Version | Signed by | State at the end | Reason | Instead | Statement"
    made = table(
        "Waivers granted in the period, or counting in it", heads, tuple(map(_waiver, found))
    )
    return _cut(made, "No waiver counted in the period.", "waivers")


def _waiver(one: WaivedFacts) -> Row:
    return (
        one.label,
        one.rule,
        one.dataset,
        f"{one.by}, {moment(one.at)}",
        f"{one.state}, through {one.until}",
        one.reason,
        f"{one.control} ({one.owner})",
        one.kept,
    )


def _signed(found: tuple[SignedFacts, ...]) -> tuple[Block, ...]:
    heads = "Event | Time | Printed name | Role | Meaning | About | Policies | Reason | How signed"
    made = table("Signatures, in the order of the log", heads, tuple(map(_signature, found)))
    return _cut(made, "Nobody signed anything.", "approvals")


def _signature(one: SignedFacts) -> Row:
    kept = "" if one.kept == "as signed" else f"; the statement is {one.kept}"
    return (
        str(one.seq),
        moment(one.at),
        one.who,
        words(one.role),
        MEANINGS.get(words(one.meaning), words(one.meaning).capitalize()),
        one.about,
        ", ".join(one.policies) or "none",
        one.reason or "no reason given",
        f"{one.authentication}{kept}",
    )


def _events(found: tuple[EventFacts, ...]) -> tuple[Block, ...]:
    heads = "Event | Time | Who | What | About | Grounds"
    made = table("In the order of the log", heads, tuple(map(_event, found)))
    return _cut(made, "There were none.", "query")


def _event(one: EventFacts) -> Row:
    return str(one.seq), moment(one.at), one.who, one.what, one.about, one.grounds


def _clock(facts: PeriodFacts) -> tuple[Block, ...]:
    if facts.clock:
        return _events(facts.clock)
    return (Words("No correction was recorded, and no event of the period is out of order."),)


def _counted(facts: PeriodFacts) -> tuple[Block, ...]:
    found = tuple((name, count(number)) for name, number in facts.counted)
    made = table("Facts by their name in the log", "Fact | Events #", found, len(found))
    return (rows(made, "The log has no event of this period."),)
