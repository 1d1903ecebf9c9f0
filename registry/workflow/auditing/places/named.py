"""A place from its name: ``file:PATH``, ``git:REPO[:branch]`` or ``rfc3161:URL``."""

from pathlib import Path

from registry.errors import InvalidInput
from registry.workflow.auditing.places.files import Folder
from registry.workflow.auditing.places.git import BRANCH, Repository
from registry.workflow.auditing.places.place import Place
from registry.workflow.auditing.places.timestamp import TimeStampServer, read_certificates

EXPECTED = "file:FOLDER, git:REPOSITORY[:branch] or rfc3161:URL"


def named(
    text: str, *, push: bool = False, certificates: Path | None = None, keep: Path | None = None
) -> Place:
    """The place that ``text`` names. Raises `InvalidInput`."""
    kind, _, rest = text.partition(":")
    if not rest or kind not in ("file", "git", "rfc3161"):
        raise InvalidInput(f"{text!r} names no place", expected=EXPECTED)
    if kind == "file":
        return _folder(rest)
    if kind == "git":
        return _repository(rest, push)
    return _server(rest, certificates, keep)


def _folder(text: str) -> Folder:
    path = Path(text).absolute()
    if path.exists() and not path.is_dir():
        raise InvalidInput(
            "the place is a file", where=text, expected="a folder: each checkpoint is a new file"
        )
    return Folder(path)


def _repository(text: str, push: bool) -> Repository:
    path, _, branch = text.rpartition(":")
    if not path or Path(text).is_dir():
        path, branch = text, BRANCH
    return Repository(Path(path).absolute(), branch, push)


def _server(url: str, certificates: Path | None, keep: Path | None) -> TimeStampServer:
    if not url.startswith(("http://", "https://")):
        raise InvalidInput(
            f"{url!r} is no address of a time-stamp server", expected="http(s)://..."
        )
    if certificates is None or keep is None:
        raise InvalidInput(
            "a time stamp needs to know whom to trust and where to keep the token",
            expected="--tsa-certificate FILE and --keep FOLDER",
        )
    return TimeStampServer(url, keep.absolute(), read_certificates(certificates))
