"""Packages: what leaves the registry in one file, a ZIP that is whole or refused.

The first entry names the kind, ``manifest.json`` lists every other entry with its size and digest,
and the comment of the ZIP holds the digest of all bytes before it, so that any altered bit shows.
A package is written under another name, flushed to the disk and then renamed. Whoever alters one on
purpose can seal it again: what it says is verified by those who read it.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from registry.errors import InvalidInput

BLOCK = 1 << 20
SEAL = len("sha256:") + 64
FORMAT, MANIFEST = "FORMAT", "manifest.json"


@dataclass(frozen=True)
class Entry:
    """One file of a package: its size and the hex digest of its bytes."""

    bytes: int
    sha256: str


class Packer:
    """Adds entries to a package that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, blocks: Iterable[bytes], *, squeezed: bool = True) -> Entry:
        """Write one entry, block by block."""
        total, size = hashlib.sha256(), 0
        with self._archive.open(_info(name, squeezed), "w", force_zip64=True) as out:
            for block in blocks:
                total.update(block)
                size += len(block)
                out.write(block)
        self.entries[name] = Entry(size, total.hexdigest())
        return self.entries[name]

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write the manifest: ``facts``, and every entry so far."""
        self._archive.writestr(_info(MANIFEST, True), manifest_bytes(facts, self.entries))


def manifest_bytes(facts: Mapping[str, object], entries: Mapping[str, Entry]) -> bytes:
    """A manifest as it is written, in a package or in a folder."""
    whole = {**facts, "files": described(entries)}
    return json.dumps(whole, indent=1, sort_keys=True).encode() + b"\n"


def described(entries: Mapping[str, Entry]) -> dict[str, dict[str, object]]:
    """Entries as a manifest lists them."""
    return {name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in entries.items()}


@contextmanager
def packing(path: Path, kind: str) -> Iterator[Packer]:
    """Write the package ``path``; it is there once the body has ended well, and not before.

    It is readable by its owner alone. Raises `InvalidInput` where it cannot be written.
    """
    try:
        with _beside(path) as draft:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(_info(FORMAT, False), f"{kind}\n")
                yield Packer(archive)
                archive.comment = b"0" * SEAL
            _seal(draft)
            draft.replace(path)
            flush_folder(path.parent)
    except OSError as error:
        raise InvalidInput(
            f"the file cannot be written: {error.strerror}",
            where=str(path),
            expected="a path in a folder with room to write",
            todo="nothing was left behind; choose another path with -o",
        ) from error


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A draft in the folder of ``path``, gone afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _info(name: str, squeezed: bool) -> zipfile.ZipInfo:
    # A fixed time: a package of the same rows has the same bytes.
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        end = file.seek(-SEAL, os.SEEK_END)
        file.seek(0)
        seal = digest_until(file, end)
        file.seek(end)
        file.write(seal)
        file.flush()
        os.fsync(file.fileno())


def digest_until(file: BinaryIO, end: int) -> bytes:
    """The seal over the next ``end`` bytes of an open file."""
    total, left = hashlib.sha256(), end
    while left and (block := file.read(min(BLOCK, left))):
        total.update(block)
        left -= len(block)
    return f"sha256:{total.hexdigest()}".encode()


def flush_folder(folder: Path) -> None:
    """Make a renaming in ``folder`` outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
