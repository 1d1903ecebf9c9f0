"""Makes an empty registry: its settings file, its database at the newest migration, its admin."""

import os
from pathlib import Path

from registry.clock import Clock, system_clock
from registry.errors import Conflict
from registry.records import Role
from registry.settings import FILE_NAME, Settings, load
from registry.store import database, migrations
from registry.workflow.add_account import add_account, require_account_name
from registry.workflow.context import open_context

_TOML = """# A registry of synthetic data.
# local: names are claimed with --as and every sign-off is labelled unauthenticated.
mode = "local"
"""


def init(folder: Path, admin: str, clock: Clock = system_clock) -> Settings:
    """Make a registry in ``folder``; raises `Conflict` if there is one already."""
    require_account_name(admin)
    folder = folder.absolute()
    if (folder / FILE_NAME).exists():
        raise Conflict("there is a registry here already", where=str(folder / FILE_NAME))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(_TOML, encoding="utf-8")
    settings = load(os.environ, folder=folder)
    migrations.upgrade(database.open_engine(settings.database_url))
    add_account(open_context(settings, clock), admin, [Role.ADMIN])
    return settings
