"""Batches of a source, as they were declared, and whether a card may stand in one."""

from sqlmodel import Session, col, select

from registry.card import DatasetCard
from registry.clock import moment, zoned
from registry.errors import Conflict, InvalidInput
from registry.ledger import batches
from registry.ledger.batches import batch_told, of_name, unlike
from registry.marked_yaml import suggestion
from registry.records import Batch, BatchSignature, Event, Source
from registry.workflow.budgets.as_told import in_doubt, require_told, require_two
from registry.workflow.budgets.ledger import claim_in_card, ledger_of
from registry.workflow.budgets.terms import SIGN, plan_of, require_unaltered, signatures_on
from registry.workflow.find import row_id

SIGNING = "sign-batch"


def batches_of(session: Session, source: Source) -> list[batches.Batch]:
    """Every batch of ``source``, for composition, from the second signature on.

    One that was signed with a key that others may have used still costs what it did, and its runs
    count by themselves as well. Raises `IntegrityFailure` for one that is not what the log tells,
    and where one is gone: either would lower a total, for the first run costs the whole batch.
    """
    made = session.exec(
        select(Batch, BatchSignature)
        .join(BatchSignature, col(BatchSignature.batch_id) == col(Batch.id), isouter=True)
        .where(Batch.source_id == row_id(source))
        .order_by(col(BatchSignature.event_seq))
    ).all()
    require_two(made)
    require_told(session, source.name, SIGNING, made)
    return [_held(session, row, one) for row, one in made if one and one.meaning == SIGN]


def _held(session: Session, row: Batch, second: BatchSignature) -> batches.Batch:
    require_unaltered(session, row)
    doubted = in_doubt(session, signatures_on(session, row)) is not None
    return batch_told(plan_of(session, row), second.event_seq, doubted)


def require_unused(session: Session, source: Source, name: str) -> None:
    """Raise `Conflict` for a batch that is declared already, or that a card named before."""
    same = select(Batch).where(Batch.source_id == row_id(source), Batch.name == name)
    if session.exec(same).first() is not None:
        raise Conflict(
            f"{source.name} has a batch {name!r} already",
            expected="a plan that is closed: what comes later is another batch",
        )
    for one in ledger_of(session, source):
        if one.batch is not None and one.batch.partition("/")[0] == name:
            raise Conflict(
                f"{one.label} named the batch {name!r} before it was declared",
                expected="a batch that is declared before any of its runs is made",
                todo="declare another name for the runs to come; what was run counts by itself",
            )


def require_planned(session: Session, source: Source, card: DatasetCard, content: str) -> None:
    """Raise `InvalidInput` or `Conflict` for a card that is not the run it says it is.

    ``content`` is the digest of the version's table: it was not there before the batch, and no
    other content has its place.
    """
    claim = card.guarantee
    if claim is None or claim.batch is None:
        return
    declared = [one for one in batches_of(session, source) if not one.doubted]
    batch, place = of_name(claim.batch, declared)
    if batch is None or place not in batch.runs:
        raise _unknown(source, claim.batch, declared)
    if why := unlike(batch, place, claim_in_card(card) or {}):
        raise InvalidInput(
            f"the guarantee of the card does not stand in a batch: {why}",
            expected="the guarantee of the plan, whole",
            todo="say what was really run, without `batch`: it counts by itself",
        )
    _require_later(session, batch, card)
    _require_free(session, source, batch, claim.batch, content)


def _unknown(source: Source, named: str, declared: list[batches.Batch]) -> InvalidInput:
    names = [f"{one.name}/{place}" for one in declared for place in one.runs]
    return InvalidInput(
        f"the card names {named!r}, which is no place in a declared batch of {source.name!r}",
        expected=suggestion(named, names) if names else "a batch declared before its first run",
        todo=f"declare it with `registry budget batch {source.name} ...` and have a second person "
        "sign it, or leave it out",
    )


def _require_later(session: Session, batch: batches.Batch, card: DatasetCard) -> None:
    """The run was made after the second person signed the batch, as the card says."""
    event = session.exec(select(Event).where(Event.seq == batch.event)).one()
    declared, made = moment(event.at), zoned(card.generator.made_at)
    if made is None:
        raise InvalidInput(
            f"the card says nowhere when its run was made, and is to stand in {batch.name}",
            expected='generator: {madeAt: "2026-11-23T15:41:02Z"}, a time with its zone',
        )
    if made < declared:
        raise Conflict(
            f"the run was made at {card.generator.made_at}, and the batch {batch.name} was "
            f"declared at {event.at}",
            expected="a run that was made after its plan was declared",
            todo="register it without `batch`: it counts by itself",
        )


def _require_free(
    session: Session, source: Source, batch: batches.Batch, named: str, content: str
) -> None:
    for one in ledger_of(session, source):
        if one.content_digest == content and one.event <= batch.event:
            raise Conflict(
                f"{one.label} was registered before the batch {batch.name} was declared",
                expected="a batch that is declared before any of its runs is made",
            )
        if one.batch == named and one.content_digest != content:
            raise Conflict(
                f"the place {named} is taken by {one.label}",
                expected="one run for each place of the plan",
                todo="register what was run beside the plan without `batch`: it counts by itself",
            )
