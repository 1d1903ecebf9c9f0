"""Makes an empty registry: its database at the newest migration, its admin, its settings file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import select

from registry.clock import Clock, system_clock
from registry.errors import Conflict, InvalidInput
from registry.records import Account, Role
from registry.settings import FILE_NAME, Mode, Settings, address
from registry.store import database, migrations
from registry.store.database import reading
from registry.workflow.add_account import add_account, add_with_code, require_account_name
from registry.workflow.auditing.begin_log import begin_log, join_log, log_lines
from registry.workflow.context import Context
from registry.workflow.people.issuing import first_code

_TOML: dict[Mode, str] = {
    "local": """# A registry of synthetic data.
# local: names are claimed with --as and every sign-off is labelled unauthenticated.
mode = "local"
""",
    "signed-in": """# A registry of synthetic data.
# signed-in: people sign in with a password and a one-time code, and sign with keys of their own.
mode = "signed-in"
""",
}


@dataclass(frozen=True)
class Made:
    """A new folder of a registry: its settings, and whether it joined one that has people."""

    settings: Settings
    joined: bool

    @property
    def can_sign(self) -> bool:
        """Whether the key of the log is where the settings say."""
        return self.settings.log_key is not None and self.settings.log_key.is_file()


def init(
    folder: Path, admin: str, clock: Clock = system_clock, *, log_key: Path | None = None
) -> Made:
    """Make a registry in local mode in ``folder``; raises `Conflict` if there is one already.

    On a database that has accounts already (a team's), the folder joins it and nobody is added; the
    log keeps its key, and no second one is made.
    The settings file is written last: what fails before leaves no registry behind.
    """
    with _new(folder, admin, "local", clock, log_key) as (made, context):
        if not made.joined:
            add_account(context, admin, [Role.ADMIN])
    return made


def init_signed_in(
    folder: Path, admin: str, clock: Clock = system_clock, *, log_key: Path | None = None
) -> tuple[Settings, str | None]:
    """Make a registry in signed-in mode, with the code by which its first admin enrols.

    The code is None where the folder joins a database in which people have enrolled already.
    """
    with _new(folder, admin, "signed-in", clock, log_key) as (made, context):
        if made.joined:
            code = first_code(context, admin)
        else:
            _, code = add_with_code(context, admin, [Role.ADMIN])
    return made.settings, code


@contextmanager
def _new(
    folder: Path, admin: str, mode: Mode, clock: Clock, log_key: Path | None
) -> Iterator[tuple[Made, Context]]:
    """The open database of a new registry, whose settings file is written when all went well."""
    require_account_name(admin)
    folder = folder.absolute()
    if (folder / FILE_NAME).exists():
        raise Conflict("there is a registry here already", where=str(folder / FILE_NAME))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(
            f"the folder cannot be made: {error.strerror}",
            where=str(folder),
            expected="a new or empty folder in a place that can be written",
        ) from error
    settings = Settings(folder, address(os.environ, {}, folder), mode, None)
    engine = database.open_engine(settings.database_url, create=True)
    migrations.upgrade(engine)
    context = Context(settings, engine, clock, None)
    joined = _has_accounts(context)
    settings = (join_log if joined else begin_log)(context, log_key)
    yield Made(settings, joined), replace(context, settings=settings)
    engine.dispose()
    (folder / FILE_NAME).write_text(_TOML[mode] + log_lines(settings), encoding="utf-8")


def _has_accounts(context: Context) -> bool:
    with reading(context.engine) as session:
        return session.exec(select(Account.id)).first() is not None
