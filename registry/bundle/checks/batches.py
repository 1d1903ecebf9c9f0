"""Each batch was planned before its runs, comes to what it says, and its runs are as planned."""

from collections import Counter

from registry.bundle.budgets import PLAN, by_two
from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.bundle.told import Event
from registry.card import recorded_card
from registry.clock import zoned
from registry.ledger.batches import batch_told, misplaced, of_name
from registry.ledger.planning import faults, short

TITLE = "batches as they were planned"
CAUSE = "ledger-batch"


def check(case: Case) -> Found:
    """Every declaration of the source, every run of the ledger, and the cards of this version."""
    if case.record.ledger is None:
        return
    told = [*case.log.of("batch.declared", source=case.record.source.name)]
    names = Counter(one.details["batch"] for one in told)
    for event in told:
        name = event.details["batch"]
        for what in _faults(event):
            yield Problem(CAUSE, f"the batch {name}: {what}")
        if not by_two(case, event, PLAN):
            yield Problem(CAUSE, f"the batch {name} was not declared and signed by two people")
        if names[name] > 1:
            yield Problem(CAUSE, f"the batch {name} is declared more than once")
    for what in misplaced(case.entries, [batch_told(one.details, one.seq) for one in told]):
        yield Problem(CAUSE, what)
    yield from _made(case, told)


def _faults(event: Event) -> list[str]:
    found = list(faults(event.details))
    if not found and (why := short(batch_told(event.details, event.seq))):
        found.append(why)
    return found


def _made(case: Case, told: list[Event]) -> Found:
    """A run of this version was made after its plan was declared, as its cards say."""
    declared = {one.seq: one.time for one in told}
    batches = [batch_told(one.details, one.seq) for one in told]
    for text in case.record.cards:
        card = recorded_card(text)
        batch, _ = of_name(card.guarantee.batch if card.guarantee else None, batches)
        if batch is None:
            continue
        made = zoned(card.generator.made_at)
        if made is None or made < declared[batch.event]:
            yield Problem(CAUSE, f"{case.label} was not made after {batch.name} was declared")
