"""The state of a dataset version, from the facts of the log alone: nothing here reads a record.

What the log says up to a moment is what was known then, so the state as of any day is the same fold
over fewer facts. Labels of waivers stand in the records only, and are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from registry.workflow.auditing.fact import Fact

_VERSION: Final = {
    "dataset.registered": "registered",
    "dataset.evaluated": "evaluated",
    "dataset.withdrawn": "withdrawn",
}
_SOURCE: Final = {
    "source.added": "draft",
    "source.confirmed": "confirmed",
    "source.withdrawn": "withdrawn",
}
_REQUEST: Final = {
    "request.submitted": "submitted",
    "request.reopened": "submitted",
    "request.approved": "approved",
    "request.rejected": "rejected",
    "request.returned": "returned",
    "request.voided": "voided",
    "request.lapsed": "lapsed",
    "request.withdrawn": "withdrawn",
    "release.granted": "released",
}
_RELEASE: Final = {"release.revoked": "revoked", "release.superseded": "superseded"}
_SIGNED: Final = ("request.signed", "request.rejected", "request.returned", "signoff.retracted")


@dataclass(frozen=True)
class Signed:
    """A signature on a request."""

    seq: int
    at: str
    by: str
    role: str | None
    meaning: str | None
    statement: str | None


@dataclass(frozen=True)
class RequestThen:
    """A request as it stood."""

    state: str
    use: str | None
    audience: str | None
    jurisdiction: str | None
    decision: str | None
    submitted_by: str
    submitted_at: str
    approved_at: str | None = None
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True)
class ReleaseThen:
    """A release as it stood; whether its day has passed is for the reader to say."""

    state: str
    recipient: str | None
    use: str | None
    agreement: str | None
    expires: str | None
    file: str | None
    by: str
    at: str
    ended_at: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class WaiverThen:
    """A waiver as it stood."""

    policy: str | None
    rule: str | None
    until: str | None
    by: str
    at: str
    ended_at: str | None = None


@dataclass
class Standing:
    """Everything that the log says of one version. Requests and their releases go by ``R-17``."""

    label: str
    state: str | None = None
    source: str | None = None
    source_state: str | None = None
    classification: str | None = None
    file: str | None = None
    content: str | None = None
    card: str | None = None
    registered_by: str | None = None
    registered_at: str | None = None
    withdrawn_at: str | None = None
    evaluations: dict[str, bool] = field(default_factory=dict)
    requests: dict[str, RequestThen] = field(default_factory=dict)
    releases: dict[str, ReleaseThen] = field(default_factory=dict)
    waivers: dict[str, WaiverThen] = field(default_factory=dict)
    refused: int = 0
    last: int = 0


def fold(label: str, facts: Iterable[Fact], waivers: Mapping[int, str]) -> Standing:
    """What ``facts``, in the order of the log, say of the version ``label``.

    ``waivers`` gives the label of a waiver by the number of the event that granted it.
    """
    found, sources = Standing(label), _Sources()
    for one in facts:
        sources.take(one)
        if one.dataset == label:
            found.last = one.seq
            _take(found, one, waivers)
        elif one.fact == "waiver.ended":
            _end_waiver(found, one)
        elif one.fact == "attempt.refused" and one.request in found.requests:
            found.last, found.refused = one.seq, found.refused + 1
    sources.onto(found)
    return found


class _Sources:
    """Sources as they stand; which of them is the version's shows only once it is registered."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._classes: dict[str, str] = {}

    def take(self, one: Fact) -> None:
        name = one.details.get("source")
        if one.fact in _SOURCE and isinstance(name, str):
            self._states[name] = _SOURCE[one.fact]
            if "classification" in one.details:
                self._classes[name] = str(one.details["classification"])

    def onto(self, found: Standing) -> None:
        if found.source is not None:
            found.source_state = self._states.get(found.source)
            found.classification = self._classes.get(found.source)


def _take(found: Standing, one: Fact, waivers: Mapping[int, str]) -> None:
    if one.fact in _VERSION:
        _version(found, one)
    elif one.fact == "dataset.amended":
        found.card = one.details.get("card", found.card)
    elif one.fact == "attempt.refused":
        found.refused += 1
    elif one.fact == "waiver.granted":
        _grant_waiver(found, one, waivers.get(one.seq, f"event {one.seq}"))
    elif one.request is not None:
        _request(found, one, one.request)


def _version(found: Standing, one: Fact) -> None:
    state, get = _VERSION[one.fact], one.details.get
    if state == "registered":
        found.source, found.file, found.content = get("source"), get("file"), get("content")
        found.card = get("card")
        found.registered_by, found.registered_at = one.actor, one.at
    if state == "evaluated":
        found.evaluations[str(get("evaluation"))] = bool(get("admissible"))
    if state == "withdrawn":
        found.withdrawn_at = one.at
    if found.state != "withdrawn":
        found.state = state


def _request(found: Standing, one: Fact, label: str) -> None:
    if one.fact == "request.submitted":
        found.requests[label] = _submitted(one)
    before = found.requests.get(label)
    if before is None:
        return
    if one.fact in _SIGNED:
        before = replace(before, signed=(*before.signed, _signed(one)))
    if one.fact in _REQUEST:
        before = replace(before, state=_REQUEST[one.fact])
    if one.fact in ("request.approved", "request.reopened"):
        approved = one.at if one.fact == "request.approved" else None
        before = replace(before, approved_at=approved)
    found.requests[label] = before
    _release(found, one, label)


def _submitted(one: Fact) -> RequestThen:
    get = one.details.get
    return RequestThen(
        "submitted",
        get("use"),
        get("audience"),
        get("jurisdiction"),
        get("decision"),
        one.actor,
        one.at,
    )


def _signed(one: Fact) -> Signed:
    get = one.details.get
    return Signed(one.seq, one.at, one.actor, get("role"), get("meaning"), get("statement"))


def _release(found: Standing, one: Fact, label: str) -> None:
    get = one.details.get
    if one.fact == "release.granted":
        found.releases[label] = ReleaseThen(
            "in-force",
            get("recipient"),
            get("use"),
            get("agreement"),
            get("expires"),
            get("file"),
            one.actor,
            one.at,
        )
    elif one.fact in _RELEASE and label in found.releases:
        ended = _RELEASE[one.fact]
        why = get("reason") or get("by")
        found.releases[label] = replace(
            found.releases[label], state=ended, ended_at=one.at, reason=why
        )


def _grant_waiver(found: Standing, one: Fact, label: str) -> None:
    get = one.details.get
    found.waivers[label] = WaiverThen(get("policy"), get("rule"), get("until"), one.actor, one.at)


def _end_waiver(found: Standing, one: Fact) -> None:
    label = str(one.details.get("waiver"))
    if label in found.waivers:
        found.waivers[label] = replace(found.waivers[label], ended_at=one.at)
