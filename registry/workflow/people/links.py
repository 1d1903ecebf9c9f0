"""Links an account to an identity of the provider; the person confirms, and then signs in by it.

An admin who could link alone could sign in as anybody. So a link opens nothing before the person
has unsealed their signing key, whose passphrase no admin knows.
"""

import hashlib

from sqlmodel import Session, select

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Account, AccountLink, KeyState, PersonalKey, Role
from registry.settings import Settings
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id
from registry.workflow.people.guessing import WrongSecret, locked
from registry.workflow.people.login import end_sessions
from registry.workflow.people.lookup import account_named, active_account, key_in, roles_of
from registry.workflow.people.sealing import unseal
from registry.workflow.permissions import require


def link_account(context: Context, name: str, value: str) -> None:
    """``name`` is whoever has ``value`` as the claim that [oidc] names; an earlier link ends."""
    with attempt(context, "link-account", account=name) as work:
        identity = require(context, "link-account")
        issuer, claim = _provider(context.settings)
        if not value.strip() or len(value) > 255:
            raise InvalidInput("an identity of the provider has 1 to 255 characters")
        account = active_account(work.session, name)
        _require_linkable(work.session, identity, account)
        _require_free(work.session, account, (issuer, claim, value))
        _end(work, account)
        _store(work, identity, account, (issuer, claim, value))


def unlink_account(context: Context, name: str) -> None:
    """The provider's identity opens nothing here any more, and what it opened ends."""
    with attempt(context, "link-account", account=name) as work:
        require(context, "link-account")
        account = account_named(work.session, name)
        if not _end(work, account):
            raise Conflict(f"{name} is linked to no identity")


def confirm_link(context: Context) -> None:
    """The person who signed in by a new link shows that it is they: the passphrase of their key."""
    identity = context.identity
    if identity is None or identity.session is None:
        raise NotPermitted("nobody is signed in")
    passphrase = context.secrets.passphrase()
    with refusals_logged(context, "confirm-link"), reading(context.engine) as session:
        _require_own_key(session, identity, passphrase, context.now())
    with attempt(context, "confirm-link") as work:
        link = work.session.get(AccountLink, identity.account_id, populate_existing=True)
        if link is None or link.confirmed_at is not None:
            raise Conflict("no link of yours waits to be confirmed")
        event = work.record(
            "confirm-link", "account.link-confirmed", details={"account": identity.pseudonym}
        )
        link.confirmed_at = event.at
        work.session.add(link)
        work.session.flush()


def link_waits(context: Context) -> bool:
    """Whether this session was begun by a link that its person has not confirmed yet."""
    identity = context.identity
    if identity is None or identity.session is None:
        return False
    with reading(context.engine) as session:
        link = session.get(AccountLink, identity.account_id)
        return link is not None and link.confirmed_at is None


def link_digest(account: Account, issuer: str, claim: str, value: str) -> str:
    """What the log says of a link: with the account's salt, so that erasing that erases this."""
    said = "\n".join((account.salt, issuer, claim, value))
    return "sha256:" + hashlib.sha256(said.encode()).hexdigest()


def _provider(settings: Settings) -> tuple[str, str]:
    if settings.oidc is None:
        raise InvalidInput(
            "no provider of identities is named",
            where="registry.toml",
            expected="a table [oidc] with issuer and client_id",
        )
    return settings.oidc.issuer, settings.oidc.account


def _require_linkable(session: Session, identity: Identity, account: Account) -> None:
    if identity.account_id == account.id:
        raise NotPermitted("nobody links their own account", expected="another admin")
    if Role.SERVICE in roles_of(session, row_id(account)):
        raise InvalidInput(f"{account.name} is a service, and services do not sign in")


def _require_free(session: Session, account: Account, identity: tuple[str, str, str]) -> None:
    found = linked(session, *identity)
    if found is not None and found.account_id != account.id:
        raise Conflict("this identity of the provider is linked to another account")


def linked(session: Session, issuer: str, claim: str, value: str) -> AccountLink | None:
    """The link of an identity."""
    return session.exec(
        select(AccountLink)
        .where(AccountLink.issuer == issuer)
        .where(AccountLink.claim == claim)
        .where(AccountLink.value == value)
    ).first()


def _end(work: Work, account: Account) -> bool:
    found = work.session.get(AccountLink, row_id(account))
    if found is None:
        return False
    work.session.delete(found)
    work.session.flush()
    work.record("link-account", "account.unlinked", details={"account": account.pseudonym})
    end_sessions(work, row_id(account))
    return True


def _store(work: Work, identity: Identity, account: Account, named: tuple[str, str, str]) -> None:
    issuer, claim, value = named
    event = work.record(
        "link-account",
        "account.linked",
        details={"account": account.pseudonym, "identity": link_digest(account, *named)},
    )
    work.session.add(
        AccountLink(
            account_id=row_id(account),
            issuer=issuer,
            claim=claim,
            value=value,
            linked_by=identity.account_id,
            linked_at=event.at,
        )
    )
    work.session.flush()


def _require_own_key(session: Session, identity: Identity, passphrase: str, now: str) -> None:
    key = key_in(session, identity.account_id, KeyState.ACTIVE)
    if key is None or locked(key, now):
        raise NotPermitted(
            "there is no key of yours to confirm the link with, or it is locked",
            todo="enrol first, with a code of an admin's",
        )
    if unseal(bytes(key.sealed or b""), passphrase, key.key_id) is None:
        raise WrongSecret("the passphrase does not open the signing key", PersonalKey, row_id(key))
