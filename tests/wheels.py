"""The wheel, which is what people install: built once, into an environment of its own."""

import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Installed:
    """A wheel, and the environment that it was installed into."""

    wheel: Path
    python: Path

    @property
    def registry(self) -> Path:
        """The command."""
        return self.python.with_name("registry")


def found(folder: Path) -> Installed:
    """That which `install` left in ``folder``."""
    (wheel,) = (folder / "dist").glob("*.whl")
    return Installed(wheel, folder / "venv" / "bin" / "python")


def install(folder: Path) -> Installed:
    """Build the wheel from the source distribution and not from the checkout, and install it."""
    done(sys.executable, "-m", "build", "--no-isolation", "--outdir", f"{folder}/dist", str(ROOT))
    made = found(folder)
    done(sys.executable, "-m", "venv", str(folder / "venv"))
    # Its dependencies are those of these tests, which `make` installed by their names; a path file
    # lends them, and not the checkout beside them.
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done(str(made.python), "-m", "pip", "install", "--quiet", "--no-deps", str(made.wheel))
    return made


def done(*command: str) -> str:
    """What a command printed that ended well."""
    ran = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
