"""Brings a database to the newest schema, and says when it is not there.

Alembic is imported only where a migration runs. Everyday commands compare one stored word with
`HEAD`, which a test holds equal to the newest migration.
"""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from registry.errors import Undecided
from registry.resources import folder
from registry.store.database import reading, writing

HEAD = "0022"


def current(engine: Engine) -> str | None:
    """The revision of the database, or None where no migration ever ran."""
    with reading(engine) as session:
        connection = session.connection()
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


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
    """Run every migration that is missing, in one transaction; returns the new revision.

    Raises `Undecided` for a database at a revision that no migration here leads on from.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_scripts()))
    config.set_main_option("path_separator", "os")
    try:
        with writing(engine, log=False) as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")
    except CommandError as error:
        raise Undecided(
            f"the database cannot be brought to revision {HEAD}: {error}",
            where=engine.url.render_as_string(hide_password=True),
            expected=f"revision {HEAD} or one before it",
            todo="use the release of the registry that last upgraded it, or a newer one",
        ) from error
    return HEAD


def _scripts() -> Path:
    return folder("migrations")
