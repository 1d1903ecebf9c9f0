"""``registry db``: the schema of the database."""

from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import settings

commands = typer.Typer(help="The database: its schema.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="db")


@commands.command()
def upgrade() -> None:
    """Bring the database to the newest schema.

    Example: REGISTRY_DATABASE_URL=postgresql://registry@db/registry registry db upgrade
    """
    from registry.store import database, migrations

    revision = migrations.upgrade(database.open_engine(settings().database_url))
    say(f"the database is at revision {revision}")


@commands.command()
def current(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Print the revision of the database and the one this registry needs."""
    from registry.store import database, migrations

    found = migrations.current(database.open_engine(settings().database_url))
    show_one({"revision": found, "needed": migrations.HEAD}, format, quiet=quiet)
    if found != migrations.HEAD:
        say("next: run `registry db upgrade`")
        raise typer.Exit(3)


@commands.command("grant-app-role")
def grant_app_role(
    role: Annotated[str, typer.Argument(help="A role of the PostgreSQL server.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Let a role use the registry, and add to its log without changing it (PostgreSQL).

    Run it as the owner of the tables, after each `registry db upgrade`.

    Example: registry db grant-app-role registry_app
    """
    from registry.store import database, grants

    engine = database.open_engine(settings().database_url)
    with database.writing(engine) as session:
        granted = grants.grant_app_role(session.connection(), role)
    rows = [{"table": table, "may": rights} for table, rights in granted.items()]
    show_list(rows, ["table", "may"], format, quiet=quiet)
    say(f"{role} may do this and nothing else: point the application's address at it")
