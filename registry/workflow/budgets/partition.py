"""Declares a partition of a source: parts that share no privacy unit compose in parallel."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from registry.card import require_word
from registry.errors import Conflict, InvalidInput, NotFound
from registry.log.canonical import digest_bytes
from registry.marked_yaml import suggestion
from registry.records import Partition, Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.declare import UNITS
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require

ACTION = "declare-partition"


@dataclass(frozen=True)
class Asked:
    """The partition ``name`` of a source by the values of ``column``, and the unit it divides."""

    source: str
    name: str
    column: str
    unit: str
    parts: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Divided:
    """The partition, and how a card names its parts."""

    source: str
    name: str
    column: str
    unit: str
    parts: tuple[str, ...]


@once("declare-partition")
def partition(context: Context, asked: Asked) -> Divided:
    """Declare it, before any card names one of its parts.

    Raises `InvalidInput` for parts that cannot be told apart, `Conflict` once it is declared or a
    card named it.
    """
    _require_said(asked)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        source = source_named(work.session, asked.source)
        require_source_in_use(source)
        _require_column(source, asked.column)
        _require_first(work.session, source, asked.name)
        event = work.record(ACTION, "partition.declared", details=_told(asked))
        work.session.add(
            Partition(
                source_id=row_id(source),
                name=asked.name,
                column=asked.column,
                unit=asked.unit,
                parts=json.dumps(asked.parts),
                reason=asked.reason,
                declared_by=identity.account_id,
                declared_at=event.at,
                event_seq=event.seq,
            )
        )
        work.session.flush()
        labels = tuple(f"{asked.name}/{part}" for part in asked.parts)
        return Divided(source.name, asked.name, asked.column, asked.unit, labels)


def _told(asked: Asked) -> dict[str, object]:
    return {
        "source": asked.source,
        "partition": asked.name,
        "column": asked.column,
        "unit": asked.unit,
        "parts": list(asked.parts),
        # A digest: what somebody writes here may name people, and the log outlives names.
        "reason": digest_bytes(asked.reason.encode()),
    }


def _require_said(asked: Asked) -> None:
    if not asked.reason.strip():
        raise InvalidInput(
            "a partition needs a reason",
            todo="say with --reason why no unit lies in two of its parts",
        )
    require_word("privacy unit", asked.unit, UNITS)
    for name in (asked.name, *asked.parts):
        if not name.strip() or not name.isprintable() or len(name) > 100:
            raise InvalidInput(f"{name!r} is no name of a partition or a part")
    if "/" in asked.name:
        raise InvalidInput(f"{asked.name!r} is no name of a partition", expected="a name without /")
    _require_apart(asked.parts)


def _require_apart(parts: Sequence[str]) -> None:
    if len(parts) < 2:
        raise InvalidInput("a partition has two parts at least", todo="name each with --part")
    twice = sorted({one for one in parts if parts.count(one) > 1})
    if twice:
        raise InvalidInput(f"the part {twice[0]!r} is named twice", expected="each part once")


def _require_column(source: Source, column: str) -> None:
    known = [str(one["name"]) for one in json.loads(source.columns)]
    if column not in known:
        raise NotFound(
            f"{column!r} is no column of {source.name!r}", expected=suggestion(column, known)
        )


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
