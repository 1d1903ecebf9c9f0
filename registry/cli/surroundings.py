"""Builds the context a command runs in. Imports the store only when a command needs it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.settings import Settings
    from registry.workflow.context import Context

_chosen: dict[str, Path] = {}


def choose_folder(folder: Path | None) -> None:
    """Remember ``--folder`` for the rest of this command."""
    _chosen.clear()
    if folder is not None:
        _chosen["folder"] = folder


def settings(claimed: str | None = None) -> "Settings":
    """The settings of the registry that the command was pointed at."""
    from registry.settings import load

    return load(os.environ, folder=_chosen.get("folder"), claimed=claimed)


def open_here(claimed: str | None = None, key: str | None = None) -> "Context":
    """The open registry, acting as ``claimed``; what is done is done once under ``key``."""
    from dataclasses import replace

    from registry.workflow.context import open_context

    return replace(open_context(settings(claimed)), key=key)
