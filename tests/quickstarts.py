"""One quickstart for all tests that look at one: it is run once, and copied."""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REGISTRY = Path(sys.executable).with_name("registry")


@dataclass(frozen=True)
class Quickstart:
    """A finished quickstart: its folder and what it printed."""

    folder: Path
    stdout: str
    stderr: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command against it, from the root folder."""
        return subprocess.run(
            [REGISTRY, "-C", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )


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
            shutil.rmtree(shared / "quickstart", ignore_errors=True)
            done = subprocess.run(
                [REGISTRY, "quickstart", str(shared / "quickstart")],
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
        shared / "quickstart", (shared / "stdout").read_text(), (shared / "stderr").read_text()
    )


@pytest.fixture
def quickstart(finished_quickstart: Quickstart, tmp_path: Path) -> Quickstart:
    """A copy of the finished quickstart that a test may change."""
    folder = tmp_path / "quickstart"
    shutil.copytree(finished_quickstart.folder, folder)
    return Quickstart(folder, finished_quickstart.stdout, finished_quickstart.stderr)
