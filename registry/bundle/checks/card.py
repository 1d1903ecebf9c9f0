"""The card is the one in force, and of this dataset."""

from registry.bundle.case import Case, digest_text
from registry.bundle.problem import Found, Problem
from registry.card import card_bytes

TITLE = "card as it was recorded"


def check(case: Case) -> Found:
    """Its digest against the event, its form, and what it says it is the card of."""
    digest = digest_text(case.record.card)
    told = case.card_event
    if told is not None and told.details.get("card") != digest:
        yield Problem("card-differs", f"the card is not the one of event {told.seq}")
    if digest != case.record.dataset.card:
        yield Problem("card-differs", "the card does not have the digest in the record")
    if card_bytes(case.card).decode() != case.record.card:
        yield Problem("card-differs", "the card is written in another way than it would be")
    name = case.label.rpartition("@")[0]
    if (case.card.name, case.card.source) != (name, case.record.source.name):
        yield Problem("card-differs", "the card is of another dataset")
