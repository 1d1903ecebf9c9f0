"""What a withdrawal brought to a stop."""

from __future__ import annotations

from typing_extensions import TypedDict

from registry.workflow.recalls.deliver import Delivered
from registry.workflow.stopping import Withdrawn


class Recalled(TypedDict):
    """A recall as it was issued; ``cause`` is why it could not be delivered.

    The notice itself stays on the server: it holds the code that acknowledges it.
    """

    recall: str
    release: str
    recipient: str
    delivery: str
    contact: str | None
    cause: str | None


class Stopped(TypedDict):
    """All that ended with a source or a version."""

    name: str
    versions: list[str]
    requests: list[str]
    recalls: list[Recalled]


def stopped(found: Withdrawn) -> Stopped:
    """The same, of what the workflow did."""
    return {
        "name": found.name,
        "versions": list(found.versions),
        "requests": list(found.requests),
        "recalls": [recalled(one) for one in found.recalls],
    }


def recalled(found: Delivered) -> Recalled:
    """A recall without the place of its notice."""
    return {
        "recall": found.recall,
        "release": found.release,
        "recipient": found.recipient,
        "delivery": found.delivery,
        "contact": found.contact,
        "cause": found.cause,
    }
