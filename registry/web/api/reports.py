"""``/api/v1/reports``: documents for people, of every kind and in every format."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query, Response
from typing_extensions import TypedDict

from registry.web.api.callers import Changer
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.words import Asked, Name
from registry.web.visitor import Person
from registry.workflow.reports.asked import Asked as Wanted
from registry.workflow.reports.served import report_bytes
from registry.workflow.reports.written import reports_written

router = noun("reports")
Kind = Literal[
    "quality",
    "tstr",
    "privacy-utility",
    "card",
    "certificate",
    "policy",
    "portfolio",
    "audit",
]
Format = Literal["html", "pdf", "md", "json"]
MEDIA: Final[dict[str, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document.",
        "content": {
            kind.partition(";")[0]: {"schema": {} if "json" in kind else {"type": "string"}}
            for kind in MEDIA.values()
        },
    }
}


class Written(TypedDict):
    """A report that was written."""

    event: int
    at: str
    by: str
    about: str | None
    kind: str
    format: str


@router.get("/reports")
def list_reports(visitor: Person, page: Paged) -> list[Written]:
    """What was written, by whom and when, as the log has it."""
    return page.of(reports_written(visitor.context))


@router.post("/reports/{kind}", response_class=Response, responses=CONTENT)
def write(
    caller: Changer,
    kind: Annotated[Kind, Path()],
    format: Annotated[Format, Query()] = "html",
    about: Asked = None,
    against: Annotated[Name | None, Query(description="An older version to compare with.")] = None,
    since: Asked = None,
    until: Asked = None,
) -> Response:
    """A report from the stored records; that it was written is logged.

    A quality report, a card and the like are ``about`` NAME@V, a certificate about REL-1, a policy
    about POLICY@VERSION; an audit report is of the days ``since`` to ``until``.
    """
    compare = (against, about) if against and about else None
    wanted = Wanted(kind, None if compare else about, compare, since, until)
    content = report_bytes(caller.context, wanted, format)
    return Response(content, media_type=MEDIA[format])
