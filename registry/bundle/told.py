"""What the log tells: events as they are read from their logged text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from registry.bundle.strict import Refused, canonical_json
from registry.clock import moment
from registry.log.merkle import leaf_hash


@dataclass(frozen=True)
class Event:
    """One fact, at its place in the log."""

    seq: int
    at: str
    actor: str
    authentication: str
    fact: str
    dataset: str | None
    request: str | None
    previous: str
    details: Mapping[str, Any]
    body: str
    proof: tuple[bytes, ...]

    @cached_property
    def time(self) -> datetime:
        """When it was recorded."""
        return moment(self.at)

    @cached_property
    def leaf(self) -> str:
        """The leaf hash, hexadecimal, which the next event names."""
        return leaf_hash(self.body.encode()).hex()


def read_event(body: str, proof: Sequence[str]) -> Event:
    """An event from its text. Raises ``Refused``."""
    found = canonical_json(body.encode(), "an event")
    try:
        return Event(
            seq=_typed(found["seq"], int),
            at=_typed(found["at"], str),
            actor=_typed(found["actor"], str),
            authentication=_typed(found["authentication"], str),
            fact=_typed(found["fact"], str),
            dataset=_named(found["dataset"]),
            request=_named(found["request"]),
            previous=_typed(found["previous"], str),
            details=_typed(found["details"], dict),
            body=body,
            proof=tuple(bytes.fromhex(one) for one in proof),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("malformed", f"an event lacks a field or has another kind: {error}") from None


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _named(value: Any) -> str | None:
    return None if value is None else str(_typed(value, str))


@dataclass(frozen=True)
class Log:
    """The bundled events in their order."""

    events: tuple[Event, ...]

    def of(self, *facts: str, **details: object) -> Iterator[Event]:
        """Events of these facts whose details have these values."""
        for event in self.events:
            if event.fact in facts and all(
                event.details.get(key) == value for key, value in details.items()
            ):
                yield event

    def first(self, *facts: str, **details: object) -> Event | None:
        """The first such event."""
        return next(self.of(*facts, **details), None)
