"""Loads what takes long before anybody asks, and spares the garbage collector a look at it.

A full collection looks at every object that may be part of a cycle: some 360,000 once modules,
mappers and templates are loaded, for which every request waits a quarter of a second. None of them
ever goes. `gc.freeze` takes them out of its sight; what requests make is collected as before.

The library that adds up budgets takes a second to load, for which every other request of the worker
would wait when the first of them opens home.

Every thread that answers may have memory of its own from the C library (an arena), up to eight for
each processor, and each of these stays as large as the largest answer made in it: a worker grew by
a seventh in half an hour. Two of them are enough.
"""

import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from registry.ledger.losses import nothing

LOADED: Final = 60.0
"""Seconds after which most of what is loaded at its first use has been."""

M_ARENA_MAX: Final = -8
"""As in malloc.h; see mallopt(3)."""
ARENAS: Final = 2


@contextmanager
def settling(after: float = LOADED) -> Iterator[None]:
    """Load and settle now, and settle once more when pages have been opened."""
    _share_arenas()
    nothing()
    _settle()
    again = threading.Timer(after, _settle)
    again.daemon = True
    again.start()
    try:
        yield
    finally:
        again.cancel()
        gc.unfreeze()


def _share_arenas() -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of the GNU C library alone
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def _settle() -> None:
    gc.collect()
    gc.freeze()
