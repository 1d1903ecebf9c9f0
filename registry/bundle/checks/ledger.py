"""The ledger is whole, as the log states it, and counts this version as its cards say."""

from collections.abc import Iterator
from itertools import accumulate

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem, Unchecked
from registry.bundle.told import Event
from registry.ledger.entry import GENESIS, Entry

TITLE = "ledger of the source, whole"


def check(case: Case) -> Found:
    """Every statement of the log, the chain, and the entries of this very version."""
    stating = [*_stating(case)]
    if case.record.ledger is None:
        if stating:
            yield Problem("ledger-missing", f"event {stating[0].seq} states a ledger")
        else:
            yield Unchecked("no ledger: the bundle and its events are from before there was one")
        return
    yield from _stated(case, stating)
    yield from _added(case)
    yield from _followed(case)
    yield from _runs(case)
    yield from _exposures(case)
    yield Unchecked(
        "totals by PLD and at the best Renyi order, on which no release rests but for its batches"
    )


def _stating(case: Case) -> Iterator[Event]:
    facts = ("dataset.registered", "dataset.amended", "release.granted", "bundle.created")
    return (one for one in case.about_version(*facts) if one.details.get("ledger") is not None)


def _stated(case: Case, stating: list[Event]) -> Found:
    """Numbers, heads and places in the log; and what must state the ledger does."""
    if [one.number for one in case.entries] != [*range(1, len(case.entries) + 1)]:
        yield Problem("ledger-differs", "the numbers of the entries have a gap")
    heads = [*accumulate(case.entries, lambda head, one: one.digest(head), initial=GENESIS)]
    for event in stating:
        yield from _compared(case, event, heads)
    silent = [case.log.events[-1]]
    if case.granted is not None and stating and stating[0].seq < case.granted.seq:
        silent.append(case.granted)
    for event in silent:
        if event not in stating:
            yield Problem("ledger-differs", f"event {event.seq} does not state the ledger")


def _compared(case: Case, event: Event, heads: list[str]) -> Found:
    said = event.details["ledger"]
    if said.get("source") != case.record.source.name:
        yield Problem("ledger-foreign", f"event {event.seq} states that of {said.get('source')}")
        return
    count = sum(one.event <= event.seq for one in case.entries)
    if (said.get("entries"), said.get("head")) != (count, heads[count]):
        yield Problem("ledger-differs", f"at event {event.seq} it is not the one that it states")


def _added(case: Case) -> Found:
    """Every entry is of an event up to the bundle's; of one in the bundle, which adds it."""
    events = {one.seq: one for one in case.log.events}
    for one in case.entries:
        if one.event > case.log.events[-1].seq:
            yield Problem("ledger-differs", f"entry {one.number} is of later than the bundle")
        elif one.event in events and not _adds(events[one.event], one):
            yield Problem("ledger-entry", f"event {one.event} did not add entry {one.number}")


def _adds(event: Event, entry: Entry) -> bool:
    if entry.kind == "run":
        adding: tuple[str, ...] = ("dataset.registered", "dataset.amended")
    else:
        adding = ("release.granted",)
    own = entry.kind == "informed" or event.dataset == entry.label
    return event.fact in adding and own


def _followed(case: Case) -> Found:
    """Entries stand in the order of the log, and what was exposed had been run, so claimed."""
    newest: dict[str, Entry] = {}
    last = 0
    for one in case.entries:
        if one.event < last:
            yield Problem("ledger-differs", f"entry {one.number} is out of turn")
        last = one.event
        claim = one.guarantee or {}
        if (one.partition, one.batch) != (claim.get("partition"), claim.get("batch")):
            yield Problem("ledger-guarantee", f"entry {one.number} reads another part than it says")
        if one.kind == "run":
            newest[one.label] = one
            continue
        run = newest.get(one.label)
        if run is None or _counted(run) != _counted(one):
            yield Problem("ledger-entry", f"entry {one.number} exposes what was not run so")


def _counted(entry: Entry) -> tuple[object, ...]:
    return entry.content_digest, entry.guarantee


def _runs(case: Case) -> Found:
    """The version once for every claim that its cards made, in turn."""
    expected: list[tuple[int, object]] = []
    for event in case.about_version("dataset.registered", "dataset.amended"):
        claim = case.claims[str(event.details.get("card"))]
        if not expected or claim != expected[-1][1]:
            expected.append((event.seq, claim))
    own = [one for one in case.entries if one.kind == "run" and one.label == case.label]
    if [one.event for one in own] != [seq for seq, _ in expected]:
        yield Problem("ledger-entry", f"{case.label} is not in it once for every claim")
    elif [one.guarantee for one in own] != [claim for _, claim in expected]:
        yield Problem("ledger-guarantee", f"{case.label} claims something else on its cards")
    if any(one.content_digest != case.record.dataset.content for one in own):
        yield Problem("ledger-entry", f"{case.label} is in it with other contents")


def _exposures(case: Case) -> Found:
    """The release to its audience, and what informed the choice."""
    if case.granted is None or case.submitted is None:
        return
    asked = case.submitted.details
    chosen = [("informed", one) for one in asked.get("chosenFrom", [])]
    expected = [("exposure", case.label), *chosen]
    found = [one for one in case.entries if one.kind != "run" and one.event == case.granted.seq]
    if sorted((one.kind, one.label) for one in found) != sorted(expected):
        yield Problem("ledger-entry", f"the release of event {case.granted.seq} is not in it")
    if any(one.audience != asked["audience"] for one in found):
        yield Problem("ledger-entry", f"event {case.granted.seq} is in it for another audience")
