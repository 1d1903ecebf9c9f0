"""What a bundle carries, versions 1 and 2: the shape of its record, and nothing about its truth.

Whatever is hashed or signed somewhere is text, and the UTF-8 bytes of that text are what was
hashed: nothing is written anew to be checked. The record holds no fractions, so that its
canonical form needs none of the rules for writing them.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=1_000_000)]
Line = Annotated[str, Field(min_length=1, max_length=1_000)]
Text = Annotated[str, Field(min_length=1)]
Proof = Annotated[tuple[Hash, ...], Field(max_length=128)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class About(_Part):
    """What the bundle is about, by the names people use; ``release`` is None before one is."""

    dataset: Line
    request: Line
    release: Annotated[str, Field(pattern=r"^REL-[1-9][0-9]{0,8}$")] | None


class DataFile(_Part):
    """The version's digests (file bytes, typed content, the card decided on) and its row count."""

    file: Digest
    content: Digest
    card: Digest
    rows: Annotated[int, Field(ge=0)]


class Column(_Part):
    """One committed column of the source."""

    name: Line
    kind: Line


class SourceFacts(_Part):
    """The committed schema of the real source, in its order."""

    name: Line
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=100_000)]


class Metric(_Part):
    """What a rule must know of a metric; see ``registry.policy.known.KnownMetric``."""

    id: Line
    definition: Annotated[int, Field(ge=1)]
    scope: Annotated[str, Field(max_length=100)]
    sampled: bool
    kinds: tuple[Line, ...]
    places: tuple[tuple[Line, ...], ...]


class PolicyText(_Part):
    """A published policy: the bytes of its file as text, and what they say as canonical JSON."""

    file: Line
    source: Text
    normalised: Text


class NamedStatement(_Part):
    """A waiver or the naming of a deputy by its label, with the exact text that was signed."""

    id: Line
    statement: Text


class Person(_Part):
    """The name behind a pseudonym, with the salt that ties the one to the other."""

    name: Line
    salt: Annotated[str, Field(max_length=200)]
    pseudonym: Line


class PublicKey(_Part):
    """A personal key: 32 bytes of Ed25519 in base64, and its id."""

    id: Line
    public: Base64


class NamedAgreement(_Part):
    """The label of a recorded agreement, and the digest of its document."""

    id: Line
    digest: Digest


class LoggedEvent(_Part):
    """An event as it lies in the log, and its inclusion proof (lower-case hex, nearest first)."""

    body: Text
    proof: Proof


class Anchor(_Part):
    """A checkpoint that lies outside, its time stamp where it has one, and the proof that the
    bundle's checkpoint continues it.
    """

    kind: Literal["file", "git", "rfc3161"]
    place: Annotated[str, Field(max_length=1_000)]
    note: Text
    token: Base64 | None
    consistency: Proof


class SignedBudget(_Part):
    """A budget by its label: the exact texts of who declared it and of who signed it."""

    id: Line
    declaration: Text
    signature: Text


class Ledger(_Part):
    """Every entry of the source's ledger in order, and the signed budgets it is held against."""

    entries: Annotated[tuple[Text, ...], Field(max_length=1_000_000)]
    budgets: Annotated[tuple[SignedBudget, ...], Field(max_length=10_000)]


ONCE: Final = {
    **dict.fromkeys(("cards", "evaluations", "signoffs"), ""),
    **dict.fromkeys(("catalogue", "waivers", "deputies", "keys", "agreements"), "id"),
    "policies": "source",
    "people": "pseudonym",
}
"""What stands once in each list: the text itself, or what it is told by."""


class Record(_Part):
    """Everything; ``ledger`` is what version 2 has and version 1 has not."""

    format: Literal["registry-bundle/1", "registry-bundle/2"]
    about: About
    dataset: DataFile
    cards: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10_000)]
    source: SourceFacts
    catalogue: Annotated[tuple[Metric, ...], Field(max_length=10_000)]
    policies: Annotated[tuple[PolicyText, ...], Field(min_length=1, max_length=10_000)]
    evaluations: Annotated[tuple[Text, ...], Field(max_length=10_000)]
    decision: Text
    signoffs: Annotated[tuple[Text, ...], Field(max_length=10_000)]
    waivers: Annotated[tuple[NamedStatement, ...], Field(max_length=10_000)]
    deputies: Annotated[tuple[NamedStatement, ...], Field(max_length=10_000)]
    people: Annotated[tuple[Person, ...], Field(max_length=10_000)]
    keys: Annotated[tuple[PublicKey, ...], Field(max_length=10_000)]
    agreements: Annotated[tuple[NamedAgreement, ...], Field(max_length=1_000)]
    events: Annotated[tuple[LoggedEvent, ...], Field(min_length=1, max_length=100_000)]
    checkpoint: Text
    anchors: Annotated[tuple[Anchor, ...], Field(max_length=1_000)]
    ledger: Ledger | None = None

    @model_validator(mode="after")
    def _holds_a_ledger_in_version_2(self) -> Self:
        stated = "ledger" in self.model_fields_set
        if stated != (self.format == "registry-bundle/2") or stated != (self.ledger is not None):
            raise ValueError("a ledger in version 2, and none in version 1")
        labels = [one.id for one in self.ledger.budgets] if self.ledger else []
        if len(set(labels)) != len(labels):
            raise ValueError("each budget once")
        return self

    @model_validator(mode="after")
    def _holds_each_once(self) -> Self:
        for name, key in ONCE.items():
            items = getattr(self, name)
            keys = [getattr(one, key) if key else one for one in items]
            if len(set(keys)) != len(keys):
                raise ValueError(f"each of {name} once")
        return self
