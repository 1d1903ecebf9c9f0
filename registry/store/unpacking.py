"""Reads packages, which come from anywhere: nothing in one is believed before it was checked.

Checked are the seal, the names (only those of the manifest, none twice), the declared sizes against
the size of the file, and while an entry is read its real size and its digest.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from registry.errors import IntegrityFailure, InvalidInput
from registry.store.package import BLOCK, FORMAT, MANIFEST, SEAL, Entry, digest_until

MOST_ENTRIES: Final = 200_000
MOST_MANIFEST: Final = 64 << 20
MOST_LINE: Final = 64 << 20
# Logs of like events are squeezed to a tenth; deflate itself can reach a thousandth.
_RATIO, _ALLOWANCE = 200, 16 << 20
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Parcel:
    """What lies in a package or in a folder of the same files: its manifest, and its entries."""

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path, self.manifest = path, manifest
        self.entries = listed(manifest, path)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry; raises `IntegrityFailure` at the end if they are others."""
        raise NotImplementedError

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of an entry, without their ends."""
        rest = b""
        for block in self.blocks(name):
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
            if len(rest) > MOST_LINE:
                raise altered(self.path, f"{name} has a line of more than {MOST_LINE >> 20} MiB")
        if rest:
            raise altered(self.path, f"{name} ends within a line")

    def whole(self, name: str) -> bytes:
        """A small entry at once."""
        if name in self.entries and self.entries[name].bytes > MOST_LINE:
            raise altered(self.path, f"{name} is too large")
        return b"".join(self.blocks(name))


class Package(Parcel):
    """An open package."""

    def __init__(self, path: Path, manifest: Mapping[str, Any], archive: zipfile.ZipFile) -> None:
        super().__init__(path, manifest)
        self._archive = archive

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry; raises `IntegrityFailure` at the end if they are others."""
        entry = self.entries.get(name)
        if entry is None:
            raise altered(self.path, f"it has no {name}")
        try:
            with self._archive.open(name) as file:
                yield from checked(file, entry, self.path, name)
        except _BROKEN as error:
            raise altered(self.path, f"{name} cannot be read: {error}") from error


def checked(file: Any, entry: Entry, path: Path, name: str) -> Iterator[bytes]:
    """The bytes of one file of a package or folder, counted and hashed as they pass."""
    total, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        size += len(block)
        if size > entry.bytes:
            raise altered(path, f"{name} is larger than it is said to be")
        total.update(block)
        yield block
    if size != entry.bytes or total.hexdigest() != entry.sha256:
        raise altered(path, f"{name} is not what the manifest names")


@contextmanager
def unpacking(path: Path, kind: str, noun: str) -> Iterator[Package]:
    """Open a package of this kind.

    Raises `InvalidInput` for a file that is none, `IntegrityFailure` for one that is not whole.
    """
    with _opened(path, noun) as file:
        try:
            _require_kind(file, path, kind, noun)
            _require_seal(file, path)
            archive = zipfile.ZipFile(file)
            package = Package(path, _manifest(archive, path), archive)
        except (*_BROKEN, OSError) as error:
            raise altered(path, str(error)) from error
        with archive:
            yield package


def _opened(path: Path, noun: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be read: {error.strerror}", where=str(path), expected="a file"
        ) from error


def altered(path: Path, what: str) -> IntegrityFailure:
    """The error for a package that is not as it was written."""
    return IntegrityFailure(
        f"the file was cut or altered: {what}",
        where=str(path),
        expected="the file as the registry wrote it",
        todo="nothing was changed; fetch the file again, or use another copy",
    )


def _require_kind(file: BinaryIO, path: Path, kind: str, noun: str) -> None:
    begin = file.read(256)
    name, said = begin[30 : 30 + len(FORMAT)], begin[30 + len(FORMAT) :]
    word = kind.partition("/")[0].encode()
    if begin[:4] != b"PK\x03\x04" or name != FORMAT.encode() or not said.startswith(word + b"/"):
        raise InvalidInput(
            f"this is no {noun}", where=str(path), expected=f"a file of the kind {kind}"
        )
    if not said.startswith(kind.encode() + b"\n"):
        raise InvalidInput(
            f"this {noun} is of another format",
            where=str(path),
            expected=kind,
            todo="read it with the release of the registry that wrote it",
        )


def _require_seal(file: BinaryIO, path: Path) -> None:
    end = file.seek(0, os.SEEK_END) - SEAL
    file.seek(0)
    seal = digest_until(file, max(end, 0))
    if end < 0 or file.read() != seal:
        raise altered(path, "it does not have the digest that it ends with")


def _manifest(archive: zipfile.ZipFile, path: Path) -> Mapping[str, Any]:
    infos = archive.infolist()
    names = [one.filename for one in infos]
    if len(names) > MOST_ENTRIES or len(set(names)) != len(names) or MANIFEST not in names:
        raise altered(path, "its entries are not each there once")
    declared = sum(one.file_size for one in infos)
    if declared > _RATIO * path.stat().st_size + _ALLOWANCE:
        raise altered(path, f"it claims to unpack to {declared} bytes, out of all proportion")
    if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
        raise altered(path, "its manifest is too large")
    with archive.open(MANIFEST) as file:
        manifest = read_manifest(file.read(MOST_MANIFEST), path)
    if {FORMAT, MANIFEST} | set(listed(manifest, path)) != set(names):
        raise altered(path, "its entries are not those of the manifest")
    for info in infos:
        entry = listed(manifest, path).get(info.filename)
        if entry and entry.bytes != info.file_size:
            raise altered(path, f"{info.filename} is not of the size that the manifest names")
    return manifest


def read_manifest(data: bytes, path: Path) -> Mapping[str, Any]:
    """A manifest from its bytes."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise altered(path, "its manifest is not JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise altered(path, "its manifest lists no files")
    return found


def listed(manifest: Mapping[str, Any], path: Path) -> dict[str, Entry]:
    """The entries that a manifest lists; no name leads out of the folder it is unpacked in."""
    entries: dict[str, Entry] = {}
    for name, one in manifest["files"].items():
        size = one.get("bytes") if isinstance(one, dict) else None
        digest = one.get("sha256") if isinstance(one, dict) else None
        if not _NAME.fullmatch(name) or type(size) is not int or not isinstance(digest, str):
            raise altered(path, f"its manifest lists {name!r}, which is no file of a package")
        entries[name] = Entry(size, digest)
    return entries
