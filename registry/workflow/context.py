"""What every use case is handed: the settings, the database, the clock, and who is acting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlmodel import Session

from registry.clock import Clock, stamp, system_clock
from registry.errors import RegistryError
from registry.log.chain import StoredEvent
from registry.records import DatasetVersion, Role, Storage
from registry.settings import Settings
from registry.store import database, events, migrations
from registry.workflow.people.sealing import LOW_MEMORY, Cost
from registry.workflow.people.secrets import NoSecrets, Secrets

if TYPE_CHECKING:
    from registry.workflow.keyed import Call

UNIDENTIFIED = "unidentified"
"""The actor of an event where nobody was named."""


@dataclass(frozen=True)
class Identity:
    """Who is acting, and how they proved it (``authentication`` is printed on every sign-off)."""

    account_id: int
    name: str
    pseudonym: str
    roles: frozenset[Role]
    authentication: str
    scopes: frozenset[str] | None = None
    """What a service's token is good for; None for a person."""
    session: OpenSession | None = field(default=None, repr=False, compare=False)
    unlocked: UnlockedKey | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class OpenSession:
    """A person's sign-in: the row it is, and the secret that proves it."""

    id: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class UnlockedKey:
    """A signing key that its owner has just unsealed, for the one command that asked for it.

    ``code`` is the one-time code that was given with it, where one was needed.
    """

    key_id: str
    seed: bytes = field(repr=False)
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Context:
    """The surroundings of one command: with a ``key`` it is done once, however often it is run."""

    settings: Settings
    engine: Engine
    clock: Clock
    identity: Identity | None
    secrets: Secrets = field(default_factory=NoSecrets)
    cost: Cost = LOW_MEMORY
    """What it costs to try a password."""
    key: str | None = None
    call: Call | None = None

    @property
    def actor(self) -> str:
        """Who acts, as the log names them."""
        return self.identity.pseudonym if self.identity else UNIDENTIFIED

    def now(self) -> str:
        """The time as it is stored."""
        return stamp(self.clock())

    def file_of(self, version: DatasetVersion) -> Path:
        """Where a version's file is: in this registry's store, or where it was registered."""
        if version.storage == Storage.STORED:
            return self.objects / version.path
        return Path(version.path)

    @property
    def objects(self) -> Path:
        """The folder of the content-addressed file store."""
        return self.settings.folder / "objects"


@dataclass(frozen=True)
class Work:
    """One write transaction: its session, and the means to record what happened in it."""

    context: Context
    session: Session

    def record(
        self,
        action: str,
        fact: str,
        *,
        outcome: str = "done",
        dataset: str | None = None,
        request: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> StoredEvent:
        """Append the event of this change: ``action`` is the command, ``fact`` the past tense."""
        from registry.workflow.webhooks.outbox import tell

        identity = self.context.identity
        body = {
            "at": self.context.now(),
            "actor": self.context.actor,
            "authentication": identity.authentication if identity else "none",
            "action": action,
            "fact": fact,
            "outcome": outcome,
            "dataset": dataset,
            "request": request,
            "details": dict(details or {}),
        }
        event = events.append(self.session, body)
        tell(self.session, event, body)
        return event


def open_context(
    settings: Settings,
    clock: Clock = system_clock,
    secrets: Secrets | None = None,
    *,
    identified: bool = True,
) -> Context:
    """Open the database, check that it is at the newest migration, and identify the caller.

    With ``identified`` false nobody acts: signing in is for those who are not signed in.
    """
    from registry.workflow.attempt import refusals_logged
    from registry.workflow.identify import identify

    engine = database.open_engine(settings.database_url)
    nobody = Context(settings, engine, clock, None, secrets or NoSecrets())
    try:
        migrations.require_head(engine)
        if not identified:
            return nobody
        with refusals_logged(nobody, "identify"):
            return replace(nobody, identity=identify(engine, settings, clock))
    except RegistryError:
        engine.dispose()
        raise
