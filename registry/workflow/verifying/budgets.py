"""Compares budgets and partitions with the log: what was declared, by whom, and who signed it."""

import base64
import json
from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.log.canonical import digest_bytes
from registry.records import Budget, BudgetSignature, Partition, Source
from registry.workflow.budgets.terms import DECLARE, budget_label, says, terms_of
from registry.workflow.signature_check import signature_problem
from registry.workflow.verifying.told import Log, differences, pseudonym

_TERMS = (
    *("source", "audience", "epsilon", "delta", "unit", "relation", "method", "order"),
    *("from", "until", "supersedes"),
)
_SIGNED = ("budget", "role", "statement", "key", "signature")
_FACTS = {"budget.proposed": "declare", "budget.declared": "sign"}


def budget_problems(session: Session, log: Log) -> Iterator[str]:
    """Every budget, signature and partition that is not what its event, or its statement, says."""
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
    declared: dict[int, int] = {}
    for row in session.exec(select(BudgetSignature).order_by(col(BudgetSignature.id))):
        budget = session.get_one(Budget, row.budget_id)
        label = budget_label(budget)
        stored[row.event_seq] = _facts(session, row, label)
        if not says(session, budget, row):
            yield f"budget {label}: it is not what its statement says ({row.meaning})"
        if found := signature_problem(session, row, row.account_id, row.signed_at):
            yield f"budget {label}: {found}"
        if row.meaning == DECLARE:
            declared[row.budget_id] = row.account_id
        elif declared.get(row.budget_id) in (None, row.account_id):
            yield f"budget {label}: no second person signed it"
    told: dict[object, object] = {
        one.seq: (
            *(one.details.get(key) for key in _SIGNED),
            _FACTS[one.fact],
            one.actor,
        )
        for one in log
        if one.fact in _FACTS
    }
    yield from differences("budget's signature of event", stored, told)


def _facts(session: Session, row: BudgetSignature, label: str) -> tuple[object, ...]:
    """Without its time, which is the statement's: the event is a moment younger."""
    signature = base64.b64encode(row.signature).decode() if row.signature else None
    return (
        label,
        row.role,
        row.statement_digest,
        row.key_id,
        signature,
        row.meaning,
        pseudonym(session, row.account_id),
    )


def _partitions(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {
        row.event_seq: (
            session.get_one(Source, row.source_id).name,
            row.name,
            row.column,
            row.unit,
            json.loads(row.parts),
            digest_bytes(row.reason.encode()),
            row.declared_at,
            pseudonym(session, row.declared_by),
        )
        for row in session.exec(select(Partition))
    }
    keys = ("source", "partition", "column", "unit", "parts", "reason")
    told: dict[object, object] = {
        one.seq: (*(one.details.get(key) for key in keys), one.at, one.actor)
        for one in log
        if one.fact == "partition.declared"
    }
    yield from differences("partition of event", stored, told)
