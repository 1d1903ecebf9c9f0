"""People of the world who enrol, have their key approved, and sign in, in one step."""

from dataclasses import dataclass, replace

from people import CHEAP, Office
from sqlmodel import select
from world import World

from registry.records import Account, PersonalKey
from registry.store.database import reading
from registry.workflow.context import Context, Identity
from registry.workflow.people.approval import approve_key
from registry.workflow.people.issuing import issue_enrolment
from registry.workflow.people.secrets import Secrets
from registry.workflow.signer import identity_of


@dataclass
class Counting:
    """Somebody's secrets, and how often the passphrase was asked for."""

    secrets: Secrets
    asked: int = 0

    def password(self) -> str:
        return self.secrets.password()

    def passphrase(self) -> str:
        self.asked += 1
        return self.secrets.passphrase()

    def code(self) -> str:
        return self.secrets.code()


def enrol(world: World, name: str) -> Context:
    """The registry as ``name`` uses it who has just enrolled and signed in."""
    settings = replace(world.home.settings, mode="signed-in", claimed=None)
    home = replace(world.home, settings=settings, cost=CHEAP)
    office = Office(home, world.home.clock)
    if not _anybody(world):
        office.enrol(
            "admin", issue_enrolment(replace(home, identity=known(world, "admin")), "admin")
        )
    code = issue_enrolment(replace(home, identity=known(world, "admin")), name)
    if not office.enrol(name, code).approved:
        second = "admin" if name == "carla" else "carla"
        approve_key(replace(home, identity=known(world, second)), name)
    return office.by(name)


def _anybody(world: World) -> bool:
    with reading(world.home.engine) as session:
        return session.exec(select(PersonalKey.id).limit(1)).first() is not None


def known(world: World, name: str) -> Identity:
    """Who somebody is, by their account alone."""
    with reading(world.home.engine) as session:
        account = session.exec(select(Account).where(Account.name == name)).one()
        return identity_of(session, account)
