"""``registry db``: the schema of the database, and its backups."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here, settings

commands = typer.Typer(help="The database: its schema, its backups.", no_args_is_help=True)


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


@commands.command()
def backup(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    with_objects: Annotated[
        bool, typer.Option("--with-objects", help="The stored dataset files too.")
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Write everything that is recorded to one file, as it is at one moment; others go on working.

    The file holds what people and their sealed keys are known by: keep it as you keep the database.

    Example: registry db backup -o registry.backup --with-objects --as admin
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.backups.backup import backup as run

    with progress_bar("backing up") as report:
        done = run(open_here(claimed), output, objects=with_objects, report=report)
    facts = {"rows": done.rows, "events": done.events, "head": done.head, "objects": done.objects}
    show_one({"file": str(done.path), **facts}, format, quiet=quiet)
    if done.objects is None:
        say("the stored dataset files are not in it; --with-objects takes them along")


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `registry db backup` wrote.")],
    into: Annotated[
        str | None, typer.Option(help="Address of the database; default: this registry's.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Fill an empty database, SQLite or PostgreSQL, from a backup of either; all of it or nothing.

    Exits 5 if anything is recorded in the database, 6 if the file was cut or altered.

    Example: registry db restore registry.backup --into postgresql://registry@db/registry --as admin
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.backups.restore import restore as run

    with progress_bar("restoring") as report:
        done = run(settings(claimed), file, into=into, report=report)
    facts = {"events": done.events, "head": done.head, "rows": done.rows, "created": done.created}
    show_one(facts, format, quiet=quiet)
    for name in done.missing:
        say(f"missing: the stored file objects/{name}; bring it back before a release needs it")
    for warning in done.warnings:
        say(f"warning: {warning}")
    say(f"restored and verified; what was recorded after {done.created} is not in it")


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
