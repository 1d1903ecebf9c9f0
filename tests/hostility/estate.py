"""A registry in which everything has happened once, built on a database and copied per attack."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from clocks import SettableClock
from conftest import real_table
from databases import renamed, run_on
from people import Office, staffed
from registries import with_log_key
from sqlalchemy import Engine
from world import CARD, INTERNAL, POLICY, World

from registry.card import read_card
from registry.errors import NotPermitted
from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Role
from registry.settings import FILE_NAME, Settings
from registry.store.database import open_engine
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.amend import amend
from registry.workflow.auditing.anchor import anchor
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.auditing.places.named import named
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.deputies import name_deputy
from registry.workflow.dp_audits.design import Asked as Audit
from registry.workflow.dp_audits.plan import plan_audit
from registry.workflow.dp_audits.submit import submit_scores
from registry.workflow.evaluate import evaluate
from registry.workflow.evaluation_inputs import Asked as Run
from registry.workflow.people.times import end_of
from registry.workflow.people.tokens import create_token
from registry.workflow.publish_policy import publish_policy
from registry.workflow.recalls.acknowledge import Answer, acknowledge
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.waive import Asked, waive
from registry.workflow.withdraw_version import withdraw_version

HIRED = {
    "ada": Role.ENGINEER,
    "stella": Role.STEWARD,
    "petra": Role.PRIVACY_OFFICER,
    "amir": Role.AUDITOR,
}
PARTNER = Wanted("model-development", "partner", None)
WAIVERS = "  waivers: {allowed: [DP-001], maxDuration: P30D, approver: privacy-officer}\n"


@dataclass(frozen=True)
class Inhabited(World):
    """The world of people who sign in and hold keys."""

    office: Office = field(kw_only=True)

    def by(self, name: str) -> Context:
        """The registry as ``name``, newly signed in, uses it."""
        return self.office.by(name)


def live(home: Context, folder: Path, clock: SettableClock, older: Callable[[], None]) -> None:
    """Everything once; ``older`` keeps a copy from the middle of it."""
    office = staffed(home, clock)
    for name, role in HIRED.items():
        office.join(name, role)
    world = Inhabited(office.home, folder, office=office)
    root = office.by("root")
    add_account(root, "ci", [Role.SERVICE])
    create_token(root, "ci", ["check"], end_of(root, None, 30))
    _prepare(world)
    _release_and_recall(world)
    checkpoint(world.by("amir"))
    older()
    _go_on(world)
    anchor(world.by("amir"), named(f"file:{folder.parent / 'outside' / 'anchors'}"))
    for _ in range(2):
        clock.advance(hours=1)
        check(world.by("amir"), "claims@2", INTERNAL)


def _prepare(world: Inhabited) -> None:
    folder = world.folder
    training, holdout = folder / "training.csv", folder / "holdout.csv"
    real_table(1).to_csv(training, index=False)
    real_table(2).to_csv(holdout, index=False)
    add_source(world.by("ada"), "hospital", training, holdout, classification="special-category")
    real_table(71).to_csv(other := folder / "clinic.csv", index=False)
    add_source(world.by("ada"), "clinic", other, holdout, classification="public")
    confirm_source(world.by("stefan"), "hospital")
    path = folder / "policy.yaml"
    text = POLICY % {"version": "1.0.0", "limit": "3.0"}
    path.write_text(text.replace("  approvals:\n", f"{WAIVERS}  approvals:\n"))
    publish_policy(world.by("carla"), path)
    for seed, epsilon in ((3, "2.0"), (4, "1.0"), (5, "4.0"), (6, "1.5")):
        world.register(seed, epsilon=epsilon)
    evaluate(world.by("ada"), "claims@1", training, holdout, Run("quick"))


def _release_and_recall(world: Inhabited) -> None:
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))
    revoke(world.by("carla"), "REL-1", "a flaw was found")
    acknowledge(world.by("carla"), "REL-1", Answer("Kim", "mail of today", _code(world)))


def _code(world: Inhabited) -> str:
    with world.home.engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT code FROM recall").scalar())


def _go_on(world: Inhabited) -> None:
    """A partner's release under an agreement, a waiver, a deputy, an amendment, open requests."""
    world.agree("DUA-1", "Partner lab")
    request = world.submit("claims@2", PARTNER)
    world.approve(request)
    release(world.by("carla"), request, Terms("Partner lab", agreement="DUA-1"))
    day = (world.home.clock() + timedelta(days=20)).date().isoformat()
    said = Asked("DP-001", "the next run is under way", "head", "inside only", day)
    waive(world.by("petra"), "claims@3", said)
    keyed = replace(world.by("ada"), key="8d1f")
    submit(keyed, "claims@3", INTERNAL)
    world.approve("R-3", "stefan")
    with suppress(NotPermitted):
        sign(world.by("ada"), "R-3", Meaning.APPROVE)
    today = world.home.clock().date()
    last = (today + timedelta(days=7)).isoformat()
    name_deputy(world.by("paula"), "stella", today.isoformat(), last, "leave")
    card = read_card((CARD % {"epsilon": "1.25"}).encode(), "card.yaml")
    amend(world.by("ada"), "claims@4", card, "epsilon was misread")
    _audit_claim(world)
    world.register(7)
    withdraw_version(world.by("carla"), "claims@5", "made by mistake")


def _audit_claim(world: Inhabited) -> None:
    """Scores that contradict what claims@2 claims."""
    sizes = Audit("many-run", 0.05, "runs of the generator", 50, 50, thresholds=(0.5,))
    row = plan_audit(world.by("ada"), "claims@2", sizes)
    path = world.folder / "scores.csv"
    rows = "1,0.9\n" * 50 + "0,0.1\n" * 50
    path.write_text(f"# dataset: {row.content_digest}\nmember,score\n{rows}")
    submit_scores(world.by("paula"), "AUD-1", path)


@dataclass(frozen=True)
class Case:
    """One copy to attack; ``outside`` holds what an administrator cannot reach."""

    context: Context
    outside: Path

    @property
    def dialect(self) -> str:
        """Which database it is on."""
        return self.context.engine.dialect.name


@dataclass(frozen=True)
class Estate:
    """The registry that was lived in: its folder, and databases ``live`` and ``older``.

    Without a server the databases are files.
    """

    folder: Path
    settings: Settings
    clock: SettableClock
    server: str | None
    engine: Engine

    @contextmanager
    def copied(self, into: Path, which: str = "live") -> Iterator[Case]:
        """A copy, taken away again; always under one address, so that one engine serves all."""
        shutil.copytree(self.folder / "registry", into / "registry")
        self._copy(which)
        address = self.engine.url.render_as_string(hide_password=False)
        settings = replace(self.settings, folder=into / "registry", database_url=address)
        yield Case(Context(settings, self.engine, self.clock, None), self.folder / "outside")
        self.engine.dispose()

    def _copy(self, which: str) -> None:
        self.engine.dispose()
        if self.server is None:
            for old in self.folder.glob("copy.db*"):
                old.unlink()
            shutil.copyfile(self.folder / f"{which}.db", self.folder / "copy.db")
            return
        run_on(self.server, "DROP DATABASE IF EXISTS copy WITH (FORCE)")
        run_on(self.server, f"CREATE DATABASE copy TEMPLATE {which} STRATEGY FILE_COPY")


def build(folder: Path, empty: Path | None, server: str | None) -> Estate:
    """Live through everything once, on a copy of the file ``empty`` or on ``server``."""
    (folder / "registry").mkdir()
    (folder / "registry" / FILE_NAME).write_text('mode = "signed-in"\n')
    if server is None:
        assert empty
        shutil.copyfile(empty, folder / "live.db")
        url = f"sqlite:///{folder / 'live.db'}"
    else:
        run_on(server, "CREATE DATABASE live TEMPLATE empty")
        url = renamed(server, "live")
    clock = SettableClock()
    settings = with_log_key(Settings(folder / "registry", url, "signed-in", None))
    home = Context(settings, open_engine(url), clock, None)

    def older() -> None:
        home.engine.dispose()
        if server is None:
            shutil.copyfile(folder / "live.db", folder / "older.db")
        else:
            run_on(server, "CREATE DATABASE older TEMPLATE live")

    _key_outside(folder, settings)
    live(home, folder / "registry", clock, older)
    home.engine.dispose()
    copy = f"sqlite:///{folder / 'copy.db'}" if server is None else renamed(server, "copy")
    return Estate(folder, settings, clock, server, open_engine(copy, create=True))


def _key_outside(folder: Path, settings: Settings) -> None:
    """The log's public key where the administrator does not write."""
    (folder / "outside").mkdir()
    shutil.copyfile(settings.folder / "log.pub", folder / "outside" / "log.pub")
