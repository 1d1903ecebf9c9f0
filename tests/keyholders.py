"""People with signing keys, as if each had enrolled and signed in a minute ago."""

import base64
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from world import World

from registry.log.signature import key_id
from registry.records import KeyState, LoginSession, PersonalKey
from registry.store.database import writing
from registry.workflow.context import Context, OpenSession
from registry.workflow.find import row_id
from registry.workflow.people.sealing import Cost, seal

CHEAP = Cost(passes=1, memory=64, lanes=1)


@dataclass
class Passphrase:
    """Answers for a passphrase, and counts how often it was asked."""

    text: str = "correct horse battery staple"
    asked: int = 0

    def password(self) -> str:
        """Never needed here."""
        raise AssertionError("nobody should ask for a password")

    def passphrase(self) -> str:
        """The passphrase."""
        self.asked += 1
        return self.text

    def code(self) -> str:
        """Never needed: the session signed a moment ago."""
        raise AssertionError("nobody should ask for a code")


def enrol(world: World, name: str, secrets: Passphrase | None = None) -> Context:
    """The registry as ``name`` uses it who holds a key and is signed in; a new key at each call."""
    secrets = secrets or Passphrase()
    seed = Ed25519PrivateKey.generate()
    public = seed.public_key().public_bytes_raw()
    identity = _identity(world, name)
    with writing(world.home.engine) as session:
        key = PersonalKey(
            account_id=identity.account_id,
            key_id=key_id(public),
            public=public,
            sealed=seal(seed.private_bytes_raw(), secrets.text, key_id(public), CHEAP),
            state=KeyState.ACTIVE,
            made_at=world.home.now(),
            valid_from=world.home.now(),
            failures=0,
        )
        sitting = LoginSession(
            account_id=identity.account_id,
            digest=key_id(public),
            sealed=b"",
            started_at=world.home.now(),
            expires_at="9999-12-31T00:00:00.000000Z",
            signed_at=world.home.now(),
        )
        session.add_all([key, sitting])
        session.flush()
        held = OpenSession(row_id(sitting), base64.b64encode(b"secret"))
    proven = replace(identity, session=held, authentication="password and one-time code")
    settings = replace(world.home.settings, mode="signed-in", claimed=None)
    return replace(world.home, settings=settings, identity=proven, secrets=secrets)


def _identity(world: World, name: str):  # type: ignore[no-untyped-def]
    """Who somebody is, by their account alone."""
    from sqlmodel import select

    from registry.records import Account
    from registry.store.database import reading
    from registry.workflow.signer import identity_of

    with reading(world.home.engine) as session:
        account = session.exec(select(Account).where(Account.name == name)).one()
        return identity_of(session, account)
