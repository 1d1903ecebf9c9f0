"""What a server has loaded is out of the collector's sight while it serves, and no longer."""

import gc
import platform
import subprocess
import sys
import time

import pytest

from registry.web.settling import ARENAS, settling

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


class Loop:
    """Part of a cycle, which the collector has to find."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_settled_at_once_and_again_and_let_go_at_the_end() -> None:
    with settling(1.0):
        first = gc.get_freeze_count()
        loaded_later = [Loop() for _ in range(1_000)]
        end = time.monotonic() + 10
        while gc.get_freeze_count() < first + len(loaded_later) and time.monotonic() < end:
            time.sleep(0.01)

        assert first > 10_000
        assert gc.get_freeze_count() >= first + len(loaded_later)

    assert gc.get_freeze_count() == 0


def test_the_library_of_budgets_is_loaded_before_anybody_asks() -> None:
    loaded = "print('dp_accounting' in sys.modules)"
    told = f"import sys\nfrom registry.web.settling import settling\n{loaded}\n"
    told += f"with settling(): {loaded}"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]


def test_what_requests_make_is_collected_as_before() -> None:
    with settling():
        seen = len(gc.get_objects())
        for _ in range(1_000):
            Loop()
        gc.collect()

        assert len(gc.get_objects()) < seen + 500


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no arenas")
@pytest.mark.parametrize(("within", "few"), [("settling", True), ("nullcontext", False)])
def test_threads_share_two_arenas_of_memory(within: str, few: bool) -> None:
    told = [sys.executable, "-c", THREADS.format(within=within)]

    done = subprocess.run(told, capture_output=True, text=True, check=True)

    assert done.stdout.count("<heap nr=") >= 1
    assert (done.stdout.count("<heap nr=") <= ARENAS) is few
