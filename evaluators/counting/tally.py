"""The loop that counts the cells of many sets of columns, compiled: integers in, integers out."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(cache=True, nogil=True)
def tally(codes: Any, sizes: Any, ways: Any, starts: Any, counts: Any) -> None:
    """Add every row of ``codes`` (columns, rows) to the cell of each way.

    ``ways`` (ways, k) are places of columns, ``sizes`` the codes of each column; a way's cells lie
    in ``counts`` from its place in ``starts`` on, the last column running fastest.
    """
    for way in range(len(ways)):
        first, columns = starts[way], ways[way]
        for row in range(codes.shape[1]):
            cell = 0
            for column in columns:
                cell = cell * sizes[column] + codes[column, row]
            counts[first + cell] += 1
