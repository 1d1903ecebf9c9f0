"""Builds the context a command runs in. Imports the store only when a command needs it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.cli.asking import Asking
    from registry.settings import Settings
    from registry.workflow.context import Context

_chosen: dict[str, Path] = {}
_remote: list[str] = []
_silent: set[str] = set()


def choose_folder(folder: Path | None) -> None:
    """Remember ``--folder`` for the rest of this command."""
    _chosen.clear()
    if folder is not None:
        _chosen["folder"] = folder


def choose_input(*, silent: bool) -> None:
    """Remember ``--no-input`` for the rest of this command."""
    _silent.clear()
    if silent:
        _silent.add("no-input")


def choose_server(url: str | None) -> None:
    """Remember ``--remote`` for the rest of this command, which then runs against that server."""
    _remote.clear()
    if url is not None:
        from registry.remote.standing_in import stand_in

        _remote.append(url)
        stand_in()


def server() -> str | None:
    """The server that the command runs against, if it is one."""
    return _remote[0] if _remote else None


def asking() -> "Asking":
    """Who is asked for secrets."""
    from registry.cli.asking import Asking

    return Asking(silent=bool(_silent))


def settings(claimed: str | None = None) -> "Settings":
    """The settings of the registry that the command was pointed at."""
    from registry.settings import load

    return load(os.environ, folder=_chosen.get("folder"), claimed=claimed)


def open_here(claimed: str | None = None, key: str | None = None) -> "Context":
    """The open registry, acting as ``claimed`` or as whoever is signed in.

    What is done is done once under ``key``.
    """
    if url := server():
        return _far(url, claimed, key)

    from dataclasses import replace

    from registry.proof import read_proof
    from registry.workflow.context import open_context

    found = settings(claimed)
    if found.mode == "signed-in":
        found = replace(found, proof=read_proof(os.environ, found.folder))
    return replace(open_context(found, secrets=asking()), key=key)


def _far(url: str, claimed: str | None, key: str | None) -> "Context":
    """What stands where a context does, for the workflows that are calls of the server."""
    from typing import cast

    from registry.errors import InvalidInput
    from registry.remote.server import Server
    from registry.remote.standing_in import Far

    if claimed is not None:
        raise InvalidInput(
            "a name is not claimed against a server",
            where=f"--as {claimed}",
            expected="a session, or a token in REGISTRY_TOKEN",
            todo="run `registry --remote URL login NAME`",
        )
    return cast("Context", Far(Server(url), asking(), key))


def open_unidentified() -> "Context":
    """The open registry with nobody acting: for those who are about to prove who they are."""
    if url := server():
        return _far(url, None, None)

    from registry.workflow.context import open_context

    return open_context(settings(), secrets=asking(), identified=False)
