"""The dataset card: what its makers say of a synthetic version, read from YAML or from flags.

Fields follow Datasheets for Datasets and Croissant RAI (uses, limitations, biases), W3C PROV (the
generator activity) and NIST SP 800-226 with the OpenDP deployments registry (the guarantee).
Unknown keys are refused. A card may raise the classification of its source, never lower it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from registry.card_columns import ColumnsCard
from registry.card_fields import Delta, Line, Part, PositiveFinite, Probability, Text
from registry.errors import IntegrityFailure, InvalidInput
from registry.ledger.claimed import PURE, unaddressed
from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.guarantee import held, read
from registry.ledger.least import least_epsilon, least_rho, pure_rho
from registry.ledger.renyi import wanted
from registry.log.canonical import canonical, digest_bytes
from registry.marked_yaml import Mark, MarkedDocument, Path, load, suggestion, validate
from registry.policy.vocabulary import CLASSIFICATIONS, Classification

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
RECORDED: Final = {"recorded": True}
"""The validation context of what was recorded already."""
_ABSURD = 100.0  # e^100 bounds nothing worth knowing, and rho 100 is more at any delta


def _finite(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a finite number")
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _finite(item)
    return value


class GeneratorCard(Part):
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


class Component(Part):
    """One part of the epsilon: the model, its binning (0 where bins are public), a tuning run.

    ``described`` marks the one that the fields of the mechanism speak of: others add to it.
    """

    name: Line
    epsilon: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    delta: Delta | None = None
    described: bool | None = None


Check = Callable[["GuaranteeCard"], "GuaranteeCard"]


def _rule(check: Check) -> Any:
    """A rule for what is claimed from now on.

    What was recorded under older rules is read as it stands: the log and every decision rest on it.
    """

    def unless_recorded(card: "GuaranteeCard", info: ValidationInfo) -> "GuaranteeCard":
        return card if info.context == RECORDED else check(card)

    return model_validator(mode="after")(unless_recorded)


class RenyiPoint(Part):
    """The most that the Renyi divergence of an order comes to, by adding or removing one unit, or
    by replacing it, in either direction (Mironov 2017).
    """

    order: Annotated[float, Field(gt=1, le=10_000, allow_inf_nan=False)]
    epsilon: PositiveFinite


class GuaranteeCard(Part):
    """A differential privacy claim. A claim without mechanism, privacy unit and neighbouring
    relation says nothing that could be checked or composed, and is refused.

    ``noise`` is a standard deviation (gaussian), a scale (laplace) or a multiple of the clipping
    norm (dp-sgd); ``sensitivity`` is for the stated unit and relation, ``contributions`` the most
    records of one unit that count. ``epsilon`` and ``delta`` are of the whole, and so are ``rho``
    (zcdp) and ``renyi``, the epsilon at one Renyi order or at several that rise. ``adaptive`` is
    false where all was fixed before any output was seen, ``batch`` is "NAME/PLACE" in
    a declared plan, and ``partition`` is "NAME/PART" where only that part of the source was read.
    """

    variant: Literal["pure", "approximate", "zcdp", "renyi"]
    epsilon: PositiveFinite | None = None
    delta: Delta | None = None
    rho: PositiveFinite | None = None
    renyi: Annotated[tuple[RenyiPoint, ...], Field(min_length=1, max_length=200)] | None = None
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

    @_rule
    def _complete(self) -> Self:
        if self.variant == "pure" and (self.epsilon is None or self.delta):
            raise ValueError("a pure guarantee with epsilon, and delta absent or 0")
        if self.variant == "approximate" and (self.epsilon is None or not self.delta):
            raise ValueError("an approximate guarantee with epsilon and a delta above 0")
        if self.variant == "zcdp" and self.rho is None:
            raise ValueError("a zcdp guarantee with rho")
        if self.variant == "renyi" and not self.renyi and None in (self.epsilon, self.delta):
            example = "renyi: [{order: 8, epsilon: 0.5}]"
            raise ValueError(f"{example}, or at least the epsilon and delta it converts to")
        if self.mechanism == "dp-sgd" and self.rho is not None:
            raise ValueError("epsilon and delta for dp-sgd, and no rho: sampled steps have none")
        return self

    @_rule
    def _consistent(self) -> Self:
        if self.rho is None or self.epsilon is None or not self.delta:
            return self
        least = epsilon_of_zcdp(self.rho, self.delta)
        # A thousandth is left for accountants that minimise over another grid.
        if self.epsilon < least * 0.999:
            raise ValueError(f"an epsilon of at least {least:.4g}, which rho and delta come to")
        return self

    @_rule
    def _covers_its_mechanism(self) -> Self:
        if (guarantee := held(self._claim)) is None:
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

    @_rule
    def _has_one_epsilon(self) -> Self:
        """What a pure mechanism costs is its own epsilon, unless rho comes to it at the delta."""
        rho, epsilon, delta = self.rho, self.epsilon, self.delta
        if self.mechanism not in PURE or self.components or not (rho and epsilon and delta):
            return self
        textbook = rho + 2 * math.sqrt(rho * -math.log(delta))
        if epsilon > textbook * 1.001:
            raise ValueError(
                f"an epsilon of at most {textbook:.4g}, which rho and delta come to: "
                f"{self.mechanism} of epsilon {epsilon:g} has a rho of "
                f"{pure_rho(self.mechanism, epsilon):.4g}, and no delta"
            )
        return self

    @_rule
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

    @_rule
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

    @_rule
    def _has_its_renyi_loss(self) -> Self:
        if self.renyi and (expected := wanted(self._claim, read(self._claim).guarantee)):
            raise ValueError(expected)
        return self

    @_rule
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


class Uses(Part):
    """What the makers mean it for, and what they warn against."""

    intended: tuple[Line, ...] = ()
    out_of_scope: tuple[Line, ...] = ()


class People(Part):
    """Who answers for it."""

    owner: Line | None = None
    steward: Line | None = None
    dpo: Line | None = None
    contact: Line | None = None


class Legal(Part):
    """Legal basis and purpose (GDPR articles 6, 9 and 35)."""

    basis: Line | None = None
    purpose: Text | None = None
    personal_data_categories: tuple[Line, ...] = ()
    dpia_reference: Line | None = None
    dpia_outcome: Line | None = None


class DatasetCard(Part):
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


def recorded_card(text: str | bytes) -> DatasetCard:
    """A card as it was recorded, whatever claims are refused by now.

    Raises `IntegrityFailure` for what no version of this program can have written.
    """
    try:
        return DatasetCard.model_validate_json(text, context=RECORDED)
    except ValidationError as error:
        first = error.errors()[0]
        raise IntegrityFailure(
            f"a recorded card cannot be read: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            expected="a card as this program or an older version of it wrote it",
            todo="run `registry audit verify`, and the version of the program that wrote it",
        ) from error


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
