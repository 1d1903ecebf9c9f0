"""The real tables that a caller names or sends for one evaluation; what no job came of is gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile

from registry.errors import InvalidInput
from registry.workflow.context import Context
from registry.workflow.jobs.real_tables import RealTables, new_place, on_server

FIELDS: Final = ("training", "holdout")


@contextmanager
def real_tables(
    context: Context, named: Mapping[str, str], files: Mapping[str, UploadFile]
) -> Iterator[RealTables]:
    """Both tables from the server, or both uploaded: a mixture would hide which is kept.

    ``named`` and ``files`` are by `FIELDS`. What was uploaded is deleted again where the body
    raises.
    """
    if not files:
        yield on_server(context.settings, *(named.get(one, "") for one in FIELDS))
        return
    if any(named.values()):
        raise InvalidInput(
            "tables on the server and uploaded ones are both named",
            where="training and holdout",
            expected="both from the server, or both uploaded",
        )
    places = [new_place(context.settings, _name(files, one), one) for one in FIELDS]
    try:
        for field, place in zip(FIELDS, places, strict=True):
            _keep(files[field], place)
        yield RealTables(places[0], places[1], uploaded=True)
    except BaseException:
        for place in places:
            place.unlink(missing_ok=True)
        raise


def _name(files: Mapping[str, UploadFile], field: str) -> str:
    return (files[field].filename or "") if field in files else ""


def _keep(file: UploadFile, place: Path) -> None:
    """Copy a file to a place that only this account of the system may read."""
    place.touch(mode=0o600)
    with place.open("wb") as into:
        shutil.copyfileobj(file.file, into)
