"""People of the world who enrol, have their key approved, and sign in, in one step."""

from dataclasses import dataclass, replace
from pathlib import Path

from people import CHEAP, Office
from sqlmodel import select
from world import World

from registry.records import Account
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


OFFICES: dict[Path, Office] = {}
"""By the folder of the world, which is a test's own."""


def enrol(world: World, name: str) -> Context:
    """The registry as ``name`` uses it who has enrolled and has just signed in."""
    office = OFFICES.get(world.folder) or _opened(world)
    if name not in office.people:
        _enrol(world, office, name)
    return office.by(name)


def _opened(world: World) -> Office:
    """With the two who need nobody's approval: the admin and the first who may give it."""
    settings = replace(world.home.settings, mode="signed-in", claimed=None)
    home = replace(world.home, settings=settings, cost=CHEAP)
    office = OFFICES[world.folder] = Office(home, world.home.clock)
    _enrol(world, office, "admin")
    _enrol(world, office, "carla")
    return office


def _enrol(world: World, office: Office, name: str) -> None:
    code = issue_enrolment(replace(office.home, identity=known(world, "admin")), name)
    if not office.enrol(name, code).approved:
        carla = replace(office.home, identity=known(world, "carla"))
        approve_key(carla, name, office.people[name].key_id)


def known(world: World, name: str) -> Identity:
    """Who somebody is, by their account alone."""
    with reading(world.home.engine) as session:
        account = session.exec(select(Account).where(Account.name == name)).one()
        return identity_of(session, account)
