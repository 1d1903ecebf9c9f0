"""Declares a partition of a source: parts that share no privacy unit compose in parallel."""

import json
from dataclasses import dataclass

from sqlmodel import Session, select

from registry.card import require_word
from registry.errors import Conflict, InvalidInput, NotFound
from registry.marked_yaml import suggestion
from registry.records import Partition, Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.declare import UNITS
from registry.workflow.budgets.division import divided, require_name, unchecked
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.budgets.terms import Signed, division_of, label_of
from registry.workflow.budgets.two_people import declared
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require
from registry.workflow.statement import signature_details

ACTION = "declare-partition"


@dataclass(frozen=True)
class Asked:
    """The partition ``name`` of a source by the values of ``column``, and the unit it divides.

    Of ``parts`` each is "NAME" or, once for each of its values, "NAME=VALUE".
    """

    source: str
    name: str
    column: str
    unit: str
    parts: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Divided:
    """The partition, how a card names its parts, and what was ``unchecked``.

    ``state`` is proposed until a second person has signed it.
    """

    partition: str
    source: str
    name: str
    column: str
    unit: str
    parts: tuple[str, ...]
    state: str
    statement: str
    authentication: str
    unchecked: str


@once("declare-partition")
def partition(context: Context, asked: Asked) -> Divided:
    """Propose it, before any card names one of its parts: it holds once a second person signs.

    Raises `InvalidInput` for parts that overlap or cannot be told apart, `Conflict` once it is
    declared or a card named it.
    """
    _require_said(asked)
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        source = source_named(work.session, asked.source)
        require_source_in_use(source)
        row = _row(work, identity, source, asked)
        statement = declared(work, identity, ACTION, row)
        event = work.record(ACTION, "partition.proposed", details=told(work, row, statement))
        row.declared_at, row.event_seq = event.at, event.seq
        work.session.add(row)
        work.session.flush()
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return result(work, identity, row, statement, "proposed")


def told(work: Work, row: Partition, statement: Signed) -> dict[str, object]:
    """What the log tells of either signature. The reason stays out: it may name people."""
    terms = division_of(work.session, row)
    return {
        **{key: value for key, value in terms.items() if key != "reason"},
        "role": statement.role,
        "statement": statement.digest,
        **signature_details(statement.made),
    }


def result(
    work: Work, identity: Identity, row: Partition, statement: Signed, state: str
) -> Divided:
    """The partition as whoever signed it sees it."""
    return Divided(
        partition=label_of(row),
        source=work.session.get_one(Source, row.source_id).name,
        name=row.name,
        column=row.column,
        unit=row.unit,
        parts=tuple(f"{row.name}/{part}" for part in json.loads(row.parts)),
        state=state,
        statement=statement.digest,
        authentication=identity.authentication,
        unchecked=unchecked(row.column, row.unit),
    )


def _row(work: Work, identity: Identity, source: Source, asked: Asked) -> Partition:
    numeric = _kind(source, asked.column) == "numeric"
    values = divided(asked.parts, numeric)
    _require_first(work.session, source, asked.name)
    return Partition(
        source_id=row_id(source),
        name=asked.name,
        column=asked.column,
        unit=asked.unit,
        parts=json.dumps(values),
        reason=asked.reason,
        declared_by=identity.account_id,
        declared_at="",
        event_seq=0,
    )


def _require_said(asked: Asked) -> None:
    if not asked.reason.strip():
        raise InvalidInput(
            "a partition needs a reason",
            todo="say with --reason why no unit lies in two of its parts",
        )
    require_word("privacy unit", asked.unit, UNITS)
    require_name(asked.name)
    if "/" in asked.name:
        raise InvalidInput(f"{asked.name!r} is no name of a partition", expected="a name without /")


def _kind(source: Source, column: str) -> str:
    """The kind of a column; raises `NotFound`."""
    known = {str(one["name"]): str(one["kind"]) for one in json.loads(source.columns)}
    if column not in known:
        raise NotFound(
            f"{column!r} is no column of {source.name!r}", expected=suggestion(column, known)
        )
    return known[column]


def _require_first(session: Session, source: Source, name: str) -> None:
    same = select(Partition).where(Partition.source_id == row_id(source), Partition.name == name)
    if session.exec(same).first() is not None:
        raise Conflict(f"{source.name} has a partition {name!r} already")
    for one in ledger_of(session, source):
        if one.partition is not None and one.partition.partition("/")[0] == name:
            raise Conflict(
                f"{one.label} used the partition {name!r} before it was declared",
                expected="a partition that is declared before its first use",
                todo="declare another name for the runs to come; what was run counts in full",
            )
