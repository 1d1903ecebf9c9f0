"""Who calls: a person with a session, or a service with a token; and what they bring along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from registry.web.api.words import require_text
from registry.web.desk import Given
from registry.web.forms import require_same_site, require_seal
from registry.web.visitor import Person, Visitor
from registry.workflow.context import Context


class Body(BaseModel):
    """What is posted: nothing unknown, so that a misspelt field is no silent default."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return require_text(value)


class Secrets(Body):
    """What a person signs with, where the registry is signed in; used for this call and not kept.

    A token has neither.
    """

    passphrase: str = Field("", description="Of the signing key.", repr=False)
    code: str = Field("", description="A one-time code that was not used yet.", repr=False)


@dataclass(frozen=True)
class Caller:
    """Somebody who changes something, once under ``key``."""

    visitor: Visitor
    key: str | None = None

    @property
    def context(self) -> Context:
        """The registry as this caller."""
        return replace(self.visitor.context, key=self.key)

    def signing(self, given: Secrets) -> Context:
        """The same, with what the caller signs with."""
        return replace(self.visitor.giving(Given(given.model_dump())), key=self.key)


Seal = Annotated[
    str,
    Header(
        alias="X-Registry-Seal",
        description="With a session: the seal that GET /session gives. A token needs none.",
    ),
]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Do it once: a repeat under the same key returns the first result, but for a "
        "secret, which is shown in the first answer alone.",
    ),
]


def changing(request: Request, visitor: Person, seal: Seal = "") -> Caller:
    """A caller whose session could not be ridden by another site (a cookie is sent unasked)."""
    if not visitor.bearer:
        require_same_site(request)
        require_seal(visitor, seal)
    return Caller(visitor)


Changer = Annotated[Caller, Depends(changing)]


def changing_once(caller: Changer, key: Once = None) -> Caller:
    """The same, for a call that heeds an idempotency key."""
    return replace(caller, key=key)


OnceChanger = Annotated[Caller, Depends(changing_once)]
