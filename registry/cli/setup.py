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
) -> None:
    """Make an empty registry in local mode, with its database and first account.

    Example: registry init claims-registry
    """
    from registry.workflow.init import init as make

    made = make(folder, admin)
    say(f"made a registry in {made.folder}, with the admin account {admin!r}")
    say("local mode: names are claimed with --as, not proven, and sign-offs say so")
    say(f"next: registry accounts add NAME --role engineer --as {admin}")
