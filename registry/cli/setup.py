"""``registry init``: a new, empty registry."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.output import say


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if absent.")] = Path(),
    admin: Annotated[str, typer.Option(help="The first account, an admin.")] = "admin",
    signed_in: Annotated[
        bool,
        typer.Option("--signed-in", help="People sign in; prints the admin's enrolment code."),
    ] = False,
    log_key: Annotated[
        Path | None,
        typer.Option(
            help="Where to make the key that signs the log, outside of the folder; or, on a "
            "database with a log, its key. Default: in ~/.config/registry (XDG_CONFIG_HOME)."
        ),
    ] = None,
) -> None:
    """Make an empty registry, with database, first account and log key; in local mode, if not said.

    Example: registry init claims-registry
    """
    if signed_in:
        _init_signed_in(folder, admin, log_key)
        return
    from registry.workflow.init import init as make

    made = make(folder, admin, log_key=log_key)
    if made.joined:
        say(f"made a folder in {made.settings.folder} for the registry in the database")
    else:
        say(f"made a registry in {made.settings.folder}, with the admin account {admin!r}")
    if made.can_sign:
        say(f"the key of the log is {made.settings.log_key}: keep it, and out of backups of both")
    else:
        say(f"the log is {made.settings.origin}; its key is not here, so checkpoints are signed")
        say("  where it is; copy log.pub from that folder to verify them here")
    say("local mode: names are claimed with --as, not proven, and sign-offs say so")
    if not made.joined:
        say(f"next: registry accounts add NAME --role engineer --as {admin}")


def _init_signed_in(folder: Path, admin: str, log_key: Path | None) -> None:
    from registry.workflow.init import init_signed_in

    made, code = init_signed_in(folder, admin, log_key=log_key)
    say(f"made a registry in {made.folder}, in which people sign in")
    if code is None:
        say("people have enrolled in its database already: registry login NAME")
        return
    typer.echo(code)
    say(f"next: registry keys enrol {admin}, with the code above, within three days")
