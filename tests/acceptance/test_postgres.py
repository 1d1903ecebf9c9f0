"""A team's registry: the command line on PostgreSQL, named by the environment alone."""

import os
import subprocess
from pathlib import Path

import pytest
from acceptance.cli import REGISTRY
from databases import renamed, run_on


@pytest.fixture
def team(postgres_server: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a team with an empty database of its own."""
    run_on(postgres_server, f"CREATE DATABASE team_{os.getpid()}")
    address = renamed(postgres_server, f"team_{os.getpid()}")
    return {**os.environ, "REGISTRY_DATABASE_URL": address, "REGISTRY_FOLDER": str(tmp_path)}


def test_a_registry_is_made_and_used_on_postgresql(team: dict[str, str], tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [REGISTRY, *arguments], env=team, capture_output=True, text=True, cwd="/", check=False
        )

    made = run("init", str(tmp_path))
    added = run("accounts", "add", "ada", "--role", "engineer", "--as", "admin")
    denied = run("accounts", "add", "eve", "--role", "engineer", "--as", "ada")
    current = run("db", "current", "--format", "json")
    refused = run("audit", "query", "--outcome", "forbidden", "-q")
    verified = run("audit", "verify")

    codes = [one.returncode for one in (made, added, denied, current, refused, verified)]
    assert codes == [0, 0, 4, 0, 0, 0], made.stderr + added.stderr + verified.stderr
    assert refused.stdout == "3\n"
    assert not (tmp_path / "registry.db").exists()


def test_a_database_that_does_not_answer_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "registry.toml").write_text('mode = "local"\n')
    nobody = "postgresql://nobody@localhost:1/none"
    environment = {**os.environ, "REGISTRY_DATABASE_URL": nobody, "REGISTRY_FOLDER": str(tmp_path)}

    done = subprocess.run(
        [REGISTRY, "audit", "verify"],
        env=environment,
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )

    assert done.returncode == 3
    assert "Traceback" not in done.stderr and done.stderr.count("\n") < 8
    assert "the database failed" in done.stderr
