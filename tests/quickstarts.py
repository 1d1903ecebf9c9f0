"""One quickstart for all tests that look at one: the installed wheel runs it once; it is copied."""

import contextlib
import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from acceptance.cli import run
from wheels import install


@dataclass(frozen=True)
class Quickstart:
    """A finished quickstart: its folder and what it printed."""

    shared: Path
    """Where the wheel is that made it."""
    folder: Path
    stdout: str
    stderr: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command against it, from the root folder, from its entry point in this process."""
        with contextlib.chdir("/"):
            done = run("-C", str(self.folder), *arguments)
        return subprocess.CompletedProcess(arguments, done.code, done.out, done.err)


@pytest.fixture(scope="session")
def finished_quickstart(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """The quickstart, run once in all (workers share it through a lock), from the root folder."""
    base = tmp_path_factory.getbasetemp()
    # Workers of one run have a folder in common; a single process has only its own.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "quickstart-shared"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            for name in ("quickstart", "dist", "venv"):
                shutil.rmtree(shared / name, ignore_errors=True)
            done = subprocess.run(
                [install(shared).registry, "quickstart", str(shared / "quickstart")],
                capture_output=True,
                text=True,
                cwd="/",
                check=False,
            )
            assert done.returncode == 0, done.stderr
            (shared / "stdout").write_text(done.stdout)
            (shared / "stderr").write_text(done.stderr)
            (shared / "done").touch()
    return Quickstart(
        shared,
        shared / "quickstart",
        (shared / "stdout").read_text(),
        (shared / "stderr").read_text(),
    )


@pytest.fixture
def quickstart(finished_quickstart: Quickstart, tmp_path: Path) -> Quickstart:
    """A copy of the finished quickstart that a test may change."""
    folder = tmp_path / "quickstart"
    shutil.copytree(finished_quickstart.folder, folder)
    return replace(finished_quickstart, folder=folder)
