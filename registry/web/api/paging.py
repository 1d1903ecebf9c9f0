"""Lists in pages, with ``Link`` to the next one (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

LARGEST: Final = 1000
Limit = Annotated[int, Query(ge=1, le=LARGEST, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Leave out so many first.")]


@dataclass(frozen=True)
class Links:
    """Other pages of the question that was asked."""

    request: Request
    response: Response

    def to(self, others: dict[str, dict[str, int]]) -> None:
        """Name them in the answer, relative to this host; each by what is asked otherwise."""
        said = []
        for name, changed in others.items():
            url = self.request.url.include_query_params(**changed)
            said.append(f'<{url.path}?{url.query}>; rel="{name}"')
        self.response.headers["link"] = ", ".join(said)


@dataclass(frozen=True)
class Page:
    """A page as somebody asks for it."""

    links: Links
    limit: int
    offset: int

    def of(self, rows: Iterable[Any]) -> list[Any]:
        """The rows of this page."""
        return self.cut(list(islice(rows, self.offset, self.offset + self.limit + 1)))

    def cut(self, rows: Sequence[Any]) -> list[Any]:
        """The page from rows that begin with it; one more than its size says there is another."""
        links = [("first", 0)]
        if len(rows) > self.limit:
            links.append(("next", self.offset + self.limit))
        if self.offset:
            links.append(("prev", max(0, self.offset - self.limit)))
        self.links.to({name: {"limit": self.limit, "offset": offset} for name, offset in links})
        return list(rows[: self.limit])


def _links(request: Request, response: Response) -> Links:
    return Links(request, response)


Linked = Annotated[Links, Depends(_links)]


def _page(links: Linked, limit: Limit = 100, offset: Offset = 0) -> Page:
    return Page(links, limit, offset)


Paged = Annotated[Page, Depends(_page)]
