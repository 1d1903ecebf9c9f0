"""A process that measures: it is handed the tables once, then one metric after another.

A process of its own, because only a process can be stopped at a time limit, survive a crash in
compiled code, and leave the caller's random states, threads and warnings alone. Nothing touches
the disk: tables arrive, and measurements leave, through pipes.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from evaluators.base import Tables
from evaluators.catalogue import MetricInfo
from evaluators.run import measure


def main() -> None:
    """Serve until the other end closes: (tables, seed) first, then ``MetricInfo`` by one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who ends this process
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    _make_room_for_kernels()
    orders = Connection(os.dup(0), writable=False)
    answers = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # whatever a library prints must not fall among the answers
    sys.stdout = sys.stderr
    tables: Tables
    try:
        tables, seed = orders.recv()
        answers.send("ready")
        while True:
            info: MetricInfo = orders.recv()
            answers.send(measure(tables, info, seed=seed))
    except (EOFError, BrokenPipeError):
        return


def _leave_with(parent: int) -> None:
    """End at once where the caller is gone, instead of finishing a metric for nobody."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGKILL)  # nothing to tidy up, and nobody to tell


def _make_room_for_kernels() -> None:
    """Where neither the package nor the home can be written, compiled kernels go to a private
    temporary folder: numba refuses to import a cached kernel that it has no place for.
    """
    places = (Path(__file__).parent, Path.home())
    if "NUMBA_CACHE_DIR" not in os.environ and not any(os.access(p, os.W_OK) for p in places):
        folder = tempfile.mkdtemp(prefix="kernels-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = folder


if __name__ == "__main__":
    main()
