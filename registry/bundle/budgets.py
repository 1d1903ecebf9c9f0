"""The budgets of the source at a place of the log, and what they come to with the release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.bundle.case import Case, digest_text
from registry.bundle.people import persons
from registry.bundle.strict import Refused, canonical_json
from registry.bundle.told import Event
from registry.ledger.account import Account, Standing
from registry.ledger.batches import batch_told
from registry.ledger.claimed import number
from registry.ledger.exposure import affected
from registry.ledger.figures import figures, released
from registry.ledger.parts import Partition
from registry.policy.expiry import expired
from registry.policy.facts import Evidence, Subject
from registry.policy.spent import spent

DIVISION = ("partition", "column", "unit", "parts", "values")
"""What both events of a partition say."""
PLAN = ("batch", "epsilon", "delta", "library", "runs")
"""What both events of a batch say."""


@dataclass(frozen=True)
class Budget:
    """A budget as the second of its signers signed it."""

    id: int
    audience: str
    epsilon: float
    delta: float
    unit: str
    relation: str
    method: str
    order: float | None
    first: str | None
    last: str | None

    def outside(self, now: datetime) -> str | None:
        """Why it permits nothing on a day; what is over still binds."""
        if self.first is not None and now.date().isoformat() < self.first:
            return f"B-{self.id} begins on {self.first}"
        if self.last is not None and expired(self.last, now):
            return f"B-{self.id} ended on {self.last}"
        return None


def said(text: str) -> Mapping[str, Any]:
    """What a statement on a budget says. Raises ``Refused``."""
    found = canonical_json(text.encode(), "a statement on a budget")
    if not isinstance(found, dict):
        raise Refused("malformed", "a statement on a budget is no object")
    return found


def in_force(case: Case, before: int) -> dict[str, Budget]:
    """By audience what was signed last before a place, of what the release reaches."""
    assert case.submitted is not None
    events = {
        str(one.details["audience"]): one
        for one in case.log.of("budget.declared", source=case.record.source.name)
        if one.seq < before
    }
    reached = affected(str(case.submitted.details["audience"]), events)
    return {audience: _budget(case, events[audience]) for audience in reached}


def _budget(case: Case, event: Event) -> Budget:
    ledger = case.record.ledger
    for one in ledger.budgets if ledger else ():
        if digest_text(one.signature) == event.details["statement"]:
            terms = said(one.signature)["budget"]
            return Budget(
                id=int(str(event.details["budget"]).removeprefix("B-")),
                first=terms["from"],
                last=terms["until"],
                epsilon=float(terms["epsilon"]),
                delta=float(terms["delta"]),
                order=number(terms, "order"),
                **{key: terms[key] for key in ("audience", "unit", "relation", "method")},
            )
    raise Refused("budget-missing", f"the budget of event {event.seq} is not in the bundle")


def standings(case: Case, at: Event) -> list[Standing]:
    """How every budget that the release reaches stands just before an event, with the release."""
    assert case.submitted is not None
    asked, known = case.submitted.details, account(case, at.seq)
    budgets = in_force(case, at.seq)
    if not budgets:
        return []
    new = released(known, case.label, asked["audience"], asked.get("chosenFrom", ()))
    return [known.standing(one, one.outside(at.time), new) for one in budgets.values()]


def account(case: Case, before: int) -> Account:
    """The ledger up to a place of the log, with the partitions that two people declared by then
    and its batches.
    """
    source = case.record.source.name
    parts = case.log.of("partition.declared", source=source)
    plans = case.log.of("batch.declared", source=source)
    return Account(
        tuple(one for one in case.entries if one.event < before),
        tuple(_partition(one) for one in parts if one.seq < before and by_two(case, one, DIVISION)),
        tuple(batch_told(one.details, one.seq) for one in plans if one.seq < before),
    )


def by_two(case: Case, signed: Event, said: Sequence[str]) -> bool:
    """Whether somebody else proposed the same before: what one person declared does not hold."""
    proposing = signed.fact.replace("declared", "proposed")
    return any(
        one.seq < signed.seq
        and all(one.details.get(key) == signed.details.get(key) for key in said)
        and persons(case, one).isdisjoint(persons(case, signed))
        for one in case.log.of(proposing, source=case.record.source.name)
    )


def _partition(event: Event) -> Partition:
    said = event.details
    return Partition(said["partition"], said["unit"], tuple(said["parts"]), event.seq)


def figures_at(case: Case, subject: Subject, at: Event) -> Iterator[Evidence]:
    """What policies could read of the source's budgets at an event."""
    assert case.submitted is not None
    if case.record.ledger is None:
        return
    found = standings(case, at)
    for one in figures(account(case, at.seq), found, case.submitted.details["audience"]):
        yield spent(subject, *one)
