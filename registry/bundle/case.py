"""A bundle under examination: its parts read, and the events that tell of them found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.bundle.read import Opened
from registry.bundle.record import Person, Record, SignedStatement, WaiverStatement
from registry.bundle.strict import plain_json
from registry.bundle.told import Event, Log, read_event
from registry.card import DatasetCard
from registry.log.canonical import digest_bytes
from registry.policy.known import KnownMetric
from registry.policy.loader import Policy, load_policy


@dataclass(frozen=True)
class Held:
    """What the auditor holds beside the bundle: digest of the data file, and an anchor's bytes."""

    sha256: str | None = None
    anchor: bytes | None = None
    trusted: bool = False


@dataclass(frozen=True)
class Case:
    """One bundle, and what it is held against. Events are found by what they tell, never by what
    the record says of them.
    """

    opened: Opened
    held: Held
    log: Log

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
        return self.registered

    @cached_property
    def submitted(self) -> Event | None:
        """The event that put the request forward."""
        return next(self.about_request("request.submitted"), None)

    @cached_property
    def approved(self) -> Event | None:
        """The event that found the quorum complete."""
        return next(self.about_request("request.approved"), None)

    @cached_property
    def granted(self) -> Event | None:
        """The event of the release."""
        return next(self.about_request("release.granted"), None)

    @cached_property
    def signed(self) -> tuple[Event, ...]:
        """The approvals, in their order, up to the one that completed the quorum."""
        last = self.approved.seq if self.approved else None
        found = self.about_request("request.signed")
        return tuple(one for one in found if last is None or one.seq < last)

    @cached_property
    def moments(self) -> tuple[Event, ...]:
        """The events at which the policies decided: submission, every signature, the release."""
        ends = (self.submitted, *self.signed, self.granted)
        return tuple(one for one in ends if one is not None)

    def about_request(self, *facts: str) -> Iterable[Event]:
        """Events of these facts about the request."""
        return (one for one in self.log.of(*facts) if one.request == self.request)

    def about_version(self, *facts: str) -> Iterable[Event]:
        """Events of these facts about the version."""
        return (one for one in self.log.of(*facts) if self._ours(one))

    def _ours(self, event: Event) -> bool:
        return event.dataset == self.label

    @cached_property
    def card(self) -> DatasetCard:
        """The card."""
        return DatasetCard.model_validate_json(self.record.card)

    @cached_property
    def decision(self) -> Mapping[str, Any]:
        """The decision as it was recorded."""
        return _object(self.record.decision)

    @cached_property
    def evaluations(self) -> Mapping[str, Mapping[str, Any]]:
        """The facts of every evaluation, by their digest."""
        return {digest_text(text): _object(text) for text in self.record.evaluations}

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
        return {one.digest: one for one in read}

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """The people of the bundle, by pseudonym."""
        return {one.pseudonym: one for one in self.record.people}

    @cached_property
    def signoffs(self) -> Mapping[str, tuple[SignedStatement, Mapping[str, Any]]]:
        """Signed statements and what they say, by digest."""
        return {
            digest_text(one.statement): (one, _object(one.statement))
            for one in self.record.signoffs
        }

    @cached_property
    def waivers(self) -> Mapping[str, tuple[WaiverStatement, Mapping[str, Any], Event | None]]:
        """Waivers by name: the statement, what it says, and the event that granted it."""
        return {
            one.id: (
                one,
                _object(one.statement),
                self.log.first("waiver.granted", statement=digest_text(one.statement)),
            )
            for one in self.record.waivers
        }


def case_of(opened: Opened, held: Held) -> Case:
    """The case of a bundle. Raises ``Refused`` where an event cannot be read."""
    events = (read_event(one.body, one.proof) for one in opened.record.events)
    return Case(opened, held, Log(tuple(events)))


def digest_text(text: str) -> str:
    """``sha256:<hex>`` of a text's bytes."""
    return digest_bytes(text.encode())


def _object(text: str) -> Mapping[str, Any]:
    found = plain_json(text.encode(), "a text of the record")
    if not isinstance(found, dict):
        raise ValueError("a text of the record is no object")
    return found
