"""Builds the context a command runs in. Imports the store only when a command needs it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.cli.asking import Asking
    from registry.settings import Settings
    from registry.workflow.context import Context

_chosen: dict[str, Path] = {}
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


def asking() -> "Asking":
    """Who is asked for secrets."""
    from registry.cli.asking import Asking

    return Asking(silent=bool(_silent))


def settings(claimed: str | None = None) -> "Settings":
    """The settings of the registry that the command was pointed at."""
    from registry.settings import load

    return load(os.environ, folder=_chosen.get("folder"), claimed=claimed)


def open_here(claimed: str | None = None) -> "Context":
    """The open registry, acting as ``claimed`` or as whoever is signed in."""
    from dataclasses import replace

    from registry.proof import read_proof
    from registry.workflow.context import open_context

    found = settings(claimed)
    if found.mode == "signed-in":
        found = replace(found, proof=read_proof(os.environ, found.folder))
    return open_context(found, secrets=asking())


def open_unidentified() -> "Context":
    """The open registry with nobody acting: for those who are about to prove who they are."""
    from registry.workflow.context import open_context

    return open_context(settings(), secrets=asking(), identified=False)
