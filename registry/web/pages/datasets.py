"""``/datasets``: every version, a page at a time, found by what stands in the address."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from registry.web.paper import page
from registry.web.visitor import Person
from registry.workflow.browse.filters import Filters
from registry.workflow.browse.versions import SIZE, versions

router = APIRouter()
SORTS: Final = {
    "newest": "newest first",
    "oldest": "oldest first",
    "name": "by name",
    "epsilon": "smallest claimed epsilon first",
}
WORDS: Final[dict[str, Any]] = {
    "states": (
        ("registered", "registered"),
        ("evaluated", "evaluated"),
        ("waiting", "waits for signatures or release"),
        ("released", "released"),
        ("withdrawn", "withdrawn"),
    ),
    "outcomes": (("allow", "allowed"), ("deny", "denied"), ("undecided", "undecided")),
    "audiences": (("internal", "internal"), ("partner", "partner"), ("public", "public")),
    "epsilons": (("claimed", "claimed"), ("none", "none claimed")),
    "sorts": tuple((word, said) for word, said in SORTS.items() if word != "newest"),
}


@router.get("/datasets")
def datasets(request: Request, visitor: Person) -> HTMLResponse:
    """The versions that the filters in the address leave."""
    filters = Filters.of(request.query_params)
    found = versions(visitor.context, filters, SIZE)
    return page(
        request,
        visitor,
        "datasets",
        found=found,
        filters=filters,
        generators=tuple((name, name) for name in found.generators),
        said_order=SORTS[filters.sort],
        following=_address(filters.at(after=found.after)) if found.after else "",
        previous=_address(filters.at(before=found.before)) if found.before else "",
        **WORDS,
    )


def _address(filters: Filters) -> str:
    place = {"after": filters.after, "before": filters.before}
    return "/datasets?" + urlencode({**filters.query, **{k: v for k, v in place.items() if v}})
