"""Checkpoints go into folders and repositories whole, once, and disturb nothing there."""

import subprocess
from pathlib import Path

import pytest

from registry.errors import InvalidInput, Unavailable
from registry.workflow.auditing.places.files import Folder
from registry.workflow.auditing.places.git import Repository
from registry.workflow.auditing.places.named import named
from registry.workflow.auditing.places.place import Place, file_name

AT = "2026-03-02T09:00:00.000000Z"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a commit and a changed working tree."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "kept.txt").write_text("first")
    git(folder, "add", ".")
    who = ("-c", "user.name=ada", "-c", "user.email=ada@localhost")
    git(folder, *who, "commit", "-qm", "first")
    (folder / "kept.txt").write_text("being edited")
    return folder


@pytest.fixture(params=["file", "git", "bare"])
def place(request: pytest.FixtureRequest, tmp_path: Path, repository: Path) -> Place:
    if request.param == "file":
        return Folder(tmp_path / "not yet" / "there")
    if request.param == "git":
        return Repository(repository)
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    return Repository(tmp_path / "bare.git")


def test_what_was_put_is_held(place: Place) -> None:
    assert place.held() == []

    place.put("log-7.checkpoint", b"seven\n", AT)
    place.put("log-12.checkpoint", b"twelve\n", AT)

    assert sorted(one.note for one in place.held()) == [b"seven\n", b"twelve\n"]
    assert all("log-" in one.where and one.token is None for one in place.held())


def test_what_is_there_stays_as_it_is(place: Place) -> None:
    place.put("log-7.checkpoint", b"with a witness\n", AT)
    place.put("log-7.checkpoint", b"without\n", AT)

    assert [one.note for one in place.held()] == [b"with a witness\n"]


def test_a_file_too_large_for_a_checkpoint_is_refused(place: Place) -> None:
    place.put("log-7.checkpoint", b"x" * 64_001, AT)

    with pytest.raises(InvalidInput, match="larger than any checkpoint"):
        place.held()


def test_a_folder_holds_nothing_but_whole_checkpoints(tmp_path: Path) -> None:
    place = Folder(tmp_path / "anchors")
    place.put("log-7.checkpoint", b"seven\n", AT)

    assert [path.name for path in (tmp_path / "anchors").iterdir()] == ["log-7.checkpoint"]


def test_a_commit_touches_no_working_tree_no_index_and_no_hook(repository: Path) -> None:
    hook = repository / ".git/hooks/reference-transaction"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = git(repository, "status", "--porcelain")

    Repository(repository).put("log-7.checkpoint", b"seven\n", AT)
    Repository(repository).put("log-8.checkpoint", b"eight\n", AT)

    assert git(repository, "status", "--porcelain") == before
    log = git(repository, "log", "--format=%an <%ae> %at %s", "anchors").splitlines()
    assert log == [f"registry <registry@localhost> 1772442000 Anchor log-{size}" for size in (8, 7)]


def test_a_variable_of_a_hook_leads_to_no_other_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    Repository(repository).put("log-7.checkpoint", b"seven\n", AT)
    monkeypatch.delenv("GIT_DIR")

    assert git(repository, "show", "anchors:log-7.checkpoint") == "seven\n"


def test_a_push_brings_the_branch_to_the_remote(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    with pytest.raises(InvalidInput, match="no remote"):
        Repository(repository, push=True).put("log-7.checkpoint", b"seven\n", AT)
    git(repository, "remote", "add", "origin", str(tmp_path / "remote.git"))

    Repository(repository, push=True).put("log-7.checkpoint", b"seven\n", AT)

    assert git(tmp_path / "remote.git", "show", "anchors:log-7.checkpoint") == "seven\n"


@pytest.mark.parametrize("branch", ["main", "-x", "a..b", ""])
def test_a_branch_that_is_checked_out_or_has_no_proper_name_is_refused(
    repository: Path, branch: str
) -> None:
    with pytest.raises(InvalidInput):
        Repository(repository, branch).put("log-7.checkpoint", b"seven\n", AT)


def test_a_folder_that_is_no_repository_fails_clearly(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no git repository"):
        Repository(tmp_path / "gone").held()
    git(tmp_path, "init", "-q")  # one above it is not meant
    (tmp_path / "plain").mkdir()
    with pytest.raises(Unavailable, match="not a git repository"):
        Repository(tmp_path / "plain").held()


def test_places_are_read_from_their_names(repository: Path, tmp_path: Path) -> None:
    assert named(f"git:{repository}") == Repository(repository)
    assert named(f"git:{repository}:evidence") == Repository(repository, "evidence")
    assert named(f"file:{tmp_path / 'x'}") == Folder(tmp_path / "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="is a file"):
        named(f"file:{tmp_path / 'file'}")


@pytest.mark.parametrize("origin", ["../../etc/cron.d/x", "a/b", "hospital log", ".hidden", "/x"])
def test_no_origin_leads_out_of_the_folder(origin: str) -> None:
    name = file_name(origin, 7)

    assert "/" not in name
    assert not name.startswith(".")
    assert name.endswith("-7.checkpoint")
