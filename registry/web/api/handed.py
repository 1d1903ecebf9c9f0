"""What a repeat says in place of a secret that was shown once."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Handed(TypedDict):
    """An answer with a secret that is shown once; ``why`` says in a repeat why it is not there."""

    why: NotRequired[str]


def shown_before(todo: str) -> Handed:
    """Why there is no secret, and what to do if nobody has it."""
    return {
        "why": "the first answer under this idempotency key showed it, and it is kept nowhere to "
        f"be shown again; if that answer was lost, {todo}"
    }
