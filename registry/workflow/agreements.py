"""Agreements as recorded documents: added, ended, and found where a policy asks for one."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select, update

from registry.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from registry.policy.expiry import day, expired
from registry.records import Agreement
from registry.store import objects
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recipients import clean_name

_LABEL = re.compile(r"A-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
IN_FORCE = "in force"


@dataclass(frozen=True)
class Document:
    """An agreement as somebody hands it over; both days are inclusive."""

    name: str
    file: Path
    parties: Sequence[str]
    valid_from: str
    valid_until: str


def agreement_label(row: Agreement) -> str:
    """``A-3``."""
    return f"A-{row.id}"


@once("add-agreement")
def add_agreement(context: Context, document: Document) -> Agreement:
    """Record an agreement; its bytes are copied into the object store."""
    _require_sound(document)
    with refusals_logged(context, "add-agreement"):
        identity = require(context, "add-agreement")
    digest = objects.file_digest(document.file)
    suffix = document.file.suffix if _SUFFIX.fullmatch(document.file.suffix) else ""
    stored = objects.put(context.objects, document.file.absolute(), digest, suffix)
    path = str(stored.relative_to(context.objects))
    with attempt(context, "add-agreement") as work:
        _require_new(work, document, digest)
        return _insert(work, identity, document, digest, path)


@once("end-agreement")
def end_agreement(context: Context, label: str, reason: str) -> Agreement:
    """End A-3, or the only agreement in force of a name, before its last day."""
    if not reason.strip():
        raise InvalidInput("to end an agreement needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "end-agreement") as work:
        identity = require(context, "end-agreement")
        row = agreement_labelled(context, work.session, label)
        name = agreement_label(row)
        told = {"agreement": name, "digest": row.digest, "reason": reason}
        event = work.record("end-agreement", "agreement.ended", details=told)
        changed = work.session.exec(
            update(Agreement)
            .where(col(Agreement.id) == row_id(row))
            .where(col(Agreement.ended_at).is_(None))
            .values(ended_by=identity.account_id, ended_at=event.at, ended_reason=reason)
        )
        if changed.rowcount != 1:
            raise Conflict(f"{name} is ended already")
        work.session.refresh(row)
        return row


def agreement_labelled(context: Context, session: Session, label: str) -> Agreement:
    """The agreement A-3, or the only one in force that bears the name ``label``."""
    match = _LABEL.fullmatch(label)
    if match and (row := session.get(Agreement, int(match["id"]))):
        return row
    named = of_name(session, label)
    if not named:
        names = sorted(set(session.exec(select(Agreement.name))))
        raise NotFound(
            f"there is no agreement {label!r}",
            expected=" or ".join(names[:8]) or "none is recorded yet",
            todo="see `registry agreements list --all`",
        )
    found = [row for row in named if state_of(row, context.clock()) == IN_FORCE] or named
    if len(found) > 1:
        labels = ", ".join(map(agreement_label, found))
        raise Conflict(f"several agreements are called {label!r}: {labels}", todo="name one")
    return found[0]


def of_name(session: Session, name: str) -> list[Agreement]:
    """Every agreement recorded under ``name``, the last one last."""
    query = select(Agreement).where(Agreement.name == name).order_by(col(Agreement.id))
    return list(session.exec(query))


def parties_of(row: Agreement) -> list[str]:
    """Whom it binds, the registry's own organisation left out."""
    return [str(name) for name in json.loads(row.parties)]


def state_of(row: Agreement, now: datetime) -> str:
    """``in force``, ``ended``, ``expired``, or ``not yet in force``."""
    if row.ended_at is not None:
        return "ended"
    if expired(row.valid_until, now):
        return "expired"
    return IN_FORCE if now.date() >= day(row.valid_from) else "not yet in force"


def binding(session: Session, now: datetime, name: str, recipient: str) -> Agreement:
    """The agreement ``name`` in force today with ``recipient``, the one that holds longest.

    Raises `NotFound` where none of that name is recorded, `PolicyDenied` where none binds.
    """
    named = of_name(session, name)
    if not named:
        raise NotFound(
            f"the agreement {name!r} is not recorded",
            expected="a recorded document; a name alone binds nobody",
            todo=f"record it with `registry agreements add {name} --file ...`",
        )
    own = [row for row in named if recipient in parties_of(row)]
    if not own:
        bound = sorted({party for row in named for party in parties_of(row)})
        raise PolicyDenied(
            f"the agreement {name!r} is not with {recipient!r}", expected=" or ".join(bound)
        )
    holding = [row for row in own if state_of(row, now) == IN_FORCE]
    if not holding:
        last = own[-1]
        raise PolicyDenied(
            f"the agreement {name!r} with {recipient!r} is {state_of(last, now)}",
            expected=f"one in force today; {agreement_label(last)} is for "
            f"{last.valid_from} to {last.valid_until}",
        )
    return max(holding, key=lambda row: row.valid_until)


def _require_sound(document: Document) -> None:
    clean_name(document.name, "document")
    if not document.parties:
        raise InvalidInput("an agreement needs a party", todo="name each with --party NAME")
    for party in document.parties:
        clean_name(party, "party")
    try:
        first, last = day(document.valid_from), day(document.valid_until)
    except ValueError as error:
        raise InvalidInput("that is no day", expected=str(error)) from error
    if first > last:
        raise InvalidInput(f"the agreement would end ({last}) before it begins ({first})")
    if not document.file.is_file() or document.file.stat().st_size == 0:
        raise InvalidInput(
            "there is no document to record", where=str(document.file), expected="the signed file"
        )


def _require_new(work: Work, document: Document, digest: str) -> None:
    for row in of_name(work.session, document.name.strip()):
        if row.digest == digest and row.ended_at is None:
            raise Conflict(
                f"this very document is recorded already, as {agreement_label(row)}",
                todo=f"end it first with `registry agreements end {agreement_label(row)}`",
            )


def _insert(
    work: Work, identity: Identity, document: Document, digest: str, path: str
) -> Agreement:
    name, parties = document.name.strip(), sorted({party.strip() for party in document.parties})
    event = work.record(
        "add-agreement",
        "agreement.added",
        details={
            "agreement": name,
            "digest": digest,
            "parties": parties,
            "from": document.valid_from,
            "until": document.valid_until,
        },
    )
    row = Agreement(
        name=name,
        digest=digest,
        file_name=document.file.name,
        path=path,
        parties=json.dumps(parties),
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        added_by=identity.account_id,
        added_at=event.at,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return row
