"""What a caller shows: tokens before sessions, and files that others cannot read."""

import json
import stat
from pathlib import Path

import pytest

from registry.errors import NotPermitted
from registry.proof import read_proof, session_file, write_session
from registry.settings import Proof


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_a_session_is_kept_for_its_registry_and_its_user_alone(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = session_file(environment, tmp_path / "one")
    write_session(path, "first")
    write_session(path, "second")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert read_proof(environment, tmp_path / "one") == Proof(session="second")
    assert read_proof(environment, tmp_path / "other") == Proof()


def test_the_environment_comes_first_and_a_token_before_a_session(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    write_session(session_file(environment, tmp_path), "of the file")
    environment["REGISTRY_SESSION"] = "of the variable"
    assert read_proof(environment, tmp_path) == Proof(session="of the variable")

    environment["REGISTRY_TOKEN"] = "reg_a_b\n"
    assert read_proof(environment, tmp_path) == Proof(token="reg_a_b")


def test_a_file_that_others_can_read_proves_nothing(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = session_file(environment, tmp_path)
    write_session(path, "secret")
    path.chmod(0o640)

    with pytest.raises(NotPermitted, match="others can read the session") as caught:
        read_proof(environment, tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", json.dumps({"token": "x"})])
def test_a_file_that_is_no_session_proves_nothing(
    tmp_path: Path, environment: dict[str, str], content: str
) -> None:
    path = session_file(environment, tmp_path)
    write_session(path, "x")
    path.write_text(content)

    with pytest.raises(NotPermitted, match="the session file cannot be read"):
        read_proof(environment, tmp_path)


def test_neither_is_printed() -> None:
    assert repr(Proof(session="one", token="two")) == "Proof()"
