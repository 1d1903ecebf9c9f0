"""The plan of a batch as a file: a closed list of runs, each with its complete guarantee."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from registry.card import GuaranteeCard
from registry.card_fields import Line
from registry.ledger.batches import planned
from registry.ledger.planning import unplannable
from registry.marked_yaml import load, validate
from registry.workflow.files import read_document

MOST = 1_000
"""Runs of one plan: composing more takes minutes, and one event tells of them all."""


def require_simple(name: str) -> str:
    """A name that "NAME/PLACE" can be made of; raises ValueError."""
    if not name.strip() or not name.isprintable() or "/" in name or len(name) > 100:
        raise ValueError("a name of up to 100 characters, without /")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False
    )


Place = Annotated[Line, AfterValidator(require_simple)]


class PlannedRuns(_Part):
    """Runs of one guarantee, a place for each of them."""

    places: Annotated[tuple[Place, ...], Field(min_length=1)]
    guarantee: GuaranteeCard

    @property
    def claim(self) -> Mapping[str, object]:
        """The guarantee as a card of such a run has it, but for what bears no figure."""
        return planned(self.guarantee.model_dump(mode="json", by_alias=True, exclude_none=True))

    @model_validator(mode="after")
    def _plannable(self) -> Self:
        if self.guarantee.batch is not None:
            raise ValueError("a guarantee that names no batch: its place here is its place")
        if why := unplannable(self.claim):
            raise ValueError(f"a guarantee that can be planned: {why}")
        return self


class BatchPlan(_Part):
    """All that is to be run, in one privacy unit under one relation, to be told at ``delta``."""

    api_version: Literal["registry/v1"]
    kind: Literal["BatchPlan"]
    delta: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
    runs: Annotated[tuple[PlannedRuns, ...], Field(min_length=1)]

    @property
    def told(self) -> list[dict[str, object]]:
        """The runs as the log tells of them."""
        return [{"places": list(one.places), "guarantee": one.claim} for one in self.runs]

    @property
    def places(self) -> tuple[str, ...]:
        """The places of all runs, in order."""
        return tuple(place for one in self.runs for place in one.places)

    @property
    def claims(self) -> list[Mapping[str, object]]:
        """The guarantees of all runs, one for each place."""
        return [one.claim for one in self.runs for _ in one.places]

    @model_validator(mode="after")
    def _closed(self) -> Self:
        twice = sorted({one for one in self.places if self.places.count(one) > 1})
        if twice:
            raise ValueError(f"each place once, and {twice[0]!r} is there twice")
        if len(self.places) > MOST:
            raise ValueError(f"at most {MOST:,} runs, and there are {len(self.places):,}")
        return self

    @model_validator(mode="after")
    def _alike(self) -> Self:
        kinds = {
            (one.guarantee.privacy_unit, one.guarantee.neighbouring_relation) for one in self.runs
        }
        if len(kinds) > 1:
            told = " and ".join(f"per {unit} under {how}" for unit, how in sorted(kinds))
            raise ValueError(f"one privacy unit and one neighbouring relation, not {told}")
        return self


def read_plan(path: Path) -> BatchPlan:
    """The plan in a YAML file; raises `InvalidInput` with the line of everything wrong in it."""
    return planned_in(read_document(path, "plan of a batch"), path.name)


def planned_in(text: bytes, name: str) -> BatchPlan:
    """The plan in YAML that is called ``name``; raises `InvalidInput` as `read_plan`."""
    return validate(BatchPlan, load(text, name))
