"""Which entries of a ledger count: for what was run, and for what an audience has received."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from registry.ledger.entry import Entry

PUBLIC = "public"
Entries = list[Entry]


def ran(entries: Sequence[Entry]) -> list[Entry]:
    """Everything that was generated from the source, whoever received it."""
    return _claimed([one for one in entries if one.kind == "run"])


def exposed(runs: Mapping[str, Sequence[Entry]], given: Iterable[Entry], audience: str) -> Entries:
    """What ``audience`` has of what was ``given``; what is public has reached everybody.

    Partners count as one audience, because they may pool what they hold. ``runs`` are by content:
    claims that were made for the same content at any other time count as well, so that no amendment
    lowers a total.
    """
    reached = [one for one in given if reaches(one, audience)]
    contents = dict.fromkeys(one.content_digest for one in reached)
    claims = [one for content in contents for one in runs.get(content, ())]
    return sorted(_claimed([*claims, *reached]), key=lambda one: one.number)


def reaches(entry: Entry, audience: str) -> bool:
    """Whether an entry is one of the exposure of ``audience``."""
    return entry.kind != "run" and entry.audience in (audience, PUBLIC)


def affected(audience: str, known: Iterable[str]) -> list[str]:
    """The audiences, of those ``known``, that receive what is released to ``audience``."""
    return [one for one in known if audience in (one, PUBLIC)]


def _claimed(entries: Sequence[Entry]) -> list[Entry]:
    """Without the runs whose card said nothing and was amended to say something.

    Silence is no claim. But a card that falls silent once the version was received takes its claim
    back: then nothing bounds it any more, whatever is said later. What was released under a silent
    card stays without a guarantee. The run was when its card said nothing: what is said of it later
    carries its place in the log, so that it counts in no part that was declared only after it.
    """
    spoken = _first(one for one in entries if one.kind == "run" and one.guarantee)
    given = _first(one for one in entries if one.kind != "run")
    passing = [one for one in entries if _passing(one, spoken, given)]
    silent = {one.content_digest: one.event for one in sorted(passing, key=lambda one: -one.event)}
    numbers = {one.number for one in passing}
    return [
        replace(one, event=min(one.event, silent.get(one.content_digest, one.event)))
        for one in entries
        if one.number not in numbers
    ]


def _first(entries: Iterable[Entry]) -> dict[str, int]:
    """The number of the first entry of each content."""
    found: dict[str, int] = {}
    for one in entries:
        found[one.content_digest] = min(found.get(one.content_digest, one.number), one.number)
    return found


def _passing(one: Entry, spoken: Mapping[str, int], given: Mapping[str, int]) -> bool:
    """Whether a run claims nothing of what a claim is made for, and took nothing back."""
    if one.kind != "run" or one.guarantee or one.content_digest not in spoken:
        return False
    content = one.content_digest
    return one.number < max(spoken[content], given.get(content, one.number + 1))
