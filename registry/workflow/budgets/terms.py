"""What a budget, a partition or a batch says, as two people sign it, and how a label finds one."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure, NotFound
from registry.log.canonical import canonical, digest_bytes
from registry.records import (
    Batch,
    BatchSignature,
    Budget,
    BudgetSignature,
    Partition,
    PartitionSignature,
    Source,
)
from registry.workflow.context import Identity, Work
from registry.workflow.find import account_name, row_id
from registry.workflow.people.signing import PersonalSignature, signature
from registry.workflow.signature_check import signature_problem

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
DECLARE, SIGN = "declare", "sign"
Terms = dict[str, object]
Declared = Budget | Partition | Batch
"""What one person declares and a second signs."""
Signature = BudgetSignature | PartitionSignature | BatchSignature


@dataclass(frozen=True)
class Signed:
    """A statement about what is declared, and the signature on it."""

    body: bytes
    meaning: str
    role: str
    at: str
    by: Identity
    made: PersonalSignature | None

    @property
    def digest(self) -> str:
        """Of the statement."""
        return digest_bytes(self.body)

    def row(self, about: Declared, event: int) -> Signature:
        """As it is stored, told of by ``event``."""
        columns: dict[str, Any] = {
            "meaning": self.meaning,
            "role": self.role,
            "account_id": self.by.account_id,
            "statement": self.body,
            "statement_digest": self.digest,
            "authentication": self.by.authentication,
            "key_id": self.made.key_id if self.made else None,
            "signature": self.made.value if self.made else None,
            "signed_at": self.at,
            "event_seq": event,
        }
        if isinstance(about, Budget):
            return BudgetSignature(budget_id=row_id(about), **columns)
        if isinstance(about, Batch):
            return BatchSignature(batch_id=row_id(about), **columns)
        return PartitionSignature(partition_id=row_id(about), **columns)


def noun_of(row: Declared) -> str:
    """What it is called in statements."""
    return type(row).__name__.lower()


def label_of(row: Declared) -> str:
    """``B-1`` of a budget, ``P-1`` of a partition, ``BATCH-1`` of a batch."""
    return {"budget": "B", "partition": "P", "batch": "BATCH"}[noun_of(row)] + f"-{row.id}"


def budget_label(row: Budget) -> str:
    """``B-1``."""
    return f"B-{row.id}"


def names_partition(label: str) -> bool:
    """Whether a label is that of a partition."""
    return label[:2].upper() == "P-"


def names_batch(label: str) -> bool:
    """Whether a label is that of a batch."""
    return label[:6].upper() == "BATCH-"


def _number(label: str, prefix: str) -> int | None:
    """The number in a label of ``prefix``; None in any other text."""
    before, _, number = label.partition("-")
    return int(number) if before.upper() == prefix and _NUMBER.fullmatch(number) else None


def budget_labelled(session: Session, label: str) -> Budget:
    """The budget ``B-1``; raises `NotFound`."""
    number = _number(label, "B")
    row = session.get(Budget, number) if number else None
    if row is None:
        raise NotFound(
            f"there is no budget {label!r}", expected="B-1, ...", todo="`registry budget list`"
        )
    return row


def partition_labelled(session: Session, label: str) -> Partition:
    """The partition ``P-1``; raises `NotFound`."""
    number = _number(label, "P")
    row = session.get(Partition, number) if number else None
    if row is None:
        raise NotFound(
            f"there is no partition {label!r}",
            expected="P-1, ...",
            todo="`registry budget partitions`",
        )
    return row


def batch_labelled(session: Session, label: str) -> Batch:
    """The batch ``BATCH-1``; raises `NotFound`."""
    number = _number(label, "BATCH")
    row = session.get(Batch, number) if number else None
    if row is None:
        raise NotFound(
            f"there is no batch {label!r}",
            expected="BATCH-1, ...",
            todo="`registry budget batches`",
        )
    return row


def said_of(session: Session, row: Declared) -> Terms:
    """All that is declared, in the words of its statements."""
    if isinstance(row, Batch):
        return plan_of(session, row)
    return terms_of(session, row) if isinstance(row, Budget) else division_of(session, row)


def plan_of(session: Session, row: Batch) -> Terms:
    """All that a batch says, its whole plan included."""
    return {
        "source": session.get_one(Source, row.source_id).name,
        "batch": row.name,
        "epsilon": row.epsilon,
        "delta": row.delta,
        "library": row.library,
        "runs": _json(row.runs),
        "reason": row.reason,
    }


def division_of(session: Session, row: Partition) -> Terms:
    """All that a partition says. ``parts`` are the names, ``values`` what each of them holds."""
    held = _json(row.parts)
    return {
        "source": session.get_one(Source, row.source_id).name,
        "partition": row.name,
        "column": row.column,
        "unit": row.unit,
        "parts": list(held) if isinstance(held, dict | list) else held,
        "values": held if isinstance(held, dict) else {},
        "reason": row.reason,
    }


def _json(text: str) -> object:
    """As JSON; text that somebody put there and that is none is as it is, and like no statement."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def terms_of(session: Session, row: Budget) -> Terms:
    """All that a budget says, in the words of its statements; an order only where it has one."""
    order = {} if row.order is None else {"order": row.order}
    return {
        "source": session.get_one(Source, row.source_id).name,
        "audience": row.audience,
        "epsilon": row.epsilon,
        "delta": row.delta,
        "unit": row.unit,
        "relation": row.relation,
        "method": row.method,
        **order,
        "from": row.first,
        "until": row.last,
        "reason": row.reason,
        "supersedes": f"B-{row.supersedes}" if row.supersedes is not None else None,
    }


def signed(
    work: Work, identity: Identity, role: str, meaning: str, said: Mapping[str, object]
) -> Signed:
    """``said`` in a statement by ``identity``, signed where people sign by their own keys."""
    at = work.context.now()
    body = canonical(
        {
            **said,
            "signer": identity.name,
            "role": role,
            "meaning": meaning,
            "at": at,
            "authentication": identity.authentication,
        }
    )
    return Signed(body, meaning, role, at, identity, signature(work, identity, body))


def signatures_on(session: Session, row: Declared) -> Sequence[Signature]:
    """The signatures on what is declared, the declaration first."""
    if isinstance(row, Budget):
        return session.exec(
            select(BudgetSignature)
            .where(BudgetSignature.budget_id == row_id(row))
            .order_by(col(BudgetSignature.id))
        ).all()
    if isinstance(row, Batch):
        return session.exec(
            select(BatchSignature)
            .where(BatchSignature.batch_id == row_id(row))
            .order_by(col(BatchSignature.id))
        ).all()
    return session.exec(
        select(PartitionSignature)
        .where(PartitionSignature.partition_id == row_id(row))
        .order_by(col(PartitionSignature.id))
    ).all()


def says(session: Session, row: Declared, one: Signature) -> bool:
    """Whether row and signature are what the statement says, by the person who signed it."""
    if digest_bytes(bytes(one.statement)) != one.statement_digest:
        return False
    said = json.loads(one.statement)
    stored = {
        "signer": account_name(session, one.account_id),
        "role": one.role,
        "meaning": one.meaning,
        "at": one.signed_at,
        "authentication": one.authentication,
        noun_of(row): said_of(session, row),
    }
    return stored == {key: said.get(key) for key in stored}


def require_unaltered(session: Session, row: Declared) -> None:
    """Raise `IntegrityFailure` where something declared is not what was signed."""
    for one in signatures_on(session, row):
        wrong = signature_problem(session, one, one.account_id, one.signed_at)
        if wrong is None and says(session, row, one):
            continue
        raise IntegrityFailure(
            f"{label_of(row)} is not what was signed" + (f": {wrong}" if wrong else ""),
            expected="what its statements say, signed by those who declared it",
            todo="run `registry audit verify` and find out who changed it",
        )
