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
    """Without the runs whose card said nothing yet and was amended to say something.

    Silence is no claim. What was released under a silent card stays without a guarantee. But the
    run was then: what is said of it later carries its place in the log, so that it counts in no
    part that was declared only after it.
    """
    spoken = {one.content_digest for one in entries if one.kind == "run" and one.guarantee}
    silent: dict[str, int] = {}
    for one in entries:
        if one.kind == "run" and not one.guarantee and one.content_digest in spoken:
            event = silent.get(one.content_digest, one.event)
            silent[one.content_digest] = min(event, one.event)
    return [
        replace(one, event=min(one.event, silent[one.content_digest]))
        if one.content_digest in silent
        else one
        for one in entries
        if one.kind != "run" or one.guarantee or one.content_digest not in spoken
    ]
