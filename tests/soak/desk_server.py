"""A real `registry serve` with several workers, one of which is killed now and then."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from served import REGISTRY

WORKER = b"spawn_main"
"""What stands in the command of a process that a supervisor of workers started."""


@dataclass
class Server:
    """The server; ``sizes`` are resident bytes of each worker, by process, every second."""

    folder: Path
    port: int
    workers: int
    process: "subprocess.Popen[bytes]" = field(init=False)
    sizes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    kills: int = 0

    def __post_init__(self) -> None:
        command = [REGISTRY, "-C", str(self.folder), "serve", "--port", str(self.port)]
        options = ["--workers", str(self.workers), "--log", "json"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*command, *options], stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        """What it wrote to its standard error."""
        return self.folder / "serve.log"

    def pids(self) -> list[int]:
        """The workers, the oldest first."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return sorted(pid for pid in map(int, children.split()) if WORKER in _command(pid))

    def trouble(self, over: threading.Event, rng: random.Random, spared: int) -> None:
        """Kill a worker every few seconds, but for the ``spared`` oldest; those are weighed."""
        kept = self.pids()[:spared]
        due = time.monotonic() + rng.uniform(2, 6)
        while not over.wait(1.0):
            for pid in kept:
                self.sizes[pid].append(resident(pid))
            victims = [pid for pid in self.pids() if pid not in kept]
            if time.monotonic() >= due and victims:
                os.kill(rng.choice(victims), signal.SIGKILL)
                self.kills += 1
                due = time.monotonic() + rng.uniform(2, 6)

    def stop(self) -> int:
        """Tell it to stop; how it ended."""
        self.process.terminate()
        return self.process.wait(60)


def resident(pid: int) -> int:
    """Bytes that a process holds in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
