"""``/api/v1/datasets/NAME@V/exports``: a version in other people's formats, and every report."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path as File
from typing import Annotated, Any, Literal

from fastapi import Path, Response
from fastapi.responses import PlainTextResponse

from registry.web.api.callers import Changer
from registry.web.api.routing import router as noun
from registry.web.api.words import Version
from registry.web.visitor import Person
from registry.workflow.exchange.served import export_file, losses_text
from registry.workflow.reports.everything import write_all

router = noun("exports")
Foreign = Literal["croissant", "hf-card", "opendp", "prov", "prov-n", "openlineage"]
In = Annotated[Foreign, Path(description="The other people's format.")]
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The file."}
}
MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/markdown": {"schema": {"type": "string"}}}, "description": "The page."}
}
ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The documents; begin with index.html.",
    }
}


@router.post(
    "/datasets/{version}/exports/{format}", response_class=PlainTextResponse, responses=TEXT
)
def export(caller: Changer, version: Version, format: In) -> PlainTextResponse:
    """What is known of a version as a file that other programs read; that it was told is logged.

    It tells bands in place of figures, and neither recipients nor paths nor the names of signers.
    """
    name, text = export_file(caller.context, version, format)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, headers=headers)


@router.get(
    "/datasets/{version}/exports/{format}/losses",
    response_class=PlainTextResponse,
    responses=MARKDOWN,
)
def lost(visitor: Person, version: Version, format: In) -> PlainTextResponse:
    """What a format cannot carry of a version."""
    page = losses_text(visitor.context, version, format)
    return PlainTextResponse(page.decode(), media_type="text/markdown")


@router.post("/datasets/{version}/reports", response_class=Response, responses=ZIP)
def every_report(caller: Changer, version: Version) -> Response:
    """Every kind of report on a version in every format, with an index, as a ZIP."""
    with tempfile.TemporaryDirectory() as folder:
        write_all(caller.context, [version], File(folder))
        content = _packed(File(folder))
    headers = {"content-disposition": 'attachment; filename="reports.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


def _packed(folder: File) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parcel:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                parcel.write(path, path.relative_to(folder).as_posix())
    return made.getvalue()
