"""Names a deputy for some days, or ends that: signed by the person who will be away.

Nobody names a deputy for another, an admin least of all: who could would decide who signs.
"""

import re

from sqlmodel import Session, col, select, update

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted
from registry.log.canonical import canonical, digest_bytes
from registry.policy.expiry import day, expired
from registry.records import Account, Deputy
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.deputy import current
from registry.workflow.find import account_name, row_id
from registry.workflow.once import once
from registry.workflow.people.signing import ready, signature
from registry.workflow.permissions import ALLOWED, require
from registry.workflow.signer import identity_of
from registry.workflow.statement import signature_details

_LABEL = re.compile(r"D-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)

Row = dict[str, object]


@once("name-deputy")
def name_deputy(
    context: Context,
    name: str,
    first: str,
    last: str,
    reason: str,
    principal: str | None = None,
) -> Row:
    """Let ``name`` sign in one's own roles from the day ``first`` to the day ``last``, inclusive.

    Raises `NotPermitted` where it is for another, or ``name`` may not sign at all.
    """
    _require_days(context, first, last)
    if not reason.strip():
        raise InvalidInput("to name a deputy needs a reason", todo="say why with --reason TEXT")
    context = ready(context, "name-deputy")
    with attempt(context, "name-deputy") as work:
        identity = require(context, "name-deputy")
        if principal not in (None, identity.name):
            raise NotPermitted(
                f"{identity.name} cannot name a deputy for {principal}",
                expected=f"{principal} in person",
            )
        deputy = _able(work.session, identity, name)
        _require_free(work.session, identity, deputy, first, last)
        row = _insert(work, identity, deputy, first, last, reason)
        return _shown(context, work.session, row)


@once("end-deputy")
def end_deputy(context: Context, label: str, reason: str) -> Row:
    """End D-2 before its last day; either of the two may. Raises `Conflict` if it is ended."""
    if not reason.strip():
        raise InvalidInput("to end it needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "end-deputy", deputy=label.upper()) as work:
        identity = require(context, "end-deputy")
        row = _labelled(work.session, label)
        if identity.account_id not in (row.principal_id, row.deputy_id):
            raise NotPermitted(f"{identity.name} is neither of the two of D-{row.id}")
        told = {"deputy": f"D-{row.id}", "statement": row.statement_digest}
        event = work.record("end-deputy", "deputy.ended", details=told)
        changed = work.session.exec(
            update(Deputy)
            .where(col(Deputy.id) == row_id(row))
            .where(col(Deputy.ended_at).is_(None))
            .values(ended_by=identity.account_id, ended_at=event.at, ended_reason=reason)
        )
        if changed.rowcount != 1:
            raise Conflict(f"D-{row.id} was ended already")
        work.session.refresh(row)
        return _shown(context, work.session, row)


def deputies(context: Context, *, every: bool = False) -> list[Row]:
    """Who signs for whom today and from now on; ``every`` one, those that are over too."""
    with reading(context.engine) as session:
        rows = session.exec(select(Deputy).order_by(col(Deputy.id))).all()
        shown = [_shown(context, session, row) for row in rows]
    return [row for row in shown if every or row["state"] in ("current", "to come")]


def _require_days(context: Context, first: str, last: str) -> None:
    for text in (first, last):
        try:
            day(text)
        except ValueError as error:
            raise InvalidInput(f"{text!r} is no day", expected=str(error)) from error
    if last < first:
        raise InvalidInput(f"{last} is before {first}", expected="a last day after the first")
    if expired(last, context.clock()):
        raise InvalidInput(f"{last} is in the past", expected="a day from today on")


def _able(session: Session, identity: Identity, name: str) -> Account:
    account = session.exec(select(Account).where(Account.name == name)).first()
    if account is None:
        raise NotFound(f"there is no account {name!r}", todo="see `registry accounts list`")
    if row_id(account) == identity.account_id:
        raise InvalidInput("nobody is their own deputy", expected="somebody else")
    able = identity_of(session, account).roles & ALLOWED["stand-in"]
    if account.deactivated_at is not None or not able:
        raise NotPermitted(
            f"{name} may sign for nobody",
            expected="a person who works on releases; no admin, auditor or service",
        )
    return account


def _require_free(
    session: Session, identity: Identity, deputy: Account, first: str, last: str
) -> None:
    same = session.exec(
        select(Deputy)
        .where(Deputy.principal_id == identity.account_id)
        .where(Deputy.deputy_id == row_id(deputy))
        .where(col(Deputy.ended_at).is_(None))
        .where(Deputy.first <= last)
        .where(Deputy.last >= first)
    ).first()
    if same:
        raise Conflict(f"{deputy.name} is deputy of {identity.name} already, as D-{same.id}")


def _insert(
    work: Work, identity: Identity, deputy: Account, first: str, last: str, reason: str
) -> Deputy:
    at = work.context.now()
    body = canonical(
        {
            "signer": identity.name,
            "deputy": deputy.name,
            "first": first,
            "last": last,
            "reason": reason,
            "meaning": "name-deputy",
            "at": at,
            "authentication": identity.authentication,
        }
    )
    made = signature(work, identity, body)
    event = work.record(
        "name-deputy",
        "deputy.named",
        details={
            "deputy": deputy.pseudonym,
            "first": first,
            "last": last,
            "statement": digest_bytes(body),
            **signature_details(made),
        },
    )
    row = Deputy(
        principal_id=identity.account_id,
        deputy_id=row_id(deputy),
        first=first,
        last=last,
        reason=reason,
        statement=body,
        statement_digest=digest_bytes(body),
        authentication=identity.authentication,
        key_id=made.key_id if made else None,
        signature=made.value if made else None,
        named_at=at,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _labelled(session: Session, label: str) -> Deputy:
    match = _LABEL.fullmatch(label)
    row = session.get(Deputy, int(match["id"])) if match else None
    if row is None:
        raise NotFound(
            f"there is no deputy {label!r}", expected="D-1, ...", todo="`registry deputies list`"
        )
    return row


def _shown(context: Context, session: Session, row: Deputy) -> Row:
    return {
        "deputy": f"D-{row.id}",
        "who": account_name(session, row.deputy_id),
        "for": account_name(session, row.principal_id),
        "from": row.first,
        "until": row.last,
        "state": _state(context, row),
        "reason": row.reason,
        "authentication": row.authentication,
        "key": row.key_id,
        "ended_by": account_name(session, row.ended_by),
        "ended_at": row.ended_at,
        "ended_reason": row.ended_reason,
    }


def _state(context: Context, row: Deputy) -> str:
    now = context.clock()
    if row.ended_at is not None:
        return "ended"
    if expired(row.last, now):
        return "over"
    return "current" if list(current([row], now)) else "to come"
