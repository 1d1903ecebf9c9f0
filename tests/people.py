"""A signed-in registry with people who enrol, sign in and hold keys, on a clock to set.

office = begin(home)                      # the first admin, `root`, is enrolled
office.join("carla", Role.COMPLIANCE_OFFICER)
office.join("paula", Role.PRIVACY_OFFICER)   # enrolled by root, approved by carla
context = office.by("paula")              # signed in, with her secrets at hand
"""

import base64
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlparse

from clocks import SettableClock

from registry.records import Role
from registry.settings import Proof
from registry.workflow.add_account import add_with_code
from registry.workflow.context import Context
from registry.workflow.identify import identify
from registry.workflow.people.approval import approve_key
from registry.workflow.people.enrolment import Enrolled, enrol
from registry.workflow.people.login import login
from registry.workflow.people.sealing import Cost
from registry.workflow.people.totp import code_at, step_of

CHEAP = Cost(passes=1, memory=8, lanes=1)
"""Sealing that takes no time and protects nothing."""


@dataclass
class Person:
    """What somebody knows; a test spoils it to play somebody who does not."""

    name: str
    given_password: str
    given_passphrase: str
    second: bytes
    clock: SettableClock
    key_id: str

    def password(self) -> str:
        return self.given_password

    def passphrase(self) -> str:
        return self.given_passphrase

    def code(self) -> str:
        """The next code: one that was not used yet."""
        self.clock.advance(seconds=30)
        return code_at(self.second, step_of(self.clock()))


@dataclass
class Office:
    """The registry and everybody's secrets."""

    home: Context
    clock: SettableClock
    people: dict[str, Person] = field(default_factory=dict)

    def enrol(self, name: str, code: str) -> Enrolled:
        """Enrol with a code; what was chosen is remembered."""
        password, passphrase = f"{name} walks to work", f"{name} signs by hand"
        done = enrol(self.home, name, code, password, passphrase)
        letters = parse_qs(urlparse(done.uri).query)["secret"][0]
        second = base64.b32decode(letters)
        self.people[name] = Person(name, password, passphrase, second, self.clock, done.key_id)
        return done

    def add(self, name: str, *roles: Role, by: str = "root") -> str:
        """Add an account; returns its enrolment code."""
        return add_with_code(self.by(by), name, roles)[1]

    def join(self, name: str, *roles: Role, by: str = "root", approver: str = "carla") -> None:
        """Add, enrol, and have the key approved where that is needed."""
        if not self.enrol(name, self.add(name, *roles, by=by)).approved:
            approve_key(self.by(approver), name, self.people[name].key_id)

    def secret(self, name: str) -> str:
        """Sign in; the session's secret."""
        return login(replace(self.home, secrets=self.people[name]), name).secret

    def by(self, name: str) -> Context:
        """The registry as ``name``, newly signed in, uses it."""
        return self.holding(Proof(session=self.secret(name)), name)

    def holding(self, proof: Proof, name: str | None = None) -> Context:
        """The registry as whoever shows ``proof`` uses it."""
        settings = replace(self.home.settings, proof=proof)
        identity = identify(self.home.engine, settings, self.clock)
        secrets = self.people[name] if name else self.home.secrets
        return replace(self.home, settings=settings, identity=identity, secrets=secrets)


def signed_in(home: Context) -> Context:
    """The registry in signed-in mode, with nobody acting."""
    settings = replace(home.settings, mode="signed-in", claimed=None)
    return replace(home, settings=settings, cost=CHEAP)


def begin(home: Context, clock: SettableClock) -> Office:
    """The empty registry in signed-in mode, with ``root``, its first admin, enrolled."""
    office = Office(signed_in(home), clock)
    _, code = add_with_code(office.home, "root", [Role.ADMIN])
    assert office.enrol("root", code).approved
    return office


def staffed(home: Context, clock: SettableClock) -> Office:
    """With an admin, a compliance officer, a steward and a privacy officer, all of whom sign."""
    office = begin(home, clock)
    office.join("carla", Role.COMPLIANCE_OFFICER)
    office.join("stefan", Role.STEWARD)
    office.join("paula", Role.PRIVACY_OFFICER)
    return office


def hired(home: Context) -> dict[str, Person]:
    """The history of `staffed`; returns everybody's secrets."""
    assert isinstance(home.clock, SettableClock)
    return staffed(home, home.clock).people


def gone_on(home: Context, people: dict[str, Person]) -> Office:
    """The office where a history of these people ended."""
    clock = home.clock
    assert isinstance(clock, SettableClock)
    return Office(
        signed_in(home), clock, {name: replace(one, clock=clock) for name, one in people.items()}
    )
