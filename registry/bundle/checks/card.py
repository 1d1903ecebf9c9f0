"""The card is the one in force, and of this dataset."""

from itertools import pairwise

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.card import card_bytes

TITLE = "card as it was recorded"


def check(case: Case) -> Found:
    """Every card the version had against the events; the form of the one in force, and its name."""
    told = [*case.about_version("dataset.registered", "dataset.amended")]
    digests = {str(one.details.get("card")) for one in told}
    for digest in digests ^ case.cards.keys():
        yield Problem("card-differs", f"the card {digest} is not among both cards and events")
    event = case.card_event
    if event is not None and event.details.get("card") != case.record.dataset.card:
        yield Problem("card-differs", f"the card in force is the one of event {event.seq}")
    last = case.granted or case.approved
    for one in told:
        if case.submitted and last and case.submitted.seq < one.seq < last.seq:
            yield Problem("card-differs", f"event {one.seq} changed the card under the request")
    for before, after in pairwise(told):
        if after.details.get("was") != before.details.get("card"):
            yield Problem("card-differs", f"event {after.seq} amends another card")
    if card_bytes(case.card).decode() != case.card_text:
        yield Problem("card-differs", "the card is written in another way than it would be")
    name = case.label.rpartition("@")[0]
    if (case.card.name, case.card.source) != (name, case.record.source.name):
        yield Problem("card-differs", "the card is of another dataset")
