"""Recipients as recorded organisations: how a recall reaches each of them."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import Session, select

from registry.errors import Conflict, InvalidInput, Unavailable
from registry.records import Recipient
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.commitment import commitment, new_salt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.keyed import forget_asked
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.webhook_secret import keep_secret, read_given, secret_path
from registry.workflow.webhooks.addresses import require_allowed

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ACTION = "add-recipient"
_LONGEST = 200


@dataclass(frozen=True)
class Reach:
    """How to reach a recipient; what is None stays as it is, and ``forget`` erases the contact."""

    contact: str | None = None
    webhook: str | None = None
    secret_file: Path | None = None
    forget: bool = False


def add_recipient(context: Context, name: str, reach: Reach) -> Recipient:
    """Record ``name``, or how the recorded one is reached from now on.

    Raises `Conflict` where it is recorded already and nothing is to change, `NotPermitted` for a
    webhook at a private address.
    """
    number = _add(context, name, reach)
    with reading(context.engine) as session:
        return session.get_one(Recipient, number)


@once(ACTION)
def _add(context: Context, name: str, reach: Reach) -> int:
    """The number of the recipient, and not how it is reached: a contact can be erased."""
    name = clean_name(name)
    _require_sound(reach)
    secret = read_given(reach.secret_file) if reach.secret_file else None
    with refusals_logged(context, ACTION):
        require(context, ACTION)
        _require_outside(context, reach)  # before the lock: to look a host up can take long
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        row = recipient_named(work.session, name)
        if row is None:
            row = _insert(work, identity, ACTION, name, reach)
        else:
            _change(work, row, reach)
        if secret is not None:
            keep_secret(context, row_id(row), secret)
        _require_secret(context, row)
        return row_id(row)


def recipient_named(session: Session, name: str) -> Recipient | None:
    """The recipient recorded under exactly this name."""
    return session.exec(select(Recipient).where(Recipient.name == name)).first()


def recipient_for(work: Work, identity: Identity, name: str) -> Recipient:
    """The recipient of a release; one that nobody recorded is recorded without a contact."""
    found = recipient_named(work.session, name)
    return found or _insert(work, identity, "release", name, Reach())


def clean_name(name: str, noun: str = "recipient") -> str:
    """``name`` without spaces around it; raises `InvalidInput` for what cannot be a name."""
    name = name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise InvalidInput(
            f"that cannot be the name of a {noun}",
            expected=f"text on one line, at most {_LONGEST} characters",
        )
    return name


def known_by(row: Recipient) -> dict[str, object]:
    """What the log says of a recipient: the organisation by name, ways to people by digest."""
    return {
        "recipient": row.name,
        "contact": commitment(row.salt, row.contact),
        "webhook": commitment(row.salt, row.webhook),
    }


def _insert(work: Work, identity: Identity, action: str, name: str, reach: Reach) -> Recipient:
    row = Recipient(
        name=name,
        contact=reach.contact,
        webhook=reach.webhook,
        salt=new_salt(),
        added_by=identity.account_id,
        added_at="",
        event_seq=0,
    )
    event = work.record(action, "recipient.added", details=known_by(row))
    row.added_at, row.event_seq = event.at, event.seq
    work.session.add(row)
    work.session.flush()
    return row


def _change(work: Work, row: Recipient, reach: Reach) -> None:
    if reach == Reach():
        raise Conflict(
            f"the recipient {row.name!r} is recorded already",
            todo="change how it is reached with --contact, --webhook or --secret-file",
        )
    row.contact = None if reach.forget else reach.contact or row.contact
    row.webhook = reach.webhook or row.webhook
    # A new salt: the old digest must say nothing of a contact that was erased.
    row.salt = new_salt()
    work.session.add(row)
    if reach.forget:
        forget_asked(work.session, ACTION, row_id(row))
    details = {**known_by(row), "secret": "new" if reach.secret_file else "as before"}
    work.record(ACTION, "recipient.changed", details=details)


def _require_sound(reach: Reach) -> None:
    if reach.forget and reach.contact:
        raise InvalidInput("a contact cannot be given and erased at once")
    for name, text in (("contact", reach.contact), ("webhook", reach.webhook)):
        if text is not None and (not text.strip() or not text.isprintable()):
            raise InvalidInput(f"that cannot be a {name}", expected="text on one line")
    if reach.webhook is not None:
        _require_sound_webhook(reach.webhook)


def _require_sound_webhook(url: str) -> None:
    """Notices carry the code that acknowledges them, so they travel encrypted."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or "@" in parts.netloc or " " in url:
        raise InvalidInput("that is no address of a webhook", expected="https://HOST/PATH")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise InvalidInput(
            "a recall is sent over TLS only", expected="https://HOST/PATH (http on this host only)"
        )


def _require_outside(context: Context, reach: Reach) -> None:
    """As for every webhook. A host that is not known today is looked up when a recall is sent."""
    if reach.webhook is not None:
        with suppress(Unavailable):
            require_allowed(context, reach.webhook)


def _require_secret(context: Context, row: Recipient) -> None:
    if row.webhook and not secret_path(context, row_id(row)).is_file():
        raise InvalidInput(
            "a webhook needs a secret, with which what is sent to it is signed",
            todo="give one with --secret-file FILE, and the same to the recipient",
        )
