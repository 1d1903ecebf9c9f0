"""Compares budgets, partitions and batches with the log: who declared each, and who signed it."""

import base64
from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.records import (
    Batch,
    BatchSignature,
    Budget,
    BudgetSignature,
    Partition,
    PartitionSignature,
    Source,
)
from registry.workflow.budgets.terms import (
    DECLARE,
    Declared,
    Signature,
    budget_label,
    division_of,
    label_of,
    noun_of,
    says,
    terms_of,
)
from registry.workflow.signature_check import signature_problem
from registry.workflow.verifying.told import Log, Told, differences, pseudonym

_TERMS = (
    *("source", "audience", "epsilon", "delta", "unit", "relation", "method", "order"),
    *("from", "until", "supersedes"),
)
_SIGNED = ("role", "statement", "key", "signature")
_NOUNS = ("budget", "partition", "batch")
_FACTS = {
    "budget.proposed": "declare",
    "budget.declared": "sign",
    "partition.proposed": "declare",
    "partition.declared": "sign",
    "batch.proposed": "declare",
    "batch.declared": "sign",
}


def budget_problems(session: Session, log: Log) -> Iterator[str]:
    """Every budget, partition and signature that is not what its event, or its statement, says."""
    yield from _terms(session, log)
    yield from _signatures(session, log)
    yield from _partitions(session, log)


def _terms(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    for row in session.exec(select(Budget)):
        terms = terms_of(session, row)
        stored[budget_label(row)] = tuple(terms.get(key) for key in _TERMS)
    told: dict[object, object] = {
        one.details.get("budget"): tuple(one.details.get(key) for key in _TERMS)
        for one in log
        if one.fact == "budget.proposed"
    }
    yield from differences("budget", stored, told)


def _signatures(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    declared: dict[str, int] = {}
    for about, row in _signed(session):
        label = f"{noun_of(about)} {label_of(about)}"
        stored[row.event_seq] = _facts(session, row, about)
        if not says(session, about, row):
            yield f"{label}: it is not what its statement says ({row.meaning})"
        if found := signature_problem(session, row, row.account_id, row.signed_at):
            yield f"{label}: {found}"
        if row.meaning == DECLARE:
            declared[label] = row.account_id
        elif declared.get(label) in (None, row.account_id):
            yield f"{label}: no second person signed it"
    told: dict[object, object] = {
        one.seq: (
            next((one.details[key] for key in _NOUNS if key in one.details), None),
            *(one.details.get(key) for key in _SIGNED),
            _FACTS[one.fact],
            one.actor,
        )
        for one in log
        if one.fact in _FACTS and not _of_one_person(one)
    }
    yield from differences("budget's signature of event", stored, told)


def _signed(session: Session) -> Iterator[tuple[Declared, Signature]]:
    for one in session.exec(select(BudgetSignature).order_by(col(BudgetSignature.id))):
        yield session.get_one(Budget, one.budget_id), one
    for each in session.exec(select(PartitionSignature).order_by(col(PartitionSignature.id))):
        yield session.get_one(Partition, each.partition_id), each
    for other in session.exec(select(BatchSignature).order_by(col(BatchSignature.id))):
        yield session.get_one(Batch, other.batch_id), other


def _facts(session: Session, row: Signature, about: Declared) -> tuple[object, ...]:
    """Without its time, which is the statement's: the event is a moment younger."""
    signature = base64.b64encode(row.signature).decode() if row.signature else None
    return (
        budget_label(about) if isinstance(about, Budget) else about.name,
        row.role,
        row.statement_digest,
        row.key_id,
        signature,
        row.meaning,
        pseudonym(session, row.account_id),
    )


def _of_one_person(one: Told) -> bool:
    """Whether it tells of a partition as one person could declare it in older versions."""
    return one.fact == "partition.declared" and "statement" not in one.details


def _partitions(session: Session, log: Log) -> Iterator[str]:
    """What was proposed, and what one person declared. What is said of reasons is a digest there,
    and in the statements of the former.
    """
    stored: dict[object, object] = {
        row.event_seq: (
            session.get_one(Source, row.source_id).name,
            row.name,
            row.column,
            row.unit,
            division_of(session, row)["parts"],
            row.declared_at,
            pseudonym(session, row.declared_by),
        )
        for row in session.exec(select(Partition))
    }
    keys = ("source", "partition", "column", "unit", "parts")
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in keys), one.at, one.actor)
        for one in log
        if one.fact == "partition.proposed" or _of_one_person(one)
    }
    yield from differences("partition of event", stored, told)
