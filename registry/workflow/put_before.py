"""What is put before a signer as one text with a digest, and what changed since it was shown."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import InvalidInput
from registry.log.canonical import canonical, digest_bytes
from registry.store.database import reading
from registry.workflow.changed import decide_again
from registry.workflow.context import Context
from registry.workflow.find import request_labelled, version_of
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
        request = request_labelled(session, label)
        found = version_of(session, request)
        decision = decide_again(context, session, found, request)
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
