"""Brings a database to the newest schema, and says when it is not there.

Alembic is imported only where a migration runs. Everyday commands compare one stored word with
`HEAD`, which a test holds equal to the newest migration.
"""

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from registry.errors import Undecided
from registry.resources import folder

HEAD = "0001"


def current(engine: Engine) -> str | None:
    """The revision of the database, or None where no migration ever ran."""
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        return None


def require_head(engine: Engine) -> None:
    """Raise `Undecided`, naming the command that mends it, unless the database is at `HEAD`."""
    found = current(engine)
    if found != HEAD:
        raise Undecided(
            f"the database is at revision {found or 'none'}, this registry needs {HEAD}",
            where=engine.url.render_as_string(hide_password=True),
            expected=f"revision {HEAD}",
            todo="run `registry db upgrade`",
        )


def upgrade(engine: Engine) -> str:
    """Run every migration that is missing, in one transaction; returns the new revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_scripts()))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        locked = connection.execution_options(registry_write=True)
        with locked.begin():
            config.attributes["connection"] = locked
            command.upgrade(config, "head")
    return HEAD


def _scripts() -> Path:
    return folder("migrations")
