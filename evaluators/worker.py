"""A process that measures: it is handed the tables once, then one metric after another.

A process of its own, because only a process can be stopped at a time limit, survive a crash in
compiled code, and leave the caller's random states, threads and warnings alone. Nothing touches
the disk: tables arrive, and measurements leave, through pipes.
"""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection

from evaluators.base import Tables
from evaluators.catalogue import MetricInfo
from evaluators.run import measure


def main() -> None:
    """Serve until the other end closes: (tables, seed) first, then ``MetricInfo`` by one."""
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


if __name__ == "__main__":
    main()
