"""People do things in any order; after every step no release is in force that may not be."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from clocks import SettableClock
from conftest import acting, real_table
from databases import temporary
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from registries import with_log_key
from sqlalchemy import event
from stateful.oracle import Books, faults
from world import CARD, POLICY, World, build

from registry.card import read_card
from registry.errors import RegistryError
from registry.policy.facts import Context as Wanted
from registry.records import Evaluation, Meaning, Role
from registry.settings import Settings
from registry.store import database, journal, migrations
from registry.workflow.add_account import add_account
from registry.workflow.amend import amend
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, open_context
from registry.workflow.deputies import end_deputy, name_deputy
from registry.workflow.evidence import evaluation_digest
from registry.workflow.find import row_id, version_labelled
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.roles import grant_role, revoke_role
from registry.workflow.permissions import require
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.retract import retract
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify
from registry.workflow.waive import Asked, end, waive
from registry.workflow.withdraw import withdraw
from registry.workflow.withdraw_source import withdraw_source
from registry.workflow.withdraw_version import withdraw_version

MORE = {
    "nina": (Role.ENGINEER, Role.STEWARD),
    "max": (Role.STEWARD, Role.PRIVACY_OFFICER),
    "otto": (Role.COMPLIANCE_OFFICER, Role.PRIVACY_OFFICER),
}
SIGNERS = ("stefan", "stella", "paula", "max", "nina", "otto", "carla", "ada")
ENGINEERS = ("ada", "eve", "nina")
OFFICERS = ("carla", "otto")
TABLES = 6
USES = (Wanted("model-development", "internal", None), Wanted("research", "internal", None))
QUORUMS = (
    "[{role: steward, min: 1}, {role: privacy-officer, min: 1}]",
    "[{role: steward, min: 2}]",
    "[{role: steward, min: 1}, {role: compliance-officer, min: 1}]",
)
WAIVERS = "  waivers: {allowed: [DP-001], maxDuration: P30D, approver: privacy-officer}\n"
EPSILONS = ("1.0", "2.0", "4.0")
TEAMS = (
    *(("stefan", "paula"), ("stella", "otto"), ("max", "paula"), ("nina", "paula", "stefan")),
    *(("stefan", "stella", "carla"), ("max", "otto"), ("ada", "stefan", "max", "otto")),
)
MISCHIEF = ("", "", "", "evaluate", "amend", "publish", "retract", "wait", "end-waiver")


@cache
def template() -> Path:
    """A registry with everybody in it, to copy; and tables to register."""
    folder = temporary("registry-state-")
    engine = database.open_engine(f"sqlite:///{folder / 'registry.db'}", create=True)
    migrations.upgrade(engine)
    engine.dispose()
    home = opened(folder, SettableClock())
    build(home, folder)
    for name, roles in MORE.items():
        add_account(acting(home, "admin"), name, roles)
    home.engine.dispose()
    for number in range(TABLES):
        real_table(100 + number, 12).to_csv(folder / f"table-{number}.csv", index=False)
    return folder


def opened(folder: Path, clock: SettableClock) -> Context:
    """The registry in ``folder``."""
    settings = Settings(folder, f"sqlite:///{folder / 'registry.db'}", "local", None)
    return open_context(with_log_key(settings), clock)


@cache
def standing() -> Context:
    """One engine for all runs: what SQLAlchemy has compiled stays compiled."""
    folder = template().with_name(template().name + "-run")
    shutil.copytree(template(), folder)
    context = open_context(
        Settings(folder, f"sqlite:///{folder / 'registry.db'}", "local", None), SettableClock()
    )
    event.listen(context.engine, "connect", _careless)
    context.engine.dispose()
    return context


def renewed(clock: SettableClock) -> Context:
    """The registry as it was when it was built."""
    context = standing()
    context.engine.dispose()
    shutil.rmtree(context.settings.folder)
    shutil.copytree(template(), context.settings.folder)
    return replace(context, clock=clock)


def _careless(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def careless() -> Iterator[None]:
    """Commits are not taken to disk: nothing here outlives the test."""
    kept = journal.make_durable
    journal.make_durable = lambda engine: None  # type: ignore[assignment]
    try:
        yield
    finally:
        journal.make_durable = kept


def evaluated(context: Context, label: str, seed: int) -> None:
    """An evaluation without figures, recorded as the product records one."""
    with attempt(context, "evaluate", dataset=label) as work:
        identity = require(context, "evaluate")
        found = version_labelled(work.session, label)
        row = Evaluation(
            version_id=row_id(found.version),
            digest="",
            seed=seed,
            admissible=True,
            training_digest="sha256:t",
            holdout_digest="sha256:h",
            synthetic_digest=found.version.content_digest,
            histograms="{}",
            evaluated_by=identity.account_id,
            evaluated_at=context.now(),
            confirmed_at=context.now(),
            seconds=1.0,
        )
        row.digest = evaluation_digest(row, [])
        work.session.add(row)
        details = {"evaluation": row.digest, "admissible": True}
        work.record("evaluate", "dataset.evaluated", dataset=label, details=details)


whom = st.integers(0, 10_000)


def pick(names: Any, number: int) -> Any:
    """One of them, whatever the number."""
    return names[number % len(names)]


class Office(RuleBasedStateMachine):
    """The rules are what people can do; most attempts are refused, which is as it should be."""

    done = 0
    refused = 0
    released = 0

    @initialize()
    def open(self) -> None:
        """A copy of the registry, its books open for the oracle."""
        self.clock = SettableClock()
        self.home = renewed(self.clock)
        self.folder = self.home.settings.folder
        self.world = World(self.home, self.folder)
        self.books = sqlite3.connect(self.folder / "registry.db")
        self.versions, self.requests, self.releases = ["claims@1"], 0, 0
        self.tables, self.policies, self.waivers, self.deputies = 0, 1, 0, 0
        self.seen: tuple[Any, ...] = ()

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Do it; what the registry refuses is refused."""
        type(self).done += 1
        try:
            return act()
        except RegistryError:
            type(self).refused += 1
            return None
        finally:
            self.look()

    def by(self, names: Any, number: int) -> Context:
        """The registry as one of ``names``; somebody deactivated is nobody."""
        try:
            return acting(self.home, pick(names, number))
        except RegistryError:
            return self.home

    @rule(who=whom, epsilon=st.sampled_from(EPSILONS), made=st.sampled_from(("", "stefan", "max")))
    def register(self, who: int, epsilon: str, made: str) -> None:
        """One more version, a table of its own."""
        if self.tables >= TABLES:
            return
        text = (CARD % {"epsilon": epsilon}).replace(
            "seed: 7}", f"seed: 7, madeBy: {made}}}" if made else "seed: 7}"
        )
        data = self.folder / f"table-{self.tables}.csv"
        card = read_card(text.encode(), "card.yaml")
        found = self.attempt(lambda: register(self.by(ENGINEERS, who), data, card))
        if found:
            self.tables += 1
            self.versions.append(found.label)

    @rule(who=whom, which=whom, epsilon=st.sampled_from(EPSILONS))
    def amend(self, who: int, which: int, epsilon: str) -> None:
        """Another epsilon on a card."""
        card = read_card((CARD % {"epsilon": epsilon}).encode(), "card.yaml")
        label = pick(self.versions, which)
        self.attempt(lambda: amend(self.by(ENGINEERS, who), label, card, "misread", weakens=True))

    @rule(who=whom, which=whom)
    def evaluate(self, who: int, which: int) -> None:
        """An engineer measures a version."""
        label = pick(self.versions, which)
        self.attempt(lambda: evaluated(self.by(ENGINEERS, who), label, type(self).done))

    @rule(
        who=whom,
        limit=st.sampled_from(("1.0", "3.0")),
        quorum=st.sampled_from(QUORUMS),
        days=st.sampled_from((5, 60)),
    )
    def publish(self, who: int, limit: str, quorum: str, days: int) -> None:
        """The next version of the house rules."""
        text = POLICY % {"version": f"{self.policies + 1}.0.0", "limit": limit}
        text = text.replace(QUORUMS[0], quorum).replace("validFor: P60D", f"validFor: P{days}D")
        path = self.folder / "next.yaml"
        path.write_text(text.replace("  approvals:\n", f"{WAIVERS}  approvals:\n"))
        if self.attempt(lambda: publish_policy(self.by(OFFICERS, who), path)):
            self.policies += 1

    @rule(who=whom, which=whom, days=st.integers(0, 30))
    def waive(self, who: int, which: int, days: int) -> None:
        """An exception for some days."""
        until = (self.clock().date() + timedelta(days=days)).isoformat()
        asked = Asked("DP-001", "under way", "head", "inside only", until)
        label = pick(self.versions, which)
        if self.attempt(lambda: waive(self.by(SIGNERS, who), label, asked)):
            self.waivers += 1

    @precondition(lambda self: self.waivers)
    @rule(who=whom, which=whom)
    def end_waiver(self, who: int, which: int) -> None:
        """It ends before its day."""
        label = f"W-{which % self.waivers + 1}"
        self.attempt(lambda: end(self.by(SIGNERS, who), label, "no longer"))

    @rule(who=whom, which=whom, wanted=st.sampled_from(USES))
    def submit(self, who: int, which: int, wanted: Wanted) -> None:
        """A version is put forward."""
        label = pick(self.versions, which)
        if self.attempt(lambda: submit(self.by(ENGINEERS, who), label, wanted)):
            self.requests += 1

    @precondition(lambda self: self.requests)
    @rule(who=whom, which=whom)
    def withdraw(self, who: int, which: int) -> None:
        """A request is taken back."""
        self.attempt(lambda: withdraw(self.by(ENGINEERS, who), self._request(which)))

    def _request(self, number: int) -> str:
        """Mostly one of the last ones."""
        return f"R-{max(1, self.requests - number % 3)}"

    @precondition(lambda self: self.requests)
    @rule(who=whom, which=whom, instead=st.integers(0, 40))
    def approve(self, who: int, which: int, instead: int) -> None:
        """Anybody tries, sometimes for somebody else."""
        principal = pick(SIGNERS, instead) if instead < len(SIGNERS) else None
        label = self._request(which)
        self.attempt(
            lambda: sign(self.by(SIGNERS, who), label, Meaning.APPROVE, principal=principal)
        )

    @rule(
        which=whom,
        wanted=st.sampled_from(USES),
        team=st.sampled_from(TEAMS),
        mischief=st.sampled_from(MISCHIEF),
        number=whom,
    )
    def see_through(
        self, which: int, wanted: Wanted, team: tuple[str, ...], mischief: str, number: int
    ) -> None:
        """From submission to release, with something in between that might spoil it."""
        self.submit(number, which, wanted)
        who = [SIGNERS.index(name) for name in team]
        for one in who:
            self.approve(one, 0, 99)
        match mischief:
            case "evaluate":
                self.evaluate(number, which)
            case "amend":
                self.amend(number, which, pick(EPSILONS, number))
            case "publish":
                self.publish(number, "3.0", pick(QUORUMS, number), 5)
            case "retract":
                self.retract(who[0], 0)
            case "wait":
                self.wait(24 * 6)
            case "end-waiver" if self.waivers:
                self.end_waiver(3, number)
        self.release(number, 0, number % 4)

    @rule(which=whom, team=st.sampled_from(TEAMS), number=whom)
    def see_through_at_once(self, which: int, team: tuple[str, ...], number: int) -> None:
        """The same with nothing in between; drawn apart, so that few runs go without."""
        self.see_through(which, USES[number % 2], team, "", number)

    @precondition(lambda self: self.requests)
    @rule(
        who=whom,
        which=whom,
        meaning=st.sampled_from((Meaning.REJECT, Meaning.RETURN, Meaning.REVIEW, Meaning.AUTHOR)),
    )
    def sign_otherwise(self, who: int, which: int, meaning: Meaning) -> None:
        """A signature that approves nothing."""
        label = self._request(which)
        self.attempt(lambda: sign(self.by(SIGNERS, who), label, meaning, reason="because"))

    @precondition(lambda self: self.requests)
    @rule(who=whom, which=whom)
    def retract(self, who: int, which: int) -> None:
        """A signature is taken back."""
        label = self._request(which)
        self.attempt(lambda: retract(self.by(SIGNERS, who), label, "a mistake"))

    @rule(who=whom, deputy=whom, days=st.integers(0, 9))
    def stand_in(self, who: int, deputy: int, days: int) -> None:
        """Somebody names a deputy."""
        today = self.clock().date()
        last = (today + timedelta(days=days)).isoformat()
        name = pick(SIGNERS, deputy)
        if self.attempt(
            lambda: name_deputy(self.by(SIGNERS, who), name, today.isoformat(), last, "leave")
        ):
            self.deputies += 1

    @precondition(lambda self: self.deputies)
    @rule(who=whom, which=whom)
    def end_deputy(self, who: int, which: int) -> None:
        """The stand-in ends."""
        label = f"D-{which % self.deputies + 1}"
        self.attempt(lambda: end_deputy(self.by(SIGNERS, who), label, "back"))

    @precondition(lambda self: self.requests)
    @rule(who=whom, which=whom, follows=st.integers(0, 3))
    def release(self, who: int, which: int, follows: int) -> None:
        """To the pricing team, sometimes in the place of an earlier release."""
        old = f"REL-{self.releases}" if follows == 0 and self.releases else None
        label = self._request(which)
        terms = Terms("Pricing team", supersedes=old)
        if self.attempt(lambda: release(self.by(OFFICERS, who), label, terms)):
            self.releases += 1
            type(self).released += 1

    @precondition(lambda self: self.releases)
    @rule(which=whom, who=whom)
    def revoke(self, which: int, who: int) -> None:
        """A release ends before its day."""
        label = f"REL-{which % self.releases + 1}"
        self.attempt(lambda: revoke(self.by(OFFICERS, who), label, "a flaw"))

    @rule(which=whom, who=whom, rare=st.integers(0, 9))
    def withdraw_version(self, which: int, who: int, rare: int) -> None:
        """A version goes for good."""
        label = pick(self.versions, which)
        if rare == 7:
            self.attempt(lambda: withdraw_version(self.by(OFFICERS, who), label, "wrong"))

    @rule(who=whom, rare=st.integers(0, 39))
    def withdraw_source(self, who: int, rare: int) -> None:
        """Consent ended, and all that came of it stops."""
        if rare == 7:
            self.attempt(
                lambda: withdraw_source(self.by(OFFICERS, who), "hospital", "ended", "consent")
            )

    @rule(
        who=whom,
        role=st.sampled_from((Role.STEWARD, Role.PRIVACY_OFFICER, Role.ENGINEER)),
        give=st.booleans(),
    )
    def change_roles(self, who: int, role: Role, give: bool) -> None:
        """A role is given or taken."""
        change = grant_role if give else revoke_role
        name = pick(SIGNERS, who)
        self.attempt(lambda: change(acting(self.home, "admin"), name, role))

    @rule(who=whom, rare=st.integers(0, 19))
    def leave(self, who: int, rare: int) -> None:
        """Somebody leaves."""
        name = pick(SIGNERS, who)
        if rare == 7:
            self.attempt(lambda: deactivate(acting(self.home, "admin"), name, "left"))

    @rule(hours=st.sampled_from((1, 24, 24 * 6, 24 * 31)))
    def wait(self, hours: int) -> None:
        """Time passes."""
        type(self).done += 1
        self.clock.advance(hours=hours)
        self.look()

    def look(self) -> None:
        """After every step: no release in force that may not be.

        The whole is worked out again whenever anything that it rests on has changed.
        """
        seen = self.books.execute(
            "SELECT (SELECT GROUP_CONCAT(id || state) FROM release), "
            "(SELECT GROUP_CONCAT(state) FROM source), "
            "(SELECT GROUP_CONCAT(state) FROM dataset_version)"
        ).fetchone()
        if seen != self.seen:
            self.seen = seen
            self.require_sound()

    def require_sound(self) -> None:
        """No release is at fault by the oracle's reckoning."""
        found = faults(Books.read(self.books), self.clock().date().isoformat())
        assert found == [], found

    def teardown(self) -> None:
        """At the end the whole of it still is what the log records."""
        self.require_sound()
        verify(replace(self.home, identity=None))
        self.books.close()
