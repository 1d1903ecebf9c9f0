"""Asks for data: which, for whom and for what, how long, and under which agreement."""

from dataclasses import dataclass

from sqlmodel import Session, select

from registry.card import require_word
from registry.errors import InvalidInput, NotFound
from registry.policy.expiry import day, expired
from registry.records import AccessRequest, Dataset
from registry.workflow.access.find import Row, shown
from registry.workflow.attempt import attempt
from registry.workflow.commitment import commitment, new_salt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.recipients import clean_name
from registry.workflow.requested import AUDIENCES

LONGEST = 5_000
"""Characters of a purpose or an answer."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``until`` is the last day on which it is wanted, UTC."""

    dataset: str
    recipient: str
    use: str
    audience: str
    purpose: str
    until: str
    agreement: str | None = None


@once("ask-access")
def request_access(context: Context, wanted: Wanted) -> Row:
    """Ask, as ``Q-3``: any person may, and a compliance officer answers.

    It permits nothing. Raises `InvalidInput` for what is not said, `NotFound` for the dataset.
    """
    _require_said(context, wanted)
    with attempt(context, "ask-access") as work:
        identity = require(context, "ask-access")
        return shown(work.session, _insert(work, identity, wanted))


def require_text(name: str, text: str) -> None:
    """Raise `InvalidInput` for a text that says nothing, or too much."""
    if not text.strip() or len(text) > LONGEST:
        raise InvalidInput(
            f"the {name} is missing or too long", where=name, expected=f"1 to {LONGEST} characters"
        )


def _require_said(context: Context, wanted: Wanted) -> None:
    for name in ("dataset", "use", "purpose"):
        require_text(name, getattr(wanted, name))
    require_word("audience", wanted.audience, AUDIENCES)
    try:
        day(wanted.until)
    except ValueError as error:
        raise InvalidInput(f"{wanted.until!r} is no day", expected=str(error)) from error
    if expired(wanted.until, context.clock()):
        raise InvalidInput(f"{wanted.until} is in the past", expected="a day from today on")


def _dataset(session: Session, name: str) -> Dataset:
    found = session.exec(select(Dataset).where(Dataset.name == name.strip())).first()
    if found is None:
        raise NotFound(f"there is no dataset {name!r}", todo="see `registry datasets list`")
    return found


def _insert(work: Work, identity: Identity, wanted: Wanted) -> AccessRequest:
    dataset, salt = _dataset(work.session, wanted.dataset), new_salt()
    row = AccessRequest(
        dataset_id=row_id(dataset),
        recipient=clean_name(wanted.recipient),
        use=wanted.use.strip(),
        audience=wanted.audience,
        purpose=wanted.purpose,
        until=wanted.until,
        agreement=(wanted.agreement or "").strip() or None,
        salt=salt,
        asked_by=identity.account_id,
        asked_at=work.context.now(),
        event_seq=0,
    )
    event = work.record("ask-access", "access.asked", details=terms(dataset.name, row))
    row.event_seq = event.seq
    work.session.add(row)
    work.session.flush()
    return row


def terms(dataset: str, row: AccessRequest) -> dict[str, object]:
    """What the log holds of an access request: its terms, and a commitment to its purpose."""
    return {
        "dataset": dataset,
        "recipient": row.recipient,
        "use": row.use,
        "audience": row.audience,
        "until": row.until,
        "agreement": row.agreement,
        "purpose": commitment(row.salt, row.purpose),
    }
