"""Evaluate a synthetic table against real ones, with no registry: tables in, measurements out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from evaluators.base import Declared, Measurement, Tables
from evaluators.catalogue import MetricInfo
from evaluators.large import is_large, open_files
from evaluators.overlap import require_disjoint
from evaluators.pool import measure_apart
from evaluators.profiles import SECONDS, Profile, chosen
from evaluators.seed import admissible_seed
from evaluators.tables import align, content_digest, file_digest, read

Table: TypeAlias = "pd.DataFrame | str | Path"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """Everything measured, in the catalogue's order, and the seed it was measured with."""

    measurements: tuple[Measurement, ...]
    seed: int
    excluded: Mapping[str, str]

    def to_frame(self) -> pd.DataFrame:
        """One row a measurement: metric, scope, value, low, high, n, status.

        ``scope`` is text, its parts joined by " x ", empty for the whole table.
        """
        return pd.DataFrame(
            [
                (m.metric, " x ".join(m.scope), m.value, m.low, m.high, m.n, m.status)
                for m in self.measurements
            ],
            columns=["metric", "scope", "value", "low", "high", "n", "status"],
        ).astype({"value": float, "low": float, "high": float, "n": "Int64"})


def evaluate(
    *,
    real: Table,
    holdout: Table,
    synthetic: Table,
    target: str | None = None,
    declared: Declared | None = None,
    profile: Profile = "standard",
    seed: int | None = None,
    probe: bool = False,
    metrics: Sequence[MetricInfo] = (),
    jobs: int = 1,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure ``synthetic`` against the training table ``real`` and the ``holdout``.

    Tables are DataFrames or paths to ``.csv``, ``.csv.gz`` or ``.parquet``. Files of which one is
    large stay on disk: what is counted is counted over all of their rows, and what needs rows has
    a seeded draw. Without a ``seed`` it follows from the tables' contents. ``metrics`` are your
    own, beside the catalogue's. ``time_limit`` is in seconds for each metric, by default the
    profile's. Raises ``TableError`` for tables that cannot be compared; whatever else goes wrong
    is a measurement with its cause.
    """
    given = (real, holdout, synthetic)
    tables, seed = _opened(given, target, declared or Declared(), seed)
    infos = chosen(profile, probe=probe, own=metrics)
    limit = SECONDS[profile] if time_limit is None else time_limit
    found = in_order(tables, infos, seed=seed, jobs=jobs, time_limit=limit, progress=progress)
    return Evaluation(tuple(found), seed, {n: tables.kinds[n].value for n in tables.excluded})


def in_order(
    tables: Tables,
    infos: Sequence[MetricInfo],
    *,
    seed: int,
    jobs: int,
    time_limit: float | None,
    progress: Progress | None = None,
    finished: Mapping[str, list[Measurement]] | None = None,
    keep: Callable[[list[Measurement]], None] | None = None,
) -> list[Measurement]:
    """Measure in worker processes and hand back in the order of ``infos``, whatever ended first.

    ``finished`` are metrics that were measured before, and are not again; ``keep`` is handed each
    metric's measurements as soon as they are there.
    """
    found = dict(finished or {})
    left = [info for info in infos if info.id not in found]
    running = measure_apart(tables, left, seed=seed, jobs=jobs, time_limit=time_limit)
    if progress and left:
        progress(left[0].id, len(infos) - len(left), len(infos))
    for info, measurements in running:
        found[info.id] = measurements
        if keep:
            keep(measurements)
        if progress:
            progress(info.id, len(found), len(infos))
    return [one for info in infos for one in found[info.id]]


def _opened(
    given: tuple[Table, Table, Table], target: str | None, declared: Declared, seed: int | None
) -> tuple[Tables, int]:
    """The tables, known to be comparable and the holdout disjoint, and the seed."""
    paths = [Path(table) for table in given if not isinstance(table, pd.DataFrame)]
    if len(paths) == len(given) and any(is_large(path) for path in paths):
        seed = admissible_seed(*(file_digest(path) for path in paths)) if seed is None else seed
        tables = open_files(paths[0], paths[1], paths[2], target, declared, seed=seed)
        require_disjoint(tables.real, tables.holdout, declared)
        return tables, seed
    frames = [table if isinstance(table, pd.DataFrame) else read(Path(table)) for table in given]
    tables = align(frames[0], frames[1], frames[2], target, declared)
    require_disjoint(frames[0], frames[1], declared)
    if seed is None:
        seed = admissible_seed(*(content_digest(frame) for frame in frames))
    return tables, seed
