"""Times what people wait for: the help, and a decision. Run with `make bench`.

Each command is started anew, as from a shell, and may keep its compiled bytecode, as an installed
package has it; the figure is the median of several starts after one that is not counted.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STARTS = 15
REGISTRY = str(Path(sys.executable).with_name("registry"))
CHECK = (
    "check", "rand-hie-synthetic@2", "--use", "model-development", "--audience", "partner",
    "--jurisdiction", "DE",
)  # fmt: skip


# Where this is set, every start would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def median_seconds(*arguments: str) -> float:
    """The median wall time in seconds of ``registry`` with these arguments."""
    times = []
    for _ in range(STARTS + 1):
        started = time.perf_counter()
        subprocess.run([REGISTRY, *arguments], capture_output=True, check=False)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    """Print one line a measurement with its target."""
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "quickstart")
        started = time.perf_counter()
        subprocess.run([REGISTRY, "quickstart", home], capture_output=True, check=True)
        story = time.perf_counter() - started
        rows = [
            ("registry --help", median_seconds("--help"), 0.3),
            ("registry check (SQLite)", median_seconds("-C", home, *CHECK), 1.0),
            ("registry quickstart", story, 120.0),
        ]
    python = median_python()
    print(f"{'command':<26}{'seconds':>9}{'target':>9}{'x bare python':>15}")
    for name, seconds, target in rows:
        print(f"{name:<26}{seconds:>9.3f}{target:>9.1f}{seconds / python:>15.1f}")


def median_python() -> float:
    """The median wall time in seconds of starting Python to do nothing."""
    times = []
    for _ in range(STARTS + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
