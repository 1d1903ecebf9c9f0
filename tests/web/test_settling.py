"""What a server has loaded is out of the collector's sight while it serves, and no longer.

Each runs in a process of its own: a test run has loaded so much that it would take long to settle.
"""

import json
import platform
import subprocess
import sys
from typing import Any

import pytest

from registry.web.settling import ARENAS

LOOP = """
import gc, json, time
from registry.web.settling import settling

class Loop:
    def __init__(self):
        self.itself = self
"""
TWICE = """
with settling(1.0):
    first = gc.get_freeze_count()
    loaded_later = [Loop() for _ in range(1_000)]
    end = time.monotonic() + 20
    while gc.get_freeze_count() < first + 1_000 and time.monotonic() < end:
        time.sleep(0.01)
    again = gc.get_freeze_count()
print(json.dumps([first, again, gc.get_freeze_count()]))
"""
COLLECTED = """
with settling():
    seen = len(gc.get_objects())
    for _ in range(500):
        Loop()
    made = len(gc.get_objects())
    gc.collect()
    print(json.dumps([seen, made, len(gc.get_objects())]))
"""
LOADED = """
import json, sys
from registry.web.settling import settling
before = "dp_accounting" in sys.modules
with settling():
    print(json.dumps([before, "dp_accounting" in sys.modules]))
"""
THREADS = """
import ctypes, threading
from contextlib import nullcontext
from registry.web.settling import settling

c = ctypes.CDLL(None)
c.fdopen.restype = ctypes.c_void_p
every = threading.Barrier(9)

def answer():
    made = bytes(10_000)
    every.wait()

with {within}():
    threads = [threading.Thread(target=answer) for _ in range(8)]
    for one in threads:
        one.start()
    every.wait()
    out = ctypes.c_void_p(c.fdopen(1, b"w"))
    c.malloc_info(0, out)
    c.fflush(out)
"""


def run(program: str) -> str:
    """What it printed."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def told(program: str) -> Any:
    """What it printed, read."""
    return json.loads(run(program))


def test_what_is_loaded_is_settled_at_once_and_again_and_let_go_at_the_end() -> None:
    first, again, after = told(LOOP + TWICE)

    assert first > 10_000
    assert again >= first + 1_000
    assert after == 0


def test_the_library_of_budgets_is_loaded_before_anybody_asks() -> None:
    assert told(LOADED) == [False, True]


def test_what_requests_make_is_collected_as_before() -> None:
    seen, made, left = told(LOOP + COLLECTED)

    assert made >= seen + 400
    assert left <= seen + 100


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no arenas")
@pytest.mark.parametrize(("within", "few"), [("settling", True), ("nullcontext", False)])
def test_threads_share_two_arenas_of_memory(within: str, few: bool) -> None:
    shown = run(THREADS.format(within=within))

    assert shown.count("<heap nr=") >= 1
    assert (shown.count("<heap nr=") <= ARENAS) is few
