"""Lists in parts: the addresses of the part behind this one and of the part before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from registry.workflow.browse.parts import Part


@dataclass(frozen=True)
class Turns:
    """Where the list goes on; "" where it does not."""

    previous: str
    following: str


def turns(path: str, asked: Mapping[str, str], part: Part, anchor: str = "") -> Turns:
    """The same question at other places; ``asked`` are its filters alone, and ``anchor`` where the
    list begins on its page.
    """
    kept = {name: text for name, text in asked.items() if text}

    def address(place: str, number: int) -> str:
        return f"{path}?{urlencode({**kept, place: number})}{anchor}" if number else ""

    return Turns(address("before", part.before), address("after", part.after))
