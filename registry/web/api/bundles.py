"""``/api/v1/bundles``: the evidence of one release in one file, for outsiders."""

from __future__ import annotations

import tempfile
from pathlib import Path as File
from typing import Any

from fastapi import Response

from registry.errors import IntegrityFailure
from registry.web.api.callers import Body, Changer
from registry.web.api.routing import router as noun
from registry.web.api.words import Name
from registry.workflow.bundle import create_bundle

router = noun("bundles")
JSON = "application/json"
WHOLE: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"schema": {"type": "object"}}}, "description": "The bundle."}
}


class About(Body):
    """What the evidence is of: NAME@V, a request R-1, or a release REL-1."""

    about: Name


@router.post("/bundles", response_class=Response, responses=WHOLE)
def create(caller: Changer, body: About) -> Response:
    """All that a release rests on in one file, signed by the key of the log."""
    with tempfile.TemporaryDirectory() as folder:
        path = File(folder) / "bundle.json"
        made = create_bundle(caller.context, body.about, path)
        content = path.read_bytes()
    if made.problems:
        causes = "; ".join(f"{one.cause}: {one.what}" for one in made.problems[:12])
        raise IntegrityFailure(
            f"the records contradict each other, and so does the bundle: {causes}",
            todo="verify the log, and find out who changed them",
        )
    return Response(content, media_type=JSON)
