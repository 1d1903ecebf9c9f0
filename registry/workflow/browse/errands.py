"""What waits for the acting person beside requests: what takes a second person, and questions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.records import (
    AccessRequest,
    AccessState,
    Account,
    Batch,
    BatchSignature,
    Budget,
    BudgetSignature,
    Dataset,
    KeyState,
    Partition,
    PartitionSignature,
    PersonalKey,
    Source,
    SourceState,
)
from registry.workflow.access.find import access_label
from registry.workflow.budgets.as_told import in_doubt
from registry.workflow.budgets.listing import state_of
from registry.workflow.budgets.terms import DECLARE, label_of, signatures_on
from registry.workflow.context import Context, Identity
from registry.workflow.permissions import ALLOWED

MOST: Final = 20


@dataclass(frozen=True)
class Errand:
    """``label`` waits at ``address`` since then; ``said`` is what is to be done with it."""

    label: str
    said: str
    address: str
    since: str


def errands(context: Context, session: Session) -> tuple[Errand, ...]:
    """All of them, at most `MOST` of each kind; what the acting person began waits for others."""
    person = context.identity
    if person is None:
        return ()
    kinds = (
        ("answer-access", _questions(session, person)),
        ("confirm-source", _sources(session, person)),
        ("sign-budget", _budgets(context, session, person)),
        ("sign-partition", _declared(session, person, Partition, PartitionSignature)),
        ("sign-batch", _declared(session, person, Batch, BatchSignature)),
        ("approve-key", _keys(session, person)),
    )
    return tuple(one for step, found in kinds if person.roles & ALLOWED[step] for one in found)


def _questions(session: Session, person: Identity) -> Iterator[Errand]:
    rows = session.exec(
        select(AccessRequest, Dataset.name)
        .join(Dataset, col(Dataset.id) == col(AccessRequest.dataset_id))
        .where(AccessRequest.state == AccessState.ASKED)
        .where(AccessRequest.asked_by != person.account_id)
        .order_by(col(AccessRequest.id))
        .limit(MOST)
    )
    for one, dataset in rows:
        label = access_label(one)
        said = f"answer who asks for {dataset}, for {one.use.replace('-', ' ')}"
        yield Errand(label, said, f"/access/{label}", one.asked_at)


def _sources(session: Session, person: Identity) -> Iterator[Errand]:
    rows = session.exec(
        select(Source)
        .where(Source.state == SourceState.DRAFT, Source.added_by != person.account_id)
        .order_by(col(Source.id))
        .limit(MOST)
    )
    for one in rows:
        said = f"confirm the source, {one.classification}"
        yield Errand(one.name, said, f"/sources/{quote(one.name)}#confirm", one.added_at)


def _budgets(context: Context, session: Session, person: Identity) -> Iterator[Errand]:
    """Those that no other budget superseded first."""

    def stands(one: Budget) -> bool:
        return state_of(session, one, context.clock()) == "proposed"

    return _declared(session, person, Budget, BudgetSignature, stands)


def _declared(
    session: Session,
    person: Identity,
    kind: type[Any],
    signature: type[Any],
    stands: Callable[[Any], bool] = lambda _: True,
) -> Iterator[Errand]:
    """What another person declared, with a key that is theirs alone, and nobody signed yet."""
    key, second = f"{kind.__name__.lower()}_id", aliased(signature)
    of = getattr(signature, key)
    signed = exists().where(getattr(second, key) == kind.id, second.meaning != DECLARE)
    rows = session.execute(
        select(kind, Source.name, signature.signed_at)
        .join(Source, col(Source.id) == kind.source_id)
        .join(signature, of == kind.id)
        .where(signature.meaning == DECLARE, signature.account_id != person.account_id, ~signed)
        .order_by(kind.id)
        .limit(MOST)
    )
    noun = kind.__name__.lower()
    part = "budgets" if kind is Budget else "partitions"
    for one, source, since in rows:
        if stands(one) and not in_doubt(session, signatures_on(session, one)):
            said = f"be the second to sign the {noun} of {source}"
            yield Errand(label_of(one), said, f"/sources/{quote(source)}#{part}", since)


def _keys(session: Session, person: Identity) -> Iterator[Errand]:
    rows = session.exec(
        select(PersonalKey, Account.name)
        .join(Account, col(Account.id) == col(PersonalKey.account_id))
        .where(PersonalKey.state == KeyState.PENDING)
        .where(PersonalKey.account_id != person.account_id)
        .where(col(PersonalKey.issued_by).is_distinct_from(person.account_id))
        .order_by(col(PersonalKey.id))
        .limit(MOST)
    )
    for one, name in rows:
        yield Errand(name, "vouch for the signing key", "/keys", one.made_at)
