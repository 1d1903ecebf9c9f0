"""Where the demonstration tables are, and how they are read and written."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Final

import pandas as pd

FOLDER: Final = Path(__file__).parent
REAL: Final = ("training", "holdout")
SYNTHETIC: Final = ("arf", "dp", "leaky")


def path(name: str) -> Path:
    """The file of the table of that name, one of ``REAL`` or ``SYNTHETIC``."""
    return FOLDER / f"rand-hie-{name}.csv.gz"


def read(name: str) -> pd.DataFrame:
    """The table of that name, every number exactly as it is written."""
    return pd.read_csv(path(name), float_precision="round_trip")


def digest(name: str) -> str:
    """SHA-256 of the file's bytes, in hex."""
    return hashlib.sha256(path(name).read_bytes()).hexdigest()


def write(name: str, table: pd.DataFrame) -> None:
    """Write the table; the same rows give the same bytes (no time, no file name, fixed level)."""
    text = table.to_csv(index=False, lineterminator="\n").encode("ascii")
    path(name).write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
