"""What was uploaded is bounded by what it unpacks to: a file of some megabytes can hold a table
that takes all the memory of a server, which answers others with it.
"""

import gzip
import zlib
from pathlib import Path
from typing import Final

from registry.errors import InvalidInput
from registry.settings import Settings

TIMES: Final = 5
"""How much longer than the longest upload a table may be once it is unpacked."""
MEGABYTE: Final = 1_000_000
_CELL: Final = 8
_PIECE: Final = 1 << 20


def require_small(settings: Settings, path: Path) -> None:
    """Raise `InvalidInput` for a table that unpacks to more than a server takes.

    A file that is none is left to the reader of tables, which says what is wrong with it.
    """
    most = TIMES * settings.upload_limit * MEGABYTE
    name = path.name.lower()
    size = _unzipped if name.endswith(".gz") else _columns if name.endswith(".parquet") else None
    if size is not None and size(path, most) > most:
        raise InvalidInput(
            "the table is too large once it is unpacked",
            where=path.name,
            expected=f"at most {most // MEGABYTE} MB, {TIMES} times upload_limit in registry.toml",
            todo="register it on the server with `registry register`, or ask whoever runs it",
        )


def _unzipped(path: Path, most: int) -> int:
    """Bytes, or the first count above ``most``: the length that the file states may be a lie."""
    size = 0
    try:
        with gzip.open(path) as file:
            while size <= most and (piece := file.read(_PIECE)):
                size += len(piece)
    except (OSError, EOFError, zlib.error):
        return 0
    return size


def _columns(path: Path, _: int) -> int:
    """Bytes of its columns, or of its cells where a few bytes stand for many equal ones."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return 0
    groups = (found.row_group(one).total_byte_size for one in range(found.num_row_groups))
    return int(max(sum(groups), found.num_rows * found.num_columns * _CELL))
