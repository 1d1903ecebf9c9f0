"""A list that a server answers page by page, as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from registry.remote.server import Answer, Server

LARGEST: Final = 1000
"""Rows of one page."""


def pages(
    server: Server,
    answer: Answer,
    most: int | None,
    rows: Callable[[Any], list[Any]] = lambda body: body,
) -> Iterator[Any]:
    """The rows of the first page and of all behind it, or the first ``most`` of them."""
    from registry.remote.server import PREFIX

    told = 0
    while True:
        for row in rows(answer.json()):
            if told == most:
                return
            told += 1
            yield row
        link = re.search(r'<([^>]+)>; rel="next"', _link(answer))
        if told == most or link is None:
            return
        place = urlsplit(link[1])
        answer = server.ask("GET", place.path.removeprefix(PREFIX), dict(parse_qsl(place.query)))


def _link(answer: Answer) -> str:
    return next((one for name, one in answer.headers.items() if name.lower() == "link"), "")
