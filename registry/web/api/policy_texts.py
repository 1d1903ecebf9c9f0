"""``/api/v1/policy-work``: policies as people read them, in their one layout, and their schema."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import Query, Response, UploadFile
from typing_extensions import TypedDict

from registry.errors import InvalidInput
from registry.web.api.callers import Changer
from registry.web.api.reports import CONTENT, MEDIA
from registry.web.api.routing import router as noun
from registry.web.api.uploads import received
from registry.web.visitor import Person
from registry.workflow.policy_doc import documents
from registry.workflow.policy_fmt import policy_fmt
from registry.workflow.policy_schema import schema_text

router = noun("policy work")


class Laid(TypedDict):
    """A policy file in its layout, and whether that is another than it was sent in."""

    file: str
    changes: bool
    text: str


@router.post("/policy-work/document", response_class=Response, responses=CONTENT)
def document(
    caller: Changer,
    file: UploadFile,
    against: UploadFile | None = None,
    format: Annotated[Literal["html", "pdf", "md", "json"], Query()] = "html",
) -> Response:
    """A policy for people who read no YAML; with ``against``, what changed since an older one."""
    sent = [file] if against is None else [file, against]
    with received(caller.visitor.desk, *sent) as paths:
        found = documents(paths[:1], format, None, paths[1] if against is not None else None)
    if len(found) != 1:
        raise InvalidInput("the file holds no policy, or several", expected="one policy")
    return Response(found[0].content, media_type=MEDIA[format])


@router.post("/policy-work/formatting")
def lay(caller: Changer, files: list[UploadFile]) -> list[Laid]:
    """Policy files in their one layout; what is sent stays as it is."""
    with received(caller.visitor.desk, *files) as paths:
        return [
            {"file": one.path.name, "changes": one.changes, "text": one.after.decode()}
            for one in policy_fmt(paths, write=False)
        ]


@router.get("/policy-work/schema")
def schema(visitor: Person) -> dict[str, Any]:
    """The JSON Schema of policies, with the metrics that this installation knows."""
    found: dict[str, Any] = json.loads(schema_text())
    return found
