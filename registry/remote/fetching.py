"""Files that a server makes, written where the command line writes them."""

from __future__ import annotations

import io
import zipfile
import zlib
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import Conflict, InvalidInput, Unavailable

if TYPE_CHECKING:
    from registry.remote.reading import Asked
    from registry.remote.server import Answer, Server
    from registry.workflow.auditing.exports.export import Exported
    from registry.workflow.bundle import Created


def attached(_: Server, answer: Answer, __: Asked) -> tuple[str, str]:
    """What a file is called, without any folder; and its text."""
    said = Message()
    for name, value in answer.headers.items():
        said[name] = value
    return Path(said.get_filename() or "export").name, answer.body.decode()


def reports(_: Server, answer: Answer, asked: Asked) -> Path:
    """Every report on a version, in a folder; its index."""
    folder = Path(asked["output"] or "reports")
    _unpack(answer.body, folder, "reports")
    return folder / "index.html"


def events(_: Server, answer: Answer, asked: Asked) -> Exported:
    """An export of the log: the ZIP as it is, or the folder that it holds."""
    from registry.store.package import MANIFEST
    from registry.workflow.auditing.exports.export import Exported
    from registry.workflow.auditing.exports.layout import Manifest
    from registry.workflow.write_text import write_bytes

    path = Path(asked["path"]).absolute()
    try:
        with _opened(answer.body) as parcel:
            found = Manifest.model_validate_json(parcel.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise Unavailable("what the server answered is no export of a log") from error
    if path.suffix.lower() == ".zip":
        write_bytes(path, answer.body, "export")
    elif path.exists():
        raise Conflict("there is something already", where=str(path), todo="name another with -o")
    else:
        _unpack(answer.body, path, "export")
    return Exported(path, found.events, found.size, signed=found.note is not None)


def bundle(_: Server, answer: Answer, asked: Asked) -> Created:
    """A bundle, and what it says of itself."""
    from registry.bundle.verify import verified
    from registry.workflow.bundle import Created
    from registry.workflow.write_text import write_bytes

    checked = verified(answer.body)
    if checked.opened is None:
        raise Unavailable("what the server answered is no bundle")
    path = Path(asked["output"])
    write_bytes(path, answer.body, "bundle")
    record = checked.opened.record
    return Created(
        dataset=record.about.dataset,
        request=record.about.request,
        release=record.about.release,
        path=path,
        size=len(answer.body),
        events=len(record.events),
        checkpoint=int(record.checkpoint.splitlines()[1]),
        watermark=checked.opened.watermark,
        problems=checked.failed,
    )


def _unpack(content: bytes, folder: Path, noun: str) -> None:
    """Into the folder, which the names in a ZIP do not lead out of."""
    try:
        with _opened(content) as parcel:
            parcel.extractall(folder)
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be written: {error.strerror}",
            where=str(folder),
            expected="a folder that can be written",
        ) from error


def _opened(content: bytes) -> zipfile.ZipFile:
    """A ZIP that was looked through: nothing of a broken one is written."""
    try:
        parcel = zipfile.ZipFile(io.BytesIO(content))
        broken = parcel.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unavailable("what the server answered is no ZIP") from error
    if broken is not None:
        raise Unavailable(f"what the server answered is broken at {broken}")
    return parcel
