"""What a budget says, as it is signed and shown, and how one is found by its label."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure, NotFound
from registry.log.canonical import canonical, digest_bytes
from registry.records import Budget, BudgetSignature, Source
from registry.workflow.context import Identity, Work
from registry.workflow.find import account_name, row_id
from registry.workflow.people.signing import PersonalSignature, signature
from registry.workflow.signature_check import signature_problem

_LABEL = re.compile(r"B-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)
DECLARE, SIGN = "declare", "sign"
Terms = dict[str, object]


@dataclass(frozen=True)
class Signed:
    """A statement about a budget, and the signature on it."""

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

    def row(self, budget: Budget, event: int) -> BudgetSignature:
        """As it is stored, told of by ``event``."""
        return BudgetSignature(
            budget_id=row_id(budget),
            meaning=self.meaning,
            role=self.role,
            account_id=self.by.account_id,
            statement=self.body,
            statement_digest=self.digest,
            authentication=self.by.authentication,
            key_id=self.made.key_id if self.made else None,
            signature=self.made.value if self.made else None,
            signed_at=self.at,
            event_seq=event,
        )


def budget_label(row: Budget) -> str:
    """``B-1``."""
    return f"B-{row.id}"


def budget_labelled(session: Session, label: str) -> Budget:
    """The budget ``B-1``; raises `NotFound`."""
    match = _LABEL.fullmatch(label)
    row = session.get(Budget, int(match["id"])) if match else None
    if row is None:
        raise NotFound(
            f"there is no budget {label!r}", expected="B-1, ...", todo="`registry budget list`"
        )
    return row


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


def signatures_on(session: Session, row: Budget) -> Sequence[BudgetSignature]:
    """The signatures on a budget, the declaration first."""
    return session.exec(
        select(BudgetSignature)
        .where(BudgetSignature.budget_id == row_id(row))
        .order_by(col(BudgetSignature.id))
    ).all()


def says(session: Session, row: Budget, one: BudgetSignature) -> bool:
    """Whether budget and signature are what the statement says, by the person who signed it."""
    if digest_bytes(bytes(one.statement)) != one.statement_digest:
        return False
    said = json.loads(one.statement)
    stored = {
        "signer": account_name(session, one.account_id),
        "role": one.role,
        "meaning": one.meaning,
        "at": one.signed_at,
        "authentication": one.authentication,
        "budget": terms_of(session, row),
    }
    return stored == {key: said.get(key) for key in stored}


def require_unaltered(session: Session, row: Budget) -> None:
    """Raise `IntegrityFailure` for a budget that is not the one that was signed."""
    for one in signatures_on(session, row):
        wrong = signature_problem(session, one, one.account_id, one.signed_at)
        if wrong is None and says(session, row, one):
            continue
        raise IntegrityFailure(
            f"{budget_label(row)} is not what was signed" + (f": {wrong}" if wrong else ""),
            expected="the figures in its statements, signed by those who declared them",
            todo="run `registry audit verify` and find out who changed it",
        )
