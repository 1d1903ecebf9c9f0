"""Metrics of somebody's own, well behaved and not."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

from evaluators.base import Finding, Found, Tables

LIBRARIES = ("numpy",)


def rows(tables: Tables, seed: int) -> Iterator[Finding]:
    yield (), Found.exact(float(len(tables.synthetic)), len(tables.synthetic), {})


def noisy(tables: Tables, seed: int) -> Iterator[Finding]:
    sys.stdout.write("this goes to standard output, where the answers go")
    os.write(1, b"and so does this")
    yield from rows(tables, seed)


def endless(tables: Tables, seed: int) -> Iterator[Finding]:
    while True:
        time.sleep(0.01)


def killed(tables: Tables, seed: int) -> Iterator[Finding]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield from rows(tables, seed)
