"""What the audit report may say of a period. Times are UTC in ISO 8601, days are inclusive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventFacts:
    """One event of the log, in words: ``what`` happened, ``about`` which thing, and on which
    ``grounds`` as they were given.
    """

    seq: int
    at: str
    who: str
    what: str
    about: str
    grounds: str


@dataclass(frozen=True)
class GrantFacts:
    """A release that was granted in the period, as it stood at its end; ``signed`` is who approved
    it in which role, ``policies`` what decided, ``decision`` the digest of that.
    """

    release: str
    dataset: str
    recipient: str
    use: str
    state: str
    at: str
    by: str
    expires: str
    agreement: str | None
    request: str
    decision: str
    policies: tuple[str, ...]
    signed: tuple[str, ...]


@dataclass(frozen=True)
class RefusalFacts:
    """An attempt that was denied, undecided, forbidden or failed, and what came of it later."""

    seq: int
    at: str
    who: str
    action: str
    about: str
    outcome: str
    why: str
    then: str


@dataclass(frozen=True)
class WaivedFacts:
    """A waiver that was granted in the period, or counted in it; ``kept`` says whether the signed
    statement still has the digest that the log names.
    """

    label: str
    dataset: str
    rule: str
    by: str
    at: str
    until: str
    state: str
    reason: str
    control: str
    owner: str
    kept: str


@dataclass(frozen=True)
class SignedFacts:
    """A signature on a request, refusals and retractions included."""

    seq: int
    at: str
    who: str
    role: str
    meaning: str
    about: str
    policies: tuple[str, ...]
    reason: str | None
    authentication: str
    kept: str


@dataclass(frozen=True)
class EndFacts:
    """The log at one end of the period: how many events it had, the last checkpoint that was
    signed until then and the last anchor that was put outside, None where there was none.
    """

    at: str
    events: int
    checkpoint: str | None
    anchor: str | None


@dataclass(frozen=True)
class TrailFacts:
    """Whether the whole trail verifies now: "intact", "broken" or "not checked", and why.

    ``unanchored`` of the period's ``events`` are after the newest anchor; ``exposure`` says how it
    stands today.
    """

    verdict: str
    why: tuple[str, ...]
    first: EndFacts
    last: EndFacts
    events: int
    unanchored: int
    exposure: str


@dataclass(frozen=True)
class PeriodFacts:
    """All of it, in the order of the log; ``counted`` is every fact of the period by its name."""

    since: str
    until: str
    over: bool
    trail: TrailFacts
    counted: tuple[tuple[str, int], ...]
    granted: tuple[GrantFacts, ...]
    denied: tuple[RefusalFacts, ...]
    refused: tuple[RefusalFacts, ...]
    waived: tuple[WaivedFacts, ...]
    signed: tuple[SignedFacts, ...]
    ended: tuple[EventFacts, ...]
    policies: tuple[EventFacts, ...]
    people: tuple[EventFacts, ...]
    terms: tuple[EventFacts, ...]
    clock: tuple[EventFacts, ...]
    upkeep: tuple[EventFacts, ...]
    local_mode: bool
    printed_at: str
