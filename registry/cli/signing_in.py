"""``registry login``, ``logout`` and ``whoami``."""

import os
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import asking, open_here, open_unidentified, server, settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(login)
    app.command()(logout)
    app.command()(whoami)


def login(name: Annotated[str, typer.Argument(help="Your account.")]) -> None:
    """Sign in for eight hours, with your password and a one-time code.

    Example: registry login paula
    """
    if url := server():
        from registry.remote.server import Server
        from registry.remote.session import login as begin

        until = begin(Server(url), name, asking())
        say(f"signed in as {name}" + (f" until {until}" if until else ""))
        return

    from registry.proof import device_file, read_device, session_file, write_device, write_session
    from registry.workflow.people.login import login as start

    context = open_unidentified()
    device = device_file(os.environ, context.settings.folder)
    started = start(context, name, device=read_device(device))
    write_device(device, started.device)
    write_session(session_file(os.environ, context.settings.folder), started.secret)
    say(f"signed in as {started.name} until {started.expires_at}")


def logout() -> None:
    """End your session.

    Example: registry logout
    """
    if url := server():
        from registry.remote.server import Server
        from registry.remote.session import logout as leave

        say(f"{leave(Server(url))} is signed out")
        return

    from registry.proof import session_file
    from registry.workflow.people.login import logout as end

    kept = session_file(os.environ, settings().folder)
    try:
        name = end(open_here())
    finally:
        kept.unlink(missing_ok=True)  # one that has expired is of no use either
    say(f"{name} is signed out")


def whoami(claimed: As = None, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Who acts here, with which roles, and how that is known.

    Example: registry whoami --format json
    """
    from registry.errors import NotPermitted
    from registry.workflow.people.listing import whoami as ask

    found = ask(open_here(claimed))
    if found["name"] is None:
        raise NotPermitted("nobody is signed in", todo="run `registry login NAME`")
    show_one(found, format, quiet=quiet)
