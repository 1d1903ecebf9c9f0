"""A bundle under examination: its parts read, and the events that tell of them found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from registry.bundle.entries import read_entry
from registry.bundle.read import Opened
from registry.bundle.record import Person, Record
from registry.bundle.strict import Refused, canonical_json
from registry.bundle.told import Event, Log, read_event
from registry.card import DatasetCard, recorded_card
from registry.ledger.entry import Entry
from registry.log.canonical import digest_bytes
from registry.policy.engine import Decision
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy, load_policy

V = TypeVar("V")


@dataclass(frozen=True)
class Held:
    """What the auditor holds beside the bundle: digest of the data file, and an anchor's bytes."""

    sha256: str | None = None
    anchor: bytes | None = None
    trusted: bool = False


class Carried(dict[str, V]):
    """Parts of the bundle by digest; asking for one that is not there says so, by ``cause``."""

    def __init__(self, parts: Mapping[str, V], noun: str, cause: str) -> None:
        super().__init__(parts)
        self.noun, self.cause = noun, cause

    def __missing__(self, digest: str) -> V:
        raise Refused(self.cause, f"the {self.noun} {digest} is not in the bundle")


class Stated(NamedTuple):
    """A signed text, what it says, and the event that tells of it."""

    text: str
    said: Mapping[str, Any]
    event: Event | None


@dataclass(frozen=True)
class Case:
    """One bundle, and what it is held against. Events are found by what they tell, never by what
    the record says of them.
    """

    opened: Opened
    held: Held
    log: Log
    decisions: dict[int, Decision] = field(default_factory=dict)

    @property
    def record(self) -> Record:
        """What the bundle carries."""
        return self.opened.record

    @property
    def label(self) -> str:
        """``name@version``."""
        return self.record.about.dataset

    @property
    def request(self) -> str:
        """``R-17``."""
        return self.record.about.request

    @cached_property
    def registered(self) -> Event | None:
        """The event that registered the version."""
        return next((one for one in self.log.of("dataset.registered") if self._ours(one)), None)

    @cached_property
    def card_event(self) -> Event | None:
        """The event that tells of the card the request was decided on."""
        last = self.submitted.seq if self.submitted else None
        found = self.about_version("dataset.registered", "dataset.amended")
        return next((one for one in reversed([*found]) if last is None or one.seq < last), None)

    @cached_property
    def submitted(self) -> Event | None:
        """The event that put the request forward."""
        return next(self.about_request("request.submitted"), None)

    @cached_property
    def approved(self) -> Event | None:
        """The event that found the quorum complete, unless a retraction reopened the request."""
        last = self.granted.seq if self.granted else None
        found = self.about_request("request.approved", "request.reopened")
        ends = [one for one in found if last is None or one.seq < last]
        return ends[-1] if ends and ends[-1].fact == "request.approved" else None

    @cached_property
    def granted(self) -> Event | None:
        """The event of the release."""
        return next(self.about_request("release.granted"), None)

    @cached_property
    def signed(self) -> tuple[Event, ...]:
        """The approvals that nobody took back, up to the one that completed the quorum."""
        last = self.approved or self.granted
        found = self.about_request("request.signed")
        return tuple(
            one
            for one in found
            if one.details.get("meaning") == "approve"
            and (last is None or one.seq < last.seq)
            and one.seq not in self.retracted
        )

    @cached_property
    def retracted(self) -> frozenset[int]:
        """The places of signatures that were taken back before the release."""
        last = self.granted.seq if self.granted else None
        found = self.about_request("signoff.retracted")
        return frozenset(one.details["retracts"] for one in found if last is None or one.seq < last)

    @cached_property
    def moments(self) -> tuple[Event, ...]:
        """The events at which the policies decided: submission, every signature, the release."""
        ends = (self.submitted, *self.signed, self.granted)
        return tuple(one for one in ends if one is not None)

    def about_request(self, *facts: str) -> Iterator[Event]:
        """Events of these facts about the request."""
        return (one for one in self.log.of(*facts) if one.request == self.request)

    def about_version(self, *facts: str) -> Iterator[Event]:
        """Events of these facts about the version."""
        return (one for one in self.log.of(*facts) if self._ours(one))

    def over(self, fact: str, before: int, after: int = 0, **names: str) -> bool:
        """Whether something was ended before a place in the log, under any of these names.

        A label is what the record calls it and nothing in the log binds; a digest is what it is.
        """
        return any(
            event.details.get(key) == value
            for event in self.log.of(fact)
            if after < event.seq < before
            for key, value in names.items()
        )

    def _ours(self, event: Event) -> bool:
        return event.dataset == self.label

    @cached_property
    def card_text(self) -> str:
        """The card that has the digest which the record names."""
        return self.cards[self.record.dataset.card]

    @cached_property
    def cards(self) -> Mapping[str, str]:
        """Every card that the version had, by digest."""
        cards = {digest_text(text): text for text in self.record.cards}
        return Carried(cards, "card", "card-differs")

    @cached_property
    def card(self) -> DatasetCard:
        """The card the request was decided on."""
        return recorded_card(self.card_text)

    @cached_property
    def makers(self) -> frozenset[str]:
        """Who made the version, by any card it ever had."""
        read = (recorded_card(text) for text in self.record.cards)
        return frozenset(one.generator.made_by for one in read if one.generator.made_by)

    @cached_property
    def decision(self) -> Mapping[str, Any]:
        """The decision as it was recorded."""
        return _object(self.record.decision)

    @cached_property
    def evaluations(self) -> Mapping[str, Mapping[str, Any]]:
        """The facts of every evaluation, by their digest."""
        runs = {digest_text(text): _object(text) for text in self.record.evaluations}
        return Carried(runs, "evaluation", "evidence-missing")

    @cached_property
    def metrics(self) -> dict[str, KnownMetric]:
        """What rules may read, as the bundle says."""
        return {
            one.id: KnownMetric(one.id, one.scope, one.sampled, one.kinds, one.places)
            for one in self.record.catalogue
        }

    @cached_property
    def library(self) -> Mapping[str, Policy]:
        """Every policy of the bundle, read anew from its text, by digest."""
        texts = self.record.policies
        read = (load_policy(one.source.encode(), one.file, self.metrics) for one in texts)
        return Carried({one.digest: one for one in read}, "policy", "policy-missing")

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """The people of the bundle, by pseudonym."""
        return {one.pseudonym: one for one in self.record.people}

    @cached_property
    def signoffs(self) -> Mapping[str, Mapping[str, Any]]:
        """What was signed, by the digest of its text."""
        return {digest_text(one): _object(one) for one in self.record.signoffs}

    @cached_property
    def waivers(self) -> Mapping[str, Stated]:
        """Waivers by their label."""
        return {
            one.id: self._stated(one.statement, "waiver.granted") for one in self.record.waivers
        }

    @cached_property
    def deputies(self) -> Mapping[str, Stated]:
        """Namings of deputies by their label."""
        return {one.id: self._stated(one.statement, "deputy.named") for one in self.record.deputies}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The ledger of the source, as the bundle carries it; nothing in version 1."""
        ledger = self.record.ledger
        return tuple(read_entry(one) for one in ledger.entries) if ledger else ()

    @cached_property
    def claims(self) -> Mapping[str, Mapping[str, Any] | None]:
        """The guarantee of every card that the version had, by the digest of the card."""
        found = {key: _object(text).get("guarantee") for key, text in self.cards.items()}
        return Carried(found, "card", "card-differs")

    def _stated(self, text: str, fact: str) -> Stated:
        return Stated(text, _object(text), self.log.first(fact, statement=digest_text(text)))


def case_of(opened: Opened, held: Held) -> Case:
    """The case of a bundle. Raises ``Refused`` where an event cannot be read."""
    events = (read_event(one.body, one.proof) for one in opened.record.events)
    return Case(opened, held, Log(tuple(events)))


def digest_text(text: str) -> str:
    """``sha256:<hex>`` of a text's bytes."""
    return digest_bytes(text.encode())


def _object(text: str) -> Mapping[str, Any]:
    found = canonical_json(text.encode(), "a text of the record")
    if not isinstance(found, dict):
        raise ValueError("a text of the record is no object")
    return found
