"""The same as a package, as a folder of files: for people who want to look into it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.errors import Conflict, InvalidInput
from registry.store.package import FORMAT, MANIFEST, Entry, flush_folder, manifest_bytes
from registry.store.unpacking import (
    MOST_ENTRIES,
    MOST_MANIFEST,
    Parcel,
    altered,
    checked,
    listed,
    read_manifest,
)


class Folder:
    """Adds files to a folder that is being written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, blocks: Iterable[bytes], *, squeezed: bool = True) -> Entry:
        """Write one file, block by block; nothing in a folder is ever ``squeezed``."""
        total, size = hashlib.sha256(), 0
        with (self._path / name).open("wb") as out:
            for block in blocks:
                total.update(block)
                size += len(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        self.entries[name] = Entry(size, total.hexdigest())
        return self.entries[name]

    def finish(self, facts: Mapping[str, object]) -> None:
        """Write the manifest: ``facts``, and every file so far."""
        (self._path / MANIFEST).write_bytes(manifest_bytes(facts, self.entries))


@contextmanager
def filling(path: Path, kind: str) -> Iterator[Folder]:
    """Write the folder ``path``, which must not be there; it appears once it is whole."""
    if path.exists():
        raise Conflict("there is something already", where=str(path), todo="name another with -o")
    try:
        draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            (draft / FORMAT).write_text(f"{kind}\n")
            yield Folder(draft)
            draft.rename(path)
            flush_folder(path.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise InvalidInput(
            f"the folder cannot be written: {error.strerror}",
            where=str(path),
            expected="a path in a folder with room to write",
            todo="nothing was left behind; choose another path with -o",
        ) from error


class Unfolded(Parcel):
    """An open folder of the same files as a package."""

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        super().__init__(path, manifest)
        names = {str(one.relative_to(path)) for one in path.rglob("*") if not one.is_dir()}
        if names != {FORMAT, MANIFEST} | set(self.entries):
            raise altered(path, "its files are not those of the manifest")
        if any(one.is_symlink() for one in path.rglob("*")):
            raise altered(path, "it holds a link")

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file; raises `IntegrityFailure` at the end if they are others."""
        if name not in self.entries:
            raise altered(self.path, f"it has no {name}")
        with (self.path / name).open("rb") as file:
            yield from checked(file, self.entries[name], self.path, name)


def unfolding(path: Path, kind: str, noun: str) -> Unfolded:
    """Open a folder of this kind; raises `InvalidInput` for one that is none."""
    try:
        said = (path / FORMAT).read_bytes()[:256] if (path / FORMAT).is_file() else b""
        if said != f"{kind}\n".encode():
            raise InvalidInput(
                f"this is no {noun}", where=str(path), expected=f"a folder of the kind {kind}"
            )
        with (path / MANIFEST).open("rb") as file:
            manifest = read_manifest(file.read(MOST_MANIFEST), path)
    except OSError as error:
        raise altered(path, f"its manifest cannot be read: {error.strerror}") from error
    if len(listed(manifest, path)) > MOST_ENTRIES:
        raise altered(path, "it lists too many files")
    return Unfolded(path, manifest)
