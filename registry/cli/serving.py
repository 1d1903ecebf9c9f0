"""``registry serve``: the review desk in a browser, and the REST API."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.output import say
from registry.cli.surroundings import settings

if TYPE_CHECKING:
    from registry.settings import Settings

GRACE_SECONDS = 30
"""How long requests in flight have, from the signal to stop until they are cut off."""


class LogShape(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8765,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one need PostgreSQL.")
    ] = 1,
    proxy_headers: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESSES",
            help="Believe X-Forwarded-For and -Proto from these proxies, with commas between.",
        ),
    ] = None,
    log: Annotated[LogShape, typer.Option(help="How to write the log.")] = LogShape.TEXT,
) -> None:
    """Serve the review desk and the REST API.

    TLS is the work of a proxy before it. SIGTERM lets requests in flight end.

    Example: registry serve --port 8765
    """
    import uvicorn

    from registry.web.application import served

    found = served(settings())
    _require_local(found, host)
    _require_named(found, host)
    _require_known(proxy_headers)
    if workers > 1:
        _require_shareable(found)
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": proxy_headers is not None,
        "forwarded_allow_ips": proxy_headers or "",
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }
    if workers > 1:
        _serve_by_many(uvicorn, found, workers, log, options)
    else:
        _serve_by_one(uvicorn, found, log, options)


def _serve_by_one(uvicorn: Any, found: "Settings", log: LogShape, options: dict[str, Any]) -> None:
    from registry.web.application import application
    from registry.web.journal import log_to_stderr

    app = application(found)
    log_to_stderr(log.value)
    say(f"open {_link(found, app.state.desk.sittings, options)}")
    uvicorn.run(app, **options)


def _serve_by_many(
    uvicorn: Any, found: "Settings", workers: int, log: LogShape, options: dict[str, Any]
) -> None:
    """Each worker opens the registry for itself; they count their requests in one folder."""
    import tempfile

    from registry.web.application import LOG_SHAPE

    say(f"open {_link(found, None, options)}")
    os.environ["REGISTRY_FOLDER"] = str(found.folder)
    os.environ[LOG_SHAPE] = log.value
    with tempfile.TemporaryDirectory(prefix="registry-metrics-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        uvicorn.run("registry.web.application:created", factory=True, workers=workers, **options)


def _link(found: "Settings", sittings: Any, options: dict[str, Any]) -> str:
    """Where to begin: by a link that works once, while nobody could sign in yet."""
    base = f"http://{options['host']}:{options['port']}/"
    if sittings is not None:
        return f"{base}enter/{sittings.code} (works once)"
    first = _first_admin(found)
    return base if first is None else f"{base}enrol/{first[0]}/{first[1]} (works once, three days)"


def _first_admin(found: "Settings") -> tuple[str, str] | None:
    from registry.workflow.context import open_context
    from registry.workflow.people.issuing import first_admin

    context = open_context(found, identified=False)
    try:
        return first_admin(context)
    finally:
        context.engine.dispose()


def _require_local(found: "Settings", host: str) -> None:
    from registry.desk_settings import LOOPBACK
    from registry.errors import InvalidInput

    if found.mode == "local" and host not in LOOPBACK:
        raise InvalidInput(
            "a registry in local mode is served to this machine alone: nobody proves a name there",
            where=f"--host {host}",
            expected="127.0.0.1",
        )


def _require_named(found: "Settings", host: str) -> None:
    """Raise `InvalidInput` where others reach the desk and it does not know by what name."""
    from registry.desk_settings import LOOPBACK
    from registry.errors import InvalidInput

    if host not in LOOPBACK and set(found.desk.hosts) <= set(LOOPBACK):
        raise InvalidInput(
            "the desk does not know the name that it is reached by",
            where=f"--host {host}",
            expected='its name in registry.toml, such as hosts = ["desk.example.org"] in [desk]',
            todo="a request for any other name is refused",
        )


def _require_known(proxies: str | None) -> None:
    """Raise `InvalidInput` for every proxy there is: whoever asks could then name any address, and
    so have as many tries to sign in as there are addresses.
    """
    from registry.errors import InvalidInput

    named = {one.strip() for one in proxies.split(",")} if proxies is not None else set()
    if named & {"*", "", "0.0.0.0/0", "::/0"}:
        raise InvalidInput(
            "not everybody is a proxy",
            where=f"--proxy-headers {proxies}",
            expected="the addresses of the proxies, such as 10.0.0.2,10.0.1.0/24",
        )


def _require_shareable(found: "Settings") -> None:
    from registry.errors import InvalidInput

    if found.mode == "local":
        raise InvalidInput(
            "a registry in local mode is served by one process, which knows who came in",
            where="--workers",
            expected="1, or people who sign in",
        )
    if found.database_url.startswith("sqlite"):
        raise InvalidInput(
            "several workers would wait for each other to write to SQLite",
            where="--workers",
            expected="1, or a registry on PostgreSQL",
            todo="see docs/desk-deployment.md",
        )
