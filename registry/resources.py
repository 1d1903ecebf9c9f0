"""Finds the data folders (``policies``, ``templates``, ``migrations``) wherever the code runs.

An installed wheel carries them in ``registry/_data``, a checkout beside ``pyproject.toml``.
"""

from __future__ import annotations

from pathlib import Path

from registry.errors import Unavailable

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of shipped files ``name``; raises `Unavailable` naming both places."""
    installed = _PACKAGE / "_data" / name
    checkout = _PACKAGE.parent / name
    if installed.is_dir():
        return installed
    if checkout.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        return checkout
    raise Unavailable(
        f"the shipped folder {name!r} is missing",
        where=str(installed),
        expected=f"that folder, or {checkout} beside a pyproject.toml",
        todo="install the package again",
    )
