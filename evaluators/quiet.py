"""A room for other people's libraries: seeded, silent, single-threaded, and left as it was found.

Libraries draw from global random states, warn, print, and sum floats in an order that depends on
the number of threads. Inside ``quiet(seed)`` none of that reaches the measurement or the caller.
"""

from __future__ import annotations

import io
import logging
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


@contextmanager
def quiet(seed: int) -> Iterator[None]:
    """Seed the global generators, silence warnings, logs and stdout; restore all of it after.

    Standard error stays open: it is where the caller draws its own progress. Only libraries loaded
    before are held to one thread, so evaluators are imported first.
    """
    python_state, numpy_state, level = (
        random.getstate(),
        np.random.get_state(),
        logging.root.manager.disable,
    )
    try:
        random.seed(seed)
        np.random.seed(seed)
        logging.disable(logging.CRITICAL)
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), threadpool_limits(1):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
