"""Of a file that a server sent broken, nothing is written."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Unavailable
from registry.remote.fetching import events, reports
from registry.remote.server import Answer

SERVER: Any = None


def zipped(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parcel:
        for name, text in files.items():
            parcel.writestr(name, text)
    return made.getvalue()


def altered(content: bytes) -> bytes:
    """With one bit of the first file's data turned over."""
    at = content.index(b"one") + len(b"one")
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_reports_lie_in_their_folder(tmp_path: Path) -> None:
    answer = Answer(zipped(one="first", index="second"), {})

    assert reports(SERVER, answer, {"output": tmp_path / "made"}).name == "index.html"
    assert (tmp_path / "made" / "one").read_text() == "first"


@pytest.mark.parametrize("content", [b"", b"PK", altered(zipped(one="first", two="second"))])
def test_a_broken_set_of_reports_leaves_no_folder(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unavailable, match="the server answered"):
        reports(SERVER, Answer(content, {}), {"output": tmp_path / "made"})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["made", "made.zip"])
@pytest.mark.parametrize("content", [b"", altered(zipped(one="first")), zipped(one="no manifest")])
def test_an_export_without_a_readable_manifest_is_not_written(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Unavailable, match="the server answered"):
        events(SERVER, Answer(content, {}), {"path": tmp_path / name})

    assert list(tmp_path.iterdir()) == []
