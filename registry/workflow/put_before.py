"""What is put before a signer as one text with a digest, and what changed since it was shown."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from registry.errors import InvalidInput
from registry.log.canonical import canonical, digest_bytes
from registry.policy.loader import Policy
from registry.store.database import reading
from registry.workflow.changed import wanted_by
from registry.workflow.context import Context
from registry.workflow.find import request_labelled, version_of
from registry.workflow.gate import decide_now, effective_policies
from registry.workflow.statement import under_review


@dataclass(frozen=True)
class Before:
    """The canonical JSON of everything that signatures on a request have in common."""

    text: str
    digest: str

    @property
    def said(self) -> dict[str, Any]:
        """The same as values."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Difference:
    """One fact that was shown otherwise; None where it was not there."""

    fact: str
    shown: str | None
    now: str | None


def put_before(context: Context, label: str) -> Before:
    """What a signature on R-17 would cover now, whatever signatures before it covered."""
    with reading(context.engine) as session:
        return _before(context, session, label, effective_policies(session))


def put_before_each(context: Context, labels: Iterable[str]) -> list[Before]:
    """The same of several, with the policies read once."""
    with reading(context.engine) as session:
        policies = effective_policies(session)
        return [_before(context, session, label, policies) for label in labels]


def _before(context: Context, session: Session, label: str, policies: Sequence[Policy]) -> Before:
    request = request_labelled(session, label)
    found = version_of(session, request)
    decision = decide_now(context, session, found, wanted_by(request), policies)
    body = canonical(under_review(session, found, request, decision))
    return Before(body.decode(), digest_bytes(body))


def differences(before: str, digest: str, now: Before) -> list[Difference]:
    """What differs between a text that was shown, known by its digest, and what is there now.

    Raises `InvalidInput` where the text is not the one of the digest.
    """
    if digest_bytes(before.encode()) != digest:
        raise InvalidInput("what was shown is not what its digest says", todo="open it again")
    was, here = dict(_facts("", json.loads(before))), dict(_facts("", now.said))
    names = sorted(was.keys() | here.keys())
    return [
        Difference(name, was.get(name), here.get(name))
        for name in names
        if was.get(name) != here.get(name)
    ]


def _facts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Every value with its path; a policy by its id, and not by its place in a list."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _facts(f"{name} {key}".strip(), one)
    elif isinstance(value, list):
        for place, one in enumerate(value, 1):
            named = isinstance(one, Mapping) and "id" in one
            yield from _facts(f"{name} {one['id'] if named else place}", one)
    else:
        yield name, "none" if value is None else str(value)
