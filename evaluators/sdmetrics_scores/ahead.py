"""The numbers of large files on a thread of their own, while the caller counts categories.

Sorting and multiplying leave Python free, and counting waits for the database: together they take
little longer than one of them. Results are kept for each ``Tables``, so the caller finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from evaluators.base import Tables
from evaluators.counting import correlations
from evaluators.counting.values import extents
from evaluators.sdmetrics_scores.shapes import continuous_shapes


@contextmanager
def numbers_ahead(tables: Tables) -> Iterator[None]:
    """Compute what ``shapes`` and ``pairs`` ask of continuous columns beside the block.

    Of files only: tables in memory are small, and a second connection would copy them.
    """
    if not tables.whole:
        yield
        return
    extents(tables)
    thread = Thread(target=_numbers, args=(tables,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _numbers(tables: Tables) -> None:
    with suppress(Exception):  # not kept: the caller asks again and is told itself
        correlations(tables)
        continuous_shapes(tables)
