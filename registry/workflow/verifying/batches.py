"""Compares batches with the log, composes each of them anew, and holds every run to its plan."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.ledger.batches import batch_told, misplaced
from registry.ledger.planning import faults, short
from registry.records import Batch, Source
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.budgets.terms import plan_of
from registry.workflow.verifying.told import Log, Told, differences, pseudonym

_KEYS = ("source", "batch", "epsilon", "delta", "library", "runs")


def batch_problems(session: Session, log: Log) -> Iterator[str]:
    """Every batch that is not what its event says, or not what it says of its runs."""
    yield from _told(session, log)
    yield from _planned(session, log)


def _told(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    for row in session.exec(select(Batch)):
        facts = plan_of(session, row)
        said = (*(facts[key] for key in _KEYS), row.declared_at)
        stored[row.event_seq] = (*said, pseudonym(session, row.declared_by))
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in _KEYS), one.at, one.actor)
        for one in log
        if one.fact == "batch.proposed"
    }
    yield from differences("batch of event", stored, told)


def _planned(session: Session, log: Log) -> Iterator[str]:
    """By what the log tells, which the rows were held against: what the gate believed."""
    told: dict[object, list[Told]] = {}
    for one in log:
        if one.fact == "batch.declared":
            told.setdefault(one.details.get("source"), []).append(one)
    for source in session.exec(select(Source).order_by(col(Source.id))):
        try:
            yield from _of_source(session, source, told.get(source.name, []))
        except (IntegrityFailure, ValueError, KeyError, TypeError, AttributeError):
            yield f"batches of {source.name}: they cannot be made out"


def _of_source(session: Session, source: Source, told: Sequence[Told]) -> Iterator[str]:
    if not told:
        return
    batches = [batch_told(one.details, one.seq) for one in told]
    for one, batch in zip(told, batches, strict=True):
        wrong = list(faults(one.details))
        if not wrong and (why := short(batch)):
            wrong.append(why)
        yield from (f"batch {batch.name} of {source.name}: {each}" for each in wrong)
    yield from misplaced(ledger_of(session, source), batches)
