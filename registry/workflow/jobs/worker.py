"""The loop in a server that claims jobs and starts a process for each."""

import logging
import os
import signal
import subprocess
import sys
import threading
from typing import Final

from registry.errors import RegistryError
from registry.settings import Settings
from registry.workflow.context import Context
from registry.workflow.jobs.claim import Claim, claim, give_back
from registry.workflow.jobs.real_tables import sweep

EVERY: Final = 2.0
"""Seconds between two looks for a job."""
PATIENCE: Final = 10.0
"""Seconds that a process has to stop, when the server does."""
_log = logging.getLogger("registry.jobs")


class Worker:
    """A thread that looks for jobs until it is stopped; a server has one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stop = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        """That of the job that runs, or of the last one that did."""
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop what runs, let others claim it, and wait until that is done."""
        self._stop.set()
        self._thread.join(2 * PATIENCE)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                sweep(self._context)
                while (held := claim(self._context)) and self._run(held):
                    pass
            except (RegistryError, OSError) as error:
                # A database that is away comes back; the loop must still be there then.
                _log.warning("no job could be claimed: %s", error)
            self._stop.wait(EVERY)

    def _run(self, held: Claim) -> bool:
        """Whether the process ended by itself."""
        words = str(held.job), held.secret, str(os.getpid())
        self.process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", "registry.workflow.jobs", *words],
            env=_environment(self._context.settings),
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None:
            if self._stop.wait(0.2):
                _stopped(process)
                give_back(self._context, held, unstarted=True)
                return False
        # What ended as it should has no claim any more, and nothing is given back.
        give_back(self._context, held, unstarted=False)
        return True


def _stopped(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)  # it then takes its own workers with it
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """The registry by variables: its database's address may hold a password, so no arguments."""
    path = os.pathsep.join(one for one in sys.path if one)
    return {
        **os.environ,
        "PYTHONPATH": path,
        "REGISTRY_FOLDER": str(settings.folder),
        "REGISTRY_DATABASE_URL": settings.database_url,
    }
