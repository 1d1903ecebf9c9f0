"""Verifies an export offline: it needs the files and the public key of the log alone."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from registry.errors import IntegrityFailure
from registry.log.checkpoint import Checkpoint, open_checkpoint
from registry.log.growth import Frontier
from registry.log.merkle import included, leaf_hash
from registry.log.note import NoteError, Verifier, read_note, verified
from registry.store.folders import unfolding
from registry.store.unpacking import Parcel, altered, unpacking
from registry.workflow.auditing.exports import layout
from registry.workflow.auditing.exports.layout import Manifest
from registry.workflow.auditing.log_key import read_public

_NOUN = "export of the audit log"


@dataclass(frozen=True)
class Checked:
    """What holds: every event is in the log of ``size`` that ``origin`` signed.

    ``whole`` says that no event of that log is missing, ``signed`` that the log vouches for the
    filter; of what a filter left out nothing is proven otherwise.
    """

    origin: str
    events: int
    size: int
    whole: bool
    signed: bool
    filter: dict[str, str]
    exported: str
    names: int


def verify_export(path: Path, trust: Path) -> Checked:
    """Check everything in the export at ``path`` against the public key in ``trust``.

    Raises `IntegrityFailure` for the first thing that does not hold, `InvalidInput` for a file or
    folder that is no export.
    """
    log = read_public(trust)
    with _opened(path) as parcel:
        manifest = _manifest(parcel)
        signed = _signature(parcel, manifest, log)
        point = _checkpoint(parcel, manifest, log)
        actors = _events(parcel, manifest, point)
        names = _people(parcel, actors)
        for name in layout.OPTIONAL & set(parcel.entries):
            for _ in parcel.blocks(name):
                pass
    return Checked(
        point.origin,
        manifest.events,
        point.size,
        layout.whole(manifest),
        signed,
        manifest.filter,
        manifest.exported,
        names,
    )


@contextmanager
def _opened(path: Path) -> Iterator[Parcel]:
    if path.is_dir():
        yield unfolding(path, layout.KIND, _NOUN)
        return
    with unpacking(path, layout.KIND, _NOUN) as package:
        yield package


def _manifest(parcel: Parcel) -> Manifest:
    try:
        found = Manifest.model_validate(parcel.manifest)
    except ValidationError as error:
        raise altered(parcel.path, "its manifest is not one of an export") from error
    there = set(parcel.entries)
    if not layout.REQUIRED <= there <= layout.REQUIRED | layout.OPTIONAL:
        raise altered(parcel.path, "its files are not those of an export")
    return found


def _signature(parcel: Parcel, manifest: Manifest, log: Verifier) -> bool:
    """Whether the log signed the manifest; a signature that does not hold is refused."""
    if manifest.note is None:
        return False
    said = {key: value for key, value in parcel.manifest.items() if key != "note"}
    try:
        note = read_note(manifest.note.encode())
        by = verified(note, [log])
        expected = layout.signed_text(log.name, said)
    except (NoteError, ValueError) as error:
        raise _refused(parcel, f"the signature on its manifest: {error}") from error
    if not by or note.text != expected:
        raise _refused(parcel, f"its manifest is not what {log.name} signed")
    return True


def _checkpoint(parcel: Parcel, manifest: Manifest, log: Verifier) -> Checkpoint:
    try:
        found, _ = open_checkpoint(parcel.whole(layout.CHECKPOINT), log)
    except NoteError as error:
        raise _refused(parcel, str(error)) from error
    said = (manifest.kind, manifest.origin, manifest.size, manifest.root)
    if said != (layout.KIND, found.origin, found.size, found.root.hex()):
        raise _refused(parcel, "its manifest names another checkpoint than it holds")
    return found


def _events(parcel: Parcel, manifest: Manifest, point: Checkpoint) -> set[str]:
    """The actors of all events, each of which is shown to be in the log."""
    proving = _Whole(parcel, point) if layout.whole(manifest) else _Some(parcel, point)
    actors: set[str] = set()
    last = count = 0
    for body in parcel.lines(layout.EVENTS):
        seq, actor = _said(parcel, body)
        if seq <= last:
            raise _refused(parcel, f"event {seq} stands behind event {last}")
        proving.take(body, seq)
        actors.add(actor)
        last, count = seq, count + 1
    proving.end()
    if count != manifest.events:
        raise _refused(parcel, f"it holds {count} events and names {manifest.events}")
    return actors


class _Whole:
    """The events of the whole log: together they have the signed root."""

    def __init__(self, parcel: Parcel, point: Checkpoint) -> None:
        self._parcel, self._point, self._frontier = parcel, point, Frontier()

    def take(self, body: bytes, seq: int) -> None:
        self._frontier.add(leaf_hash(body))
        if seq != self._frontier.size:
            raise _refused(self._parcel, f"event {self._frontier.size} is missing")

    def end(self) -> None:
        found = (self._frontier.size, self._frontier.root())
        if found != (self._point.size, self._point.root):
            raise _refused(self._parcel, "its events are not the log that was signed")
        if any(True for _ in self._parcel.lines(layout.PROOFS)):
            raise _refused(self._parcel, "the whole log needs no proofs, and it holds some")


class _Some:
    """Events out of the log, each with its path to the signed root."""

    def __init__(self, parcel: Parcel, point: Checkpoint) -> None:
        self._parcel, self._point = parcel, point
        self._proofs = parcel.lines(layout.PROOFS)

    def take(self, body: bytes, seq: int) -> None:
        number, path = _path(self._parcel, next(self._proofs, b""))
        point = self._point
        if number != seq or not included(body, seq - 1, point.size, path, point.root):
            raise _refused(self._parcel, f"event {seq} is not in the log that was signed")

    def end(self) -> None:
        if next(self._proofs, None) is not None:
            raise _refused(self._parcel, "it holds more proofs than events")


def _path(parcel: Parcel, line: bytes) -> tuple[int, list[bytes]]:
    try:
        found = json.loads(line)
        return found["seq"], [base64.b64decode(step, validate=True) for step in found["path"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refused(parcel, "a proof is missing or cannot be read") from error


def _said(parcel: Parcel, body: bytes) -> tuple[int, str]:
    try:
        found = json.loads(body)
        seq, actor = found["seq"], found["actor"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refused(parcel, "an event cannot be read") from error
    if type(seq) is not int or not isinstance(actor, str):
        raise _refused(parcel, "an event cannot be read")
    return seq, actor


def _people(parcel: Parcel, actors: set[str]) -> int:
    """How many names stand beside the events; each must belong to its pseudonym."""
    if layout.PEOPLE not in parcel.entries:
        return 0
    try:
        people: dict[str, Any] = json.loads(parcel.whole(layout.PEOPLE))
        for pseudonym, one in people.items():
            digest = hashlib.sha256(f"{one['salt']}:{one['name']}".encode()).hexdigest()
            if pseudonym != f"p-{digest[:16]}" or pseudonym not in actors:
                raise _refused(parcel, f"the name of {pseudonym} is not the one it was made from")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _refused(parcel, "its names cannot be read") from error
    return len(people)


def _refused(parcel: Parcel, what: str) -> IntegrityFailure:
    return IntegrityFailure(
        f"the export does not hold: {what}",
        where=str(parcel.path),
        expected="events that are in the log of the trusted key",
        todo="fetch the export again, or ask whoever gave it to you",
    )
