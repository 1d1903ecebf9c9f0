"""Amends the card of a version: a new revision, with a reason, that voids what was open on it."""

from dataclasses import dataclass

from sqlmodel import col, delete, func, select, update

from registry.card import DatasetCard, card_bytes, card_digest, raised
from registry.errors import Conflict, InvalidInput
from registry.ledger.guarantee import read
from registry.log.canonical import digest_bytes
from registry.policy.vocabulary import CLASSIFICATIONS
from registry.records import (
    OPEN_STATES,
    CardRevision,
    DatasetVersion,
    Generator,
    Guarantee,
    Request,
    RequestState,
)
from registry.workflow.attempt import attempt
from registry.workflow.budgets.batches import require_planned
from registry.workflow.budgets.claimed import require_sound, weak
from registry.workflow.budgets.ledger import Happened, claim_in, claim_in_card, ledger_of
from registry.workflow.budgets.partitions import require_declared
from registry.workflow.budgets.stated import stated
from registry.workflow.budgets.weakening import Weakened, weakened
from registry.workflow.changed import close
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import Found, request_label, row_id, version_labelled
from registry.workflow.gate import card_of
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.register import insert_claims, require_card_fits


@dataclass(frozen=True)
class Amended:
    """The new revision of a card, the digest of the one before it, and the requests it voided.

    ``warnings`` say what is weak in the claim of the card as it is now, ``weakened`` whose totals
    it made grow, and ``releases`` are those in force that are to be reviewed for it.
    """

    version: str
    revision: int
    was: str
    card: str
    voided: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    weakened: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()


@once("amend")
def amend(
    context: Context, label: str, card: DatasetCard, reason: str, *, weakens: bool = False
) -> Amended:
    """Give NAME@V another card. Whoever does so can no longer sign it.

    Raises `InvalidInput` for a card that lowers the classification, or that makes the total of
    somebody who has the version grow unless it is said that it ``weakens`` the claim, `Conflict`
    for one of another dataset or source, for the very card it has, or for another privacy unit or
    relation of what was received already.
    """
    if not reason.strip():
        raise InvalidInput("to amend a card needs a reason", todo="say why with --reason TEXT")
    require_sound(card)
    with attempt(context, "amend", dataset=label) as work:
        identity = require(context, "amend")
        found = version_labelled(work.session, label)
        require_in_use(found)
        _require_fits(found, card_of(found), card)
        require_declared(work.session, found.source, card)
        require_planned(work.session, found.source, card, found.version.content_digest)
        _require_alike(work, found, card)
        loss = weakened(work.session, found, claim_in_card(card))
        _require_said(found, loss, weakens)
        return _amend(work, identity, found, card, reason, loss)


def _require_said(found: Found, loss: Weakened | None, weakens: bool) -> None:
    """A claim that was found wrong is to be recorded, and never by slip: it cannot be undone."""
    if loss is None or weakens:
        return
    review = f"; to be reviewed then: {', '.join(loss.releases)}" if loss.releases else ""
    raise InvalidInput(
        f"{found.label} was received already, and this card claims less: {loss.said}{review}",
        expected="a claim no weaker than any that was made for what is released",
        todo="if the claim was wrong, say so with --weakens; no later amendment lowers the total",
    )


def _require_fits(found: Found, before: DatasetCard, card: DatasetCard) -> None:
    for noun, is_, was in (
        ("dataset", card.name, before.name),
        ("source", card.source, before.source),
    ):
        if is_ != was:
            raise Conflict(f"{found.label} is of the {noun} {was!r}, not {is_!r}")
    if card_digest(card) == found.version.card_digest:
        raise Conflict(f"{found.label} has this very card already")
    require_card_fits(found.source, card)
    own = found.source.classification
    was, becomes = raised(own, before), raised(own, card)
    if CLASSIFICATIONS.index(becomes) < CLASSIFICATIONS.index(was):
        raise InvalidInput(
            f"the card would lower the classification from {was!r} to {becomes!r}",
            expected=f"{was!r} or higher: what policies match on can only be raised",
        )


def _require_alike(work: Work, found: Found, card: DatasetCard) -> None:
    """What was received keeps its unit and relation, for all claims made for it stay in the ledger.

    One that does not add up with the others would leave its audience without a total for good.
    """
    becomes = read(claim_in_card(card)).guarantee
    content = found.version.content_digest
    same = [o for o in ledger_of(work.session, found.source) if o.content_digest == content]
    if becomes is None or all(one.kind == "run" for one in same):
        return
    for was in (one.read.guarantee for one in same):
        if was and (was.unit, was.relation) != (becomes.unit, becomes.relation):
            raise Conflict(
                f"{found.label} was received as per {was.unit} under {was.relation}: a claim per "
                f"{becomes.unit} under {becomes.relation} could not be added up with it",
                expected=f"privacyUnit: {was.unit} and neighbouringRelation: {was.relation}",
                todo="register a new version with the other claim",
            )


def _amend(
    work: Work,
    identity: Identity,
    found: Found,
    card: DatasetCard,
    reason: str,
    loss: Weakened | None,
) -> Amended:
    was, number = found.version.card_digest, _next_number(work, found)
    voided = _open_requests(work, found)
    event = work.record(
        "amend",
        "dataset.amended",
        dataset=found.label,
        details={
            "was": was,
            "card": card_digest(card),
            "revision": number,
            # A digest: what somebody writes here may name people, and the log outlives names.
            "reason": digest_bytes(reason.encode()),
            **_lost(loss),
            **_claimed(work, found, card),
        },
    )
    _replace(work, found, card)
    work.session.add(
        CardRevision(
            version_id=row_id(found.version),
            number=number,
            card=card_bytes(card).decode(),
            card_digest=card_digest(card),
            reason=reason,
            amended_by=identity.account_id,
            amended_at=event.at,
            event_seq=event.seq,
        )
    )
    for request in voided:
        _void(work, found, request, was, card_digest(card))
    labels = tuple(request_label(one) for one in voided)
    return Amended(
        found.label,
        number,
        was,
        card_digest(card),
        labels,
        warnings=weak(card, found.source),
        weakened=tuple(f"{name}: {how}" for name, how in loss.audiences.items()) if loss else (),
        releases=loss.releases if loss else (),
    )


def _lost(loss: Weakened | None) -> dict[str, object]:
    """Whose totals grew, as the log tells it."""
    if loss is None:
        return {}
    return {"weakens": {"audiences": list(loss.audiences), "releases": list(loss.releases)}}


def _claimed(work: Work, found: Found, card: DatasetCard) -> dict[str, object]:
    """The ledger, with another claim in it if the card makes one."""
    claim = claim_in_card(card)
    if claim == claim_in(found.version.card):
        return stated(work.session, found.source)
    told = Happened("run", found.label, found.version.content_digest, claim)
    return stated(work.session, found.source, told)


def _next_number(work: Work, found: Found) -> int:
    """One more than the last revision; the card of the registration is kept as the first."""
    version = found.version
    last = work.session.exec(
        select(func.max(col(CardRevision.number))).where(CardRevision.version_id == row_id(version))
    ).one()
    if last is None:
        work.session.add(
            CardRevision(
                version_id=row_id(version),
                number=1,
                card=version.card,
                card_digest=version.card_digest,
                amended_by=version.registered_by,
                amended_at=version.registered_at,
            )
        )
    return (last or 1) + 1


def _replace(work: Work, found: Found, card: DatasetCard) -> None:
    version = found.version
    changed = work.session.exec(
        update(DatasetVersion)
        .where(col(DatasetVersion.id) == row_id(version))
        .where(col(DatasetVersion.card_digest) == version.card_digest)
        .values(card=card_bytes(card).decode(), card_digest=card_digest(card))
    )
    if changed.rowcount != 1:
        raise Conflict(f"the card of {found.label} changed meanwhile", todo="look at it again")
    for claims in (Generator, Guarantee):
        work.session.exec(delete(claims).where(col(claims.version_id) == row_id(version)))
    insert_claims(work, row_id(version), card)
    work.session.refresh(version)


def _open_requests(work: Work, found: Found) -> list[Request]:
    query = (
        select(Request)
        .where(Request.version_id == row_id(found.version))
        .where(col(Request.state).in_(OPEN_STATES))
    )
    return list(work.session.exec(query.order_by(col(Request.id))))


def _void(work: Work, found: Found, request: Request, was: str, becomes: str) -> None:
    label = request_label(request)
    reason = f"the card of {found.label} was amended after {label} was submitted"
    close(work, request, RequestState.VOIDED, reason)
    work.record(
        "amend",
        "request.voided",
        dataset=found.label,
        request=label,
        details={"reason": reason, "was": was, "is": becomes},
    )
