"""Budgets were declared by one person and signed by another, and the release keeps within them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.bundle.budgets import in_force, said, standings
from registry.bundle.case import Case, digest_text
from registry.bundle.people import name_of, roles
from registry.bundle.problem import Found, Problem, Unchecked
from registry.bundle.record import SignedBudget
from registry.bundle.told import Event
from registry.clock import moment
from registry.ledger.exposure import affected

TITLE = "within budgets that two people signed"

_DECLARED = (
    *("partition.proposed", "partition.declared"),
    *("batch.proposed", "batch.declared"),
)
_BUDGETERS = frozenset({"steward", "privacy-officer"})


@dataclass(frozen=True)
class _Half:
    """What one of the two signed, and the event that tells of it."""

    said: Mapping[str, Any]
    event: Event
    meaning: str


def check(case: Case) -> Found:
    """Each budget against its events, and at every step what the release would come to."""
    ledger = case.record.ledger
    if ledger is None or case.submitted is None:
        return
    for one in ledger.budgets:
        yield from _signed_by_two(case, one)
    for event in case.log.of(*_DECLARED, source=case.record.source.name):
        yield from _role(case, event)
    yield from _succession(case)
    for at in case.moments:
        for stands in standings(case, at):
            if stands.used is None or not stands.used <= 1:
                yield Problem("budget-exceeded", f"at event {at.seq}: {stands.why}")
    audience = case.submitted.details["audience"]
    if audience not in in_force(case, case.moments[-1].seq):
        yield Unchecked(f"no budget of the source is in force for {audience}")


def _signed_by_two(case: Case, one: SignedBudget) -> Found:
    """The same terms in both statements, each as its event tells."""
    proposal = case.log.first("budget.proposed", statement=digest_text(one.declaration))
    signing = case.log.first("budget.declared", statement=digest_text(one.signature))
    if proposal is None or signing is None or proposal.seq > signing.seq:
        yield Problem("budget-differs", f"no two events tell of {one.id}")
        return
    halves = (
        _Half(said(one.declaration), proposal, "declare"),
        _Half(said(one.signature), signing, "sign"),
    )
    for half in halves:
        for what in _differences(case, one, half):
            yield Problem("budget-differs", f"{what} of {one.id}, event {half.event.seq}")
        if name_of(case, half.event.actor) != half.said["signer"]:
            yield Problem("signer-unknown", f"event {half.event.seq} is not by who signed {one.id}")
        yield from _role(case, half.event)
    declared, signed = (half.said for half in halves)
    if declared["budget"] != signed["budget"] or signed["label"] != one.id:
        yield Problem("budget-differs", f"{one.id} was declared otherwise than it was signed")
    if signed["declaration"] != digest_text(one.declaration):
        yield Problem("budget-differs", f"{one.id} was signed upon another declaration")
    if len({name_of(case, half.event.actor) or half.event.actor for half in halves}) < 2:
        yield Problem("budget-one-person", f"{one.id} was declared and signed by one person")


def _differences(case: Case, one: SignedBudget, half: _Half) -> Iterator[str]:
    """Where a statement is not what its event tells, or not about this source."""
    terms, told = half.said["budget"], half.event.details
    if terms["source"] != case.record.source.name:
        yield "the source"
    yield from (key for key, value in terms.items() if key in told and told[key] != value)
    about = {"role": told["role"], "meaning": half.meaning}
    about["authentication"] = half.event.authentication
    yield from (key for key, value in about.items() if half.said[key] != value)
    if told["budget"] != one.id:
        yield "the label"
    # The statement is written, then signed, then recorded.
    if moment(half.said["at"]) > half.event.time:
        yield "the time"


def _succession(case: Case) -> Found:
    """Every budget that the release reaches names the one that was in force before it."""
    assert case.submitted is not None
    last: dict[str, str] = {}
    for event in case.log.of("budget.declared", source=case.record.source.name):
        told = event.details
        audience = str(told["audience"])
        if not affected(str(case.submitted.details["audience"]), [audience]):
            continue
        if told["supersedes"] != last.get(audience):
            yield Problem("budget-missing", f"event {event.seq} supersedes {told['supersedes']}")
        last[audience] = str(told["budget"])


def _role(case: Case, event: Event) -> Found:
    held = roles(case, event.actor, event.seq) & _BUDGETERS
    if not held or event.details.get("role", min(held)) not in held:
        yield Problem("role-missing", f"{event.actor} had no right to event {event.seq}")
