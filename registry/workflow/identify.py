"""Who is acting. This is where real authentication stands; all other code trusts its answer.

In local mode a name is only claimed, so what it signs is labelled unauthenticated wherever it is
shown. In signed-in mode a claim is refused: an identity must be proven, and until a way to prove
one is set up nobody can act.
"""

from sqlalchemy import Engine
from sqlmodel import Session, select

from registry.errors import NotPermitted
from registry.records import Account, AccountRole, Role
from registry.settings import Settings
from registry.store.database import reading
from registry.workflow.context import Identity

UNAUTHENTICATED = "unauthenticated (local mode)"


def identify(engine: Engine, settings: Settings) -> Identity | None:
    """The acting account, or None where no name was claimed; raises `NotPermitted`."""
    if settings.claimed is None:
        return None
    if settings.mode != "local":
        raise NotPermitted(
            "a claimed name is not a signature: this registry is not in local mode",
            where=str(settings.folder),
            expected="a proven identity",
            todo="leave out --as and REGISTRY_AS; `--as` works in local mode only",
        )
    with reading(engine) as session:
        return claimed_in(session, settings.claimed)


def claimed_in(session: Session, name: str) -> Identity:
    """The account called ``name``, as it is claimed in local mode; raises `NotPermitted`."""
    account = session.exec(select(Account).where(Account.name == name)).first()
    if account is None or account.id is None:
        raise NotPermitted(
            "no account has the name that was claimed",
            where=f"--as {name}",
            expected="the name of an account, as `registry accounts list` shows them",
            todo="an admin adds one with `registry accounts add`",
        )
    roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == account.id))
    return Identity(
        account.id, name, account.pseudonym, frozenset(map(Role, roles)), UNAUTHENTICATED
    )
