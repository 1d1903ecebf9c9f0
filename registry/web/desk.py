"""What every request to the desk shares: the registry, the clock, and who may come in locally."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from registry.clock import Clock
from registry.errors import NotPermitted
from registry.settings import Proof
from registry.workflow.context import Context, Identity
from registry.workflow.identify import identify
from registry.workflow.people.secrets import NoSecrets, Secrets

SITTING_BYTES: Final = 32


@dataclass
class Sittings:
    """Who sits at the desk of a registry in local mode, where nobody can prove a name.

    The code that is printed when the server starts lets a browser in once; what it then claims is
    labelled unauthenticated wherever it is shown, as on the command line.
    """

    code: str = field(default_factory=lambda: secrets.token_urlsafe(SITTING_BYTES), repr=False)
    names: dict[str, str | None] = field(default_factory=dict, repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def opens(self, code: str) -> bool:
        """Whether ``code`` is the one that was printed, and was not used."""
        return bool(self.code) and secrets.compare_digest(code.encode(), self.code.encode())

    def enter(self, code: str) -> str | None:
        """The secret of a new sitting, if ``code`` is the one that was printed; it is then used."""
        with self._turn:
            if not self.opens(code):
                return None
            self.code = ""
        secret = secrets.token_urlsafe(SITTING_BYTES)
        self.names[secret] = None
        return secret


@dataclass(frozen=True)
class Desk:
    """The open registry behind the server; ``home`` acts for nobody."""

    home: Context
    sittings: Sittings | None

    @property
    def local(self) -> bool:
        """Whether names are claimed and not proven."""
        return self.home.settings.mode == "local"

    @property
    def clock(self) -> Clock:
        """The time of this registry."""
        return self.home.clock

    def acting(self, identity: Identity | None, given: Secrets | None = None) -> Context:
        """The registry as ``identity``, with the secrets that a form gave."""
        return replace(self.home, identity=identity, secrets=given or NoSecrets())

    def identified(self, proof: Proof, claimed: str | None = None) -> Identity | None:
        """Who shows ``proof``, or claims a name in local mode; raises `NotPermitted`."""
        settings = replace(self.home.settings, proof=proof, claimed=claimed)
        return identify(self.home.engine, settings, self.clock)

    def who(self, secret: str) -> Identity | None:
        """Whose session, or sitting in local mode, has this secret; raises `NotPermitted`."""
        if self.sittings is None:
            return self.identified(Proof(session=secret))
        if secret not in self.sittings.names:
            raise NotPermitted(
                "the sitting is unknown", todo="start the server again for a new link"
            )
        name = self.sittings.names[secret]
        return self.identified(Proof(), claimed=name) if name else None


@dataclass(frozen=True)
class Given:
    """Secrets from a form, for the one request that carried them."""

    fields: Mapping[str, str] = field(repr=False)

    def password(self) -> str:
        """The password that was typed."""
        return self.fields.get("password", "")

    def code(self) -> str:
        """The one-time code that was typed."""
        return self.fields.get("code", "")

    def passphrase(self) -> str:
        """The passphrase of the signing key that was typed."""
        return self.fields.get("passphrase", "")
