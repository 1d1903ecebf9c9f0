"""Who is acting. This is where authentication stands; all other code trusts its answer.

In local mode a name is only claimed, so what it signs is labelled unauthenticated wherever it is
shown. In signed-in mode a claim is refused: a session or a token proves who somebody is.
"""

from sqlalchemy import Engine
from sqlmodel import Session, select

from registry.clock import Clock, system_clock
from registry.errors import NotPermitted
from registry.records import Account, AccountRole, PersonalKey, Role
from registry.settings import Settings
from registry.store.database import reading
from registry.workflow.context import Identity
from registry.workflow.people.proven import proven

UNAUTHENTICATED = "unauthenticated (local mode)"


def identify(engine: Engine, settings: Settings, clock: Clock = system_clock) -> Identity | None:
    """The acting account, or None where nobody says who they are; raises `NotPermitted`."""
    if settings.mode != "local":
        _refuse_claims(settings)
        with reading(engine) as session:
            return proven(session, settings.proof, clock())
    if settings.claimed is None:
        return None
    with reading(engine) as session:
        _require_never_proven(session)
        return _claimed(session, settings.claimed)


def _refuse_claims(settings: Settings) -> None:
    if settings.claimed is not None:
        raise NotPermitted(
            "a claimed name is not a signature: this registry is not in local mode",
            where=str(settings.folder),
            expected="a proven identity",
            todo="leave out --as and REGISTRY_AS, which work in local mode only, and run "
            "`registry login NAME`",
        )


def _require_never_proven(session: Session) -> None:
    """Who edits the settings file must not act in the names of people who sign in."""
    if session.exec(select(PersonalKey.id).limit(1)).first() is not None:
        raise NotPermitted(
            "people have enrolled keys in this registry, so names are not claimed any more",
            where="mode in registry.toml",
            expected='mode = "signed-in"',
            todo="set the mode, and run `registry login NAME`",
        )


def _claimed(session: Session, name: str) -> Identity:
    account = session.exec(select(Account).where(Account.name == name)).first()
    if account is None or account.id is None:
        raise NotPermitted(
            "no account has the name that was claimed",
            where=f"--as {name}",
            expected="the name of an account, as `registry accounts list` shows them",
            todo="an admin adds one with `registry accounts add`",
        )
    if account.deactivated_at is not None:
        raise NotPermitted(
            "the account that was claimed is deactivated",
            where=f"--as {name}",
            expected="an account that may still act",
        )
    roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == account.id))
    return Identity(
        account.id, name, account.pseudonym, frozenset(map(Role, roles)), UNAUTHENTICATED
    )
