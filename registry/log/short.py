"""The beginning of a digest, for people to compare by eye."""

from __future__ import annotations

from typing import Final

GROUPS: Final = 4
"""Of four hexadecimal digits each: 64 bits, enough that nobody finds another document for them."""


def short(digest: str) -> str:
    """``0bb5-d89b-1a30-19b3`` for "sha256:0bb5d89b1a3019b3..."."""
    hexadecimal = digest.removeprefix("sha256:")
    return "-".join(hexadecimal[4 * at : 4 * at + 4] for at in range(GROUPS))
