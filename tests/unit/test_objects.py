"""The file store: whole copies under the name of their digest, or nothing."""

import errno
import hashlib
import shutil
from pathlib import Path

import pytest

from registry.errors import IntegrityFailure, InvalidInput, Unavailable
from registry.store import objects

BYTES = b"age,plan\n41,basic\n"
HEX = hashlib.sha256(BYTES).hexdigest()
DIGEST = f"sha256:{HEX}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_bytes(BYTES)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_stored_under_its_digest_and_write_protected(data: Path, store: Path) -> None:
    path = objects.put(store, data, DIGEST, ".csv")

    assert path == store / HEX[:2] / f"{HEX}.csv"
    assert path.read_bytes() == BYTES
    assert path.stat().st_mode & 0o222 == 0
    assert files(store) == [path]


def test_storing_it_again_changes_nothing(data: Path, store: Path) -> None:
    first = objects.put(store, data, DIGEST, ".csv")
    before = first.stat()

    second = objects.put(store, data, DIGEST, ".csv")

    assert second == first
    assert (second.stat().st_ino, second.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(store) == [first]


def test_storing_it_again_mends_a_copy_that_was_changed(data: Path, store: Path) -> None:
    path = objects.put(store, data, DIGEST, ".csv")
    path.chmod(0o644)
    path.write_bytes(b"changed")

    objects.put(store, data, DIGEST, ".csv")

    assert path.read_bytes() == BYTES


def test_a_copy_that_breaks_off_leaves_nothing(
    data: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(source: object, out: object, length: int = 0) -> None:
        out.write(BYTES[:5])  # type: ignore[attr-defined]
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(shutil, "copyfileobj", half)

    with pytest.raises(Unavailable, match="cannot be stored: no space left") as caught:
        objects.put(store, data, DIGEST, ".csv")

    assert "nothing was recorded" in (caught.value.todo or "")

    assert files(store) == []


def test_a_file_that_changed_while_it_was_read_is_refused_and_leaves_nothing(
    data: Path, store: Path
) -> None:
    data.write_bytes(BYTES + b"42,full\n")

    with pytest.raises(InvalidInput, match="changed while it was read") as caught:
        objects.put(store, data, DIGEST, ".csv")

    assert caught.value.where == str(data)
    assert files(store) == []


def test_a_digest_is_the_sha_256_of_the_bytes(data: Path) -> None:
    assert objects.file_digest(data) == DIGEST


def test_the_digest_of_what_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        objects.file_digest(tmp_path / "gone.csv")

    assert caught.value.where == str(tmp_path / "gone.csv")


def test_an_unchanged_file_verifies(data: Path) -> None:
    objects.verify(data, DIGEST)


def test_a_changed_file_is_an_integrity_failure_that_shows_both_digests(data: Path) -> None:
    data.write_bytes(BYTES.replace(b"41", b"42"))

    with pytest.raises(IntegrityFailure) as caught:
        objects.verify(data, DIGEST)

    assert caught.value.exit_code == 6
    assert caught.value.where == str(data)
    assert caught.value.expected == f"{DIGEST}, found {objects.file_digest(data)}"


@pytest.mark.parametrize("what", ["gone", "folder"])
def test_a_file_that_is_gone_is_unavailable_and_not_tampered(tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(Unavailable) as caught:
        objects.verify(tmp_path / what, DIGEST)

    assert caught.value.exit_code == 3
    assert caught.value.expected == DIGEST
