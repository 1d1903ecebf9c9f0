"""What an evaluation is made of: the tables that were committed, and what the card says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.card import ColumnsCard
from registry.errors import InvalidInput
from registry.log.canonical import digest
from registry.marked_yaml import suggestion
from registry.records import Source
from registry.workflow.find import Found
from registry.workflow.gate import card_of
from registry.workflow.tables import ReadTable, as_invalid, read_table

if TYPE_CHECKING:
    from evaluators.base import Declared, Tables
    from evaluators.catalogue import MetricInfo


FIGURES = 1
"""How figures are drawn beside the measurements; a repeat of a run from before them draws them."""


@dataclass(frozen=True)
class Asked:
    """How to evaluate: the profile, whether to probe, and how fast to be about it.

    A ``seed`` of one's own makes the run exploratory; ``fresh`` measures what was measured before.
    ``time_limit`` is in seconds for each metric, None for the profile's.
    """

    profile: str = "standard"
    probe: bool = False
    seed: int | None = None
    target: str | None = None
    jobs: int = 1
    time_limit: float | None = None
    fresh: bool = False

    @property
    def metrics(self) -> "list[MetricInfo]":
        """The metrics to measure; raises `InvalidInput` for an unknown profile."""
        from evaluators.profiles import PROFILES, chosen

        if self.profile not in PROFILES:
            raise InvalidInput(
                f"unknown profile {self.profile!r}", expected=suggestion(self.profile, PROFILES)
            )
        profile = next(one for one in PROFILES if one == self.profile)
        return chosen(profile, probe=self.probe)

    @property
    def limit(self) -> float:
        """Seconds for each metric."""
        from evaluators.profiles import PROFILES, SECONDS

        profile = next(one for one in PROFILES if one == self.profile)
        return SECONDS[profile] if self.time_limit is None else self.time_limit


@dataclass(frozen=True)
class Inputs:
    """Three tables, aligned; the target, and whether the card left it open or names it."""

    training: ReadTable
    holdout: ReadTable
    synthetic: ReadTable
    tables: "Tables"
    committed_target: bool

    @property
    def admissible_seed(self) -> int:
        """The seed whose evidence counts."""
        from evaluators.seed import admissible_seed

        return admissible_seed(*self.digests.values())

    @property
    def digests(self) -> dict[str, str]:
        """Content digests of training table, holdout and synthetic table."""
        return {
            "training": self.training.content_digest,
            "holdout": self.holdout.content_digest,
            "synthetic": self.synthetic.content_digest,
        }

    @property
    def kinds(self) -> dict[str, str]:
        """The type of each column."""
        return {name: kind.value for name, kind in self.tables.kinds.items()}


def read_inputs(found: Found, path: Path, real: Path, holdout: Path, target: str | None) -> Inputs:
    """Read and align; raises `InvalidInput` for tables other than those committed."""
    from evaluators.base import TableError
    from evaluators.tables import align

    card = card_of(found)
    chosen = target or card.target
    training, held = read_table(real), read_table(holdout)
    source = found.source
    _require_committed(training, source.training_content_digest, source, real, "training table")
    _require_committed(held, source.holdout_content_digest, source, holdout, "holdout")
    synthetic = read_table(path)
    if chosen is not None and chosen not in training.columns:
        raise InvalidInput(
            f"the target {chosen!r} is no column", expected=suggestion(chosen, training.columns)
        )
    try:
        tables = align(training.frame, held.frame, synthetic.frame, chosen, declared(card.columns))
    except TableError as error:
        raise as_invalid(error) from error
    return Inputs(training, held, synthetic, tables, card.target in (None, chosen))


def run_digest(inputs: Inputs, asked: Asked, seed: int) -> str:
    """What identifies a run: inputs, seed, target, what was asked for, and who computes it."""
    from dataclasses import asdict
    from platform import python_version

    return digest(
        {
            **inputs.digests,
            "seed": seed,
            "target": inputs.tables.target,
            "kinds": inputs.kinds,
            "declared": _plain(asdict(inputs.tables.declared)),
            "metrics": {info.id: info.definition for info in asked.metrics},
            "profile": asked.profile,
            "figures": FIGURES,
            "libraries": {"python": python_version(), **_libraries()},
        }
    )


def declared(card: ColumnsCard) -> "Declared":
    """What the card says of the columns, as the evaluators take it."""
    from evaluators.base import Constraint, Declared, Kind

    kinds = {name: Kind(kind) for name, kind in card.kinds.items()}
    kinds |= dict.fromkeys(card.levels, Kind.ORDINAL)
    return Declared(
        kinds=kinds,
        levels=dict(card.levels),
        key=card.key,
        subgroups=card.subgroups,
        quasi_identifiers=card.quasi_identifiers,
        constraints=tuple(Constraint(*one) for one in card.comparisons),
    )


def _libraries() -> dict[str, str]:
    """Versions of what computes most figures; each measurement records all of its own."""
    from importlib.metadata import version

    names = ("duckdb", "numba", "numpy", "pandas", "scikit-learn")
    return {name: version(name) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _require_committed(
    table: ReadTable, committed: str, source: Source, path: Path, what: str
) -> None:
    if table.content_digest != committed:
        raise InvalidInput(
            f"this is not the {what} that was committed for the source {source.name!r}",
            where=str(path),
            expected=f"content {committed}, found {table.content_digest}",
            todo=f"give the {what} of `registry sources show {source.name}`",
        )
