"""The dataset card: what its makers say of a synthetic version, read from YAML or from flags.

Fields follow Datasheets for Datasets and Croissant RAI (uses, limitations, biases), W3C PROV (the
generator activity) and NIST SP 800-226 with the OpenDP deployments registry (the guarantee).
Unknown keys are refused. A card may raise the classification of its source, never lower it.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from registry.errors import InvalidInput
from registry.ledger.claimed import unaddressed
from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.guarantee import read
from registry.ledger.least import least_epsilon, least_rho
from registry.log.canonical import canonical, digest_bytes
from registry.marked_yaml import Mark, MarkedDocument, Path, load, suggestion, validate
from registry.policy.vocabulary import CLASSIFICATIONS, Classification

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_ABSURD = 100.0  # e^100 bounds nothing worth knowing, and rho 100 is more at any delta


def _printable(text: str) -> str:
    """No control characters: they hide text in a terminal, and PostgreSQL stores no NUL."""
    if any(not char.isprintable() and char not in "\n\t" for char in text):
        raise ValueError("text without control characters")
    return text


PositiveFinite = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Probability = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Delta = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_printable)]
Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_printable)]


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False
    )


def _finite(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a finite number")
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _finite(item)
    return value


class GeneratorCard(_Part):
    """What made the version, when and by whom."""

    name: Line
    version: Line
    family: Line
    parameters: dict[str, Annotated[JsonValue, AfterValidator(_finite)]] = Field(
        default_factory=dict
    )
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    code_commit: Line | None = None
    environment_digest: Line | None = None
    made_at: Line | None = None
    made_by: Line | None = None


class Component(_Part):
    """One part of the epsilon: the model, its binning (0 where bins are public), a tuning run.

    ``described`` marks the one that the fields of the mechanism speak of: others add to it.
    """

    name: Line
    epsilon: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    delta: Delta | None = None
    described: bool | None = None


class GuaranteeCard(_Part):
    """A differential privacy claim. A claim without mechanism, privacy unit and neighbouring
    relation says nothing that could be checked or composed, and is refused.

    ``noise`` is a standard deviation (gaussian), a scale (laplace) or a multiple of the clipping
    norm (dp-sgd); ``sensitivity`` is for the stated unit and relation, ``contributions`` the most
    records of one unit that count. ``epsilon`` and ``delta`` are of the whole. ``adaptive`` is
    false where all was fixed before any output was seen, ``batch`` is "NAME/PLACE" in
    a declared plan, and ``partition`` is "NAME/PART" where only that part of the source was read.
    """

    variant: Literal["pure", "approximate", "zcdp", "renyi"]
    epsilon: PositiveFinite | None = None
    delta: Delta | None = None
    rho: PositiveFinite | None = None
    mechanism: Literal[
        "gaussian", "laplace", "exponential", "randomised-response", "dp-sgd", "other"
    ]
    mechanism_detail: Text | None = None
    noise: PositiveFinite | None = None
    sensitivity: PositiveFinite | None = None
    sampling: Probability | None = None
    steps: Annotated[int, Field(gt=0, le=2**31 - 1)] | None = None
    privacy_unit: Literal["person", "record", "household", "event"]
    neighbouring_relation: Literal["add-remove", "replace-one"]
    accountant: Line | None = None
    accountant_version: Line | None = None
    contributions: Annotated[int, Field(gt=0, le=2**31 - 1)] | None = None
    adaptive: bool | None = None
    partition: Line | None = None
    batch: Line | None = None
    tuning_accounted: bool | None = None
    preprocessing_accounted: bool | None = None
    components: tuple[Component, ...] = ()
    justification: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.variant == "pure" and (self.epsilon is None or self.delta):
            raise ValueError("a pure guarantee with epsilon, and delta absent or 0")
        if self.variant == "approximate" and (self.epsilon is None or not self.delta):
            raise ValueError("an approximate guarantee with epsilon and a delta above 0")
        if self.variant == "zcdp" and self.rho is None:
            raise ValueError("a zcdp guarantee with rho")
        if self.variant == "renyi" and (self.epsilon is None or self.delta is None):
            raise ValueError("a renyi guarantee with the epsilon and delta it converts to")
        if self.mechanism == "dp-sgd" and self.rho is not None:
            raise ValueError("epsilon and delta for dp-sgd, and no rho: sampled steps have none")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.rho is None or self.epsilon is None or not self.delta:
            return self
        least = epsilon_of_zcdp(self.rho, self.delta)
        # A thousandth is left for accountants that minimise over another grid.
        if self.epsilon < least * 0.999:
            raise ValueError(f"an epsilon of at least {least:.4g}, which rho and delta come to")
        return self

    @model_validator(mode="after")
    def _covers_its_mechanism(self) -> Self:
        if (guarantee := read(self._claim).guarantee) is None:
            return self
        least = least_epsilon(guarantee)
        if least == math.inf:
            raise ValueError("a delta above 0: at 0 Gaussian noise has no finite epsilon")
        if guarantee.own is not None and guarantee.own[0] < least * 0.999:
            whole = least + sum(one.epsilon for one in guarantee.extra)
            told = "the fields of its mechanism come to"
            told += f", with {whole - least:.4g} of other components" if guarantee.extra else ""
            raise ValueError(f"an epsilon of at least {whole:.4g}, which {told}")
        if self.rho is not None and self.rho < (least := least_rho(guarantee)) * 0.999:
            raise ValueError(f"a rho of at least {least:.4g}, which its other fields come to")
        return self

    @property
    def _claim(self) -> dict[str, object]:
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        delta = 0.0 if self.variant == "pure" else self.delta
        for name, stated in (("an epsilon", self.epsilon), ("a delta", delta)):
            total = sum(getattr(part, name.split()[1]) or 0.0 for part in self.components)
            if stated is not None and total > stated * (1 + 1e-9):
                raise ValueError(f"{name} of at least its components' sum, {total:g}")
        if self.rho is not None and any(part.delta for part in self.components):
            raise ValueError("no delta in a component where rho is stated: rho leaves none open")
        if sum(part.described is True for part in self.components) > 1:
            raise ValueError("one component at most that the mechanism's fields describe")
        if rest := unaddressed(self._claim):
            raise ValueError(f"components that come to the whole: {rest}")
        return self

    @model_validator(mode="after")
    def _has_its_rho(self) -> Self:
        """What a component states without a delta is pure, unless it may have the whole's."""
        if self.rho is None:
            return self
        rest = [part.epsilon for part in self.components if not part.described]
        if self.delta and len(rest) == len(self.components):
            if rest and epsilon_of_zcdp(self.rho, self.delta) < max(rest) * 0.999:
                raise ValueError(f"a rho that comes to its component's epsilon, {max(rest):g}")
        elif self.rho < (least := sum(one * one / 2 for one in rest)) * 0.999:
            raise ValueError(f"a rho of at least {least:.4g}, which its components come to")
        return self

    @model_validator(mode="after")
    def _within_reason(self) -> Self:
        for name, stated in (("epsilon", self.epsilon), ("rho", self.rho)):
            if stated is not None and stated > _ABSURD and not (self.justification or "").strip():
                raise ValueError(f"a justification for {name} {stated:g}, above {_ABSURD:g}")
        return self

    @field_validator("partition")
    @classmethod
    def _names_a_part(cls, partition: str | None) -> str | None:
        if partition is not None and not all(partition.partition("/")):
            raise ValueError("'NAME/PART', a partition of the source and the part that was read")
        return partition


class Uses(_Part):
    """What the makers mean it for, and what they warn against."""

    intended: tuple[Line, ...] = ()
    out_of_scope: tuple[Line, ...] = ()


class People(_Part):
    """Who answers for it."""

    owner: Line | None = None
    steward: Line | None = None
    dpo: Line | None = None
    contact: Line | None = None


class Legal(_Part):
    """Legal basis and purpose (GDPR articles 6, 9 and 35)."""

    basis: Line | None = None
    purpose: Text | None = None
    personal_data_categories: tuple[Line, ...] = ()
    dpia_reference: Line | None = None
    dpia_outcome: Line | None = None


Relation = Literal["<", "<=", "==", "!=", ">=", ">"]
_CONSTRAINT = re.compile(r"(\S.*?) (<=|>=|==|!=|<|>) (\S.*)")


class ColumnsCard(_Part):
    """What values alone do not show of the columns: types, keys, groups, what others may know.

    ``levels`` order the values of an ordinal column, lowest first; ``key`` names what identifies
    a unit in the real tables; a constraint is "LEFT <= RIGHT", two columns and a comparison.
    """

    kinds: dict[
        Line,
        Literal["numeric", "categorical", "ordinal", "boolean", "datetime", "text", "identifier"],
    ] = Field(default_factory=dict)
    levels: dict[Line, Annotated[tuple[Line, ...], Field(min_length=2)]] = Field(
        default_factory=dict
    )
    key: tuple[Line, ...] = ()
    subgroups: tuple[Line, ...] = ()
    quasi_identifiers: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()

    @field_validator("constraints")
    @classmethod
    def _compares(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_CONSTRAINT.fullmatch(text) for text in texts):
            raise ValueError('"LEFT <= RIGHT", two columns with <, <=, ==, !=, >= or > between')
        return texts

    @property
    def comparisons(self) -> tuple[tuple[str, Relation, str], ...]:
        """The constraints as (left, relation, right)."""
        found = (_CONSTRAINT.fullmatch(text) for text in self.constraints)
        return tuple((one[1], cast(Relation, one[2]), one[3]) for one in found if one)

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is spoken of, each once."""
        sides = [side for left, _, right in self.comparisons for side in (left, right)]
        groups = (self.kinds, self.levels, self.key, self.subgroups, self.quasi_identifiers, sides)
        return tuple(dict.fromkeys(name for group in groups for name in group))


class DatasetCard(_Part):
    """One version's card; see the module for where its fields come from."""

    api_version: Literal["registry/v1"]
    kind: Literal["DatasetCard"]
    name: Line
    source: Line
    title: Line | None = None
    description: Text | None = None
    target: Line | None = None
    columns: ColumnsCard = ColumnsCard()
    classification: Classification | None = None
    generator: GeneratorCard
    guarantee: GuaranteeCard | None = None
    uses: Uses = Uses()
    limitations: tuple[Text, ...] = ()
    biases: tuple[Text, ...] = ()
    people: People = People()
    legal: Legal = Legal()

    @field_validator("name")
    @classmethod
    def _usable(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("lower-case letters, digits, '.', '_' or '-', and no sign first")
        return name


def card_bytes(card: DatasetCard) -> bytes:
    """The canonical bytes of a card, which its digest is of."""
    return canonical(card.model_dump(mode="json", by_alias=True, exclude_none=True))


def card_digest(card: DatasetCard) -> str:
    """What identifies a card: the same facts, however its file was laid out."""
    return digest_bytes(card_bytes(card))


class Flags(MarkedDocument):
    """Fields that came as flags, which have no line to point to."""

    def where(self, path: Path) -> str:
        """The name alone."""
        return self.name


def read_card(source: bytes, name: str) -> DatasetCard:
    """The card in a YAML file; raises `InvalidInput` with the line of everything wrong in it."""
    return validate(DatasetCard, load(source, name))


def card_from(fields: Mapping[str, object]) -> DatasetCard:
    """The card that flags describe; the same rules as for a file."""
    nowhere = dict.fromkeys(_paths(fields), Mark(1, 1))
    return validate(DatasetCard, Flags("the card from flags", fields, nowhere))


def _paths(data: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(data, Mapping):
        for key, inner in data.items():
            yield from _paths(inner, (*path, key))


def require_word(noun: str, word: str, known: Sequence[str]) -> None:
    """Raise `InvalidInput`, with the nearest, unless ``word`` is one of the known ones."""
    if word not in known:
        raise InvalidInput(f"unknown {noun} {word!r}", expected=suggestion(word, known))


def raised(classification: str, card: DatasetCard) -> str:
    """The classification that holds: the source's, or the card's where that is higher.

    Raises `InvalidInput` where the card would lower it.
    """
    if card.classification is None:
        return classification
    if CLASSIFICATIONS.index(card.classification) < CLASSIFICATIONS.index(classification):
        raise InvalidInput(
            f"the card's classification {card.classification!r} is below its source's",
            expected=f"{classification!r} or higher; leave it out to inherit it",
        )
    return card.classification
