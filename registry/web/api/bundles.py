"""``/api/v1/bundles``: the evidence of one release in one file, for outsiders."""

from __future__ import annotations

import tempfile
from pathlib import Path as File
from typing import Any

from fastapi import Response, UploadFile
from fastapi.responses import PlainTextResponse
from typing_extensions import TypedDict

from registry.bundle.alone import registry_verify
from registry.errors import IntegrityFailure
from registry.web.api.callers import Body, Changer
from registry.web.api.routing import router as noun
from registry.web.api.uploads import received
from registry.web.api.words import Name
from registry.web.visitor import Person
from registry.workflow.bundle import create_bundle
from registry.workflow.bundle_check import Given, check_bundle

router = noun("bundles")
JSON = "application/json"
WHOLE: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"schema": {"type": "object"}}}, "description": "The bundle."}
}

PYTHON = "text/x-python"
PROGRAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {PYTHON: {"schema": {"type": "string"}}}, "description": "The program."}
}


class About(Body):
    """What the evidence is of: NAME@V, a request R-1, or a release REL-1."""

    about: Name


class Row(TypedDict):
    """One check of a bundle; ``cause`` names what failed."""

    check: str
    result: str
    cause: str | None
    what: str | None


class BundleVerified(TypedDict):
    """Every check; ``contradicted`` is whether something does not agree with the bundle."""

    contradicted: bool
    rows: list[Row]


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


@router.post("/bundles/verification")
def verify(
    caller: Changer,
    bundle: UploadFile,
    trust: UploadFile | None = None,
    data: UploadFile | None = None,
    anchor: UploadFile | None = None,
) -> BundleVerified:
    """Check a bundle, against the log's public key, the released data and a checkpoint, if given.

    Whoever doubts this server checks it on a machine of their own, with the verifier.
    """
    sent = {"trust": trust, "data": data, "anchor": anchor}
    named = {name: one for name, one in sent.items() if one is not None}
    with received(caller.visitor.desk, bundle, *named.values()) as (path, *paths):
        found = check_bundle(path, Given(**dict(zip(named, paths, strict=True))))
    rows: list[Row] = [
        {"check": one.check, "result": one.result, "cause": one.cause, "what": one.what}
        for one in found.rows
    ]
    return {"contradicted": bool(found.failed), "rows": rows}


@router.get("/bundles/verifier", response_class=PlainTextResponse, responses=PROGRAM)
def verifier(visitor: Person) -> PlainTextResponse:
    """The program that verifies a bundle and needs nothing of the registry."""
    return PlainTextResponse(File(registry_verify.__file__).read_text(), media_type=PYTHON)
