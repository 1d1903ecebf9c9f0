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
) -> None:
    """Make an empty registry, with its database and first account; in local mode, if not said.

    Example: registry init claims-registry
    """
    if signed_in:
        _init_signed_in(folder, admin)
        return
    from registry.workflow.init import init as make

    made = make(folder, admin)
    say(f"made a registry in {made.folder}, with the admin account {admin!r}")
    say("local mode: names are claimed with --as, not proven, and sign-offs say so")
    say(f"next: registry accounts add NAME --role engineer --as {admin}")


def _init_signed_in(folder: Path, admin: str) -> None:
    from registry.workflow.init import init_signed_in

    made, code = init_signed_in(folder, admin)
    say(f"made a registry in {made.folder}, in which people sign in")
    if code is None:
        say("people have enrolled in its database already: registry login NAME")
        return
    typer.echo(code)
    say(f"next: registry keys enrol {admin}, with the code above, within three days")
