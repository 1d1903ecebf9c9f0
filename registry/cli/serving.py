"""``registry serve``: the review desk in a browser, and the REST API."""

from typing import Annotated

import typer

from registry.cli.output import say
from registry.cli.surroundings import settings


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8765,
) -> None:
    """Serve the review desk and the REST API.

    Example: registry serve --port 8765
    """
    import uvicorn

    from registry.errors import InvalidInput
    from registry.web.application import application

    found = settings()
    if found.mode == "local" and host not in ("127.0.0.1", "::1", "localhost"):
        raise InvalidInput(
            "a registry in local mode is served to this machine alone: nobody proves a name there",
            where=f"--host {host}",
            expected="127.0.0.1",
        )
    app = application(found)
    sittings = app.state.desk.sittings
    if sittings is not None:
        say(f"open http://{host}:{port}/enter/{sittings.code} (works once)")
    else:
        say(f"open http://{host}:{port}/")
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
