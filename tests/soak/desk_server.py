"""A real `registry serve` with several workers, one of which is killed now and then."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

from acceptance.cli import REGISTRY
from clocks import SettableClock
from served import Served

from registry.workflow.people.totp import code_at, step_of

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


class Now(SettableClock):
    """The time of the server's own process, which nobody sets."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, **span: float) -> None:
        """Time goes by itself."""


@dataclass
class Running(Served):
    """A desk in processes of its own, on the time of this machine."""

    steps: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> str:
        """A one-time code that was not used yet; waits where all that are accepted were."""
        now = step_of(datetime.now(UTC))
        step = max(self.steps.get(name, 0) + 1, now)
        while step > step_of(datetime.now(UTC)) + 1:
            time.sleep(1)
        self.steps[name] = step
        return code_at(self.office.people[name].second, step)


def free_port() -> int:
    """A port that nothing listens on."""
    with create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
