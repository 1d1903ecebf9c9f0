"""A finished quickstart, as tests handle it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
