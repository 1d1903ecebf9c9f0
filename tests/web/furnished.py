"""A registry with one of everything, so that every call has something to be about."""

from dataclasses import replace
from unittest.mock import patch

from contracts.budgeting import budget
from web.calls import PLAN
from world import World, build

from registry.records import Role
from registry.workflow.access.ask import Wanted as Desired
from registry.workflow.access.ask import request_access
from registry.workflow.add_account import add_account
from registry.workflow.budgets.batch import Asked as Fixed
from registry.workflow.budgets.batch import batch
from registry.workflow.budgets.batch_plan import planned_in
from registry.workflow.budgets.partition import Asked as Divided
from registry.workflow.budgets.partition import partition
from registry.workflow.context import Context
from registry.workflow.deputies import name_deputy
from registry.workflow.dp_audits.design import Asked as Planned
from registry.workflow.dp_audits.plan import plan_audit
from registry.workflow.jobs.ask import ask
from registry.workflow.jobs.cancel import cancel
from registry.workflow.jobs.real_tables import RealTables
from registry.workflow.people.lookup import later
from registry.workflow.people.tokens import create_token
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.release import Terms, release
from registry.workflow.waive import Asked as Excepted
from registry.workflow.waive import waive

WAIVABLE = """\
  waivers: {allowed: [DP-001], maxDuration: P90D, approver: privacy-officer}
  approvals:
"""
NAMES = {
    "version": "claims@1",
    "source": "hospital",
    "request": "R-2",
    "release": "REL-1",
    "agreement": "A-1",
    "deputy": "D-1",
    "waiver": "W-1",
    "budget": "B-1",
    "partition": "P-1",
    "audit": "AUD-1",
    "policy": "house-rules",
    "seq": "5",
    "name": "carla",
    "metric": "dp.epsilon",
    "account": "eve",
    "role": "engineer",
    "kind": "quality",
    "token": "12345678",
    "webhook": "WH-1",
    "message": "1",
    "job": "J-1",
    "access": "Q-1",
    "batch": "BATCH-1",
    "format": "croissant",
}
"""What stands for each part of an address in the furnished registry."""


def furnish(home: Context) -> None:
    """REL-1 of R-1 in force, R-2 open, and one each of the rest."""
    world = build(home, home.settings.folder)
    add_account(world.by("admin"), "ci", [Role.SERVICE])
    add_account(world.by("admin"), "petra", [Role.PRIVACY_OFFICER])
    strict = (world.folder / "policy-1.0.0.yaml").read_text().replace("lte: 3.0", "lte: 1.0")
    (world.folder / "policy-1.0.0.yaml").write_text(strict)
    world.publish_edited("2.0.0", "  approvals:\n", WAIVABLE)
    world.agree()
    add_recipient(world.by("carla"), "Pricing team", Reach(contact="pricing@example.org"))
    waive(
        world.by("petra"),
        world.label,
        Excepted("DP-001", "the next run is under way", "petra", "enclave only", "2026-05-20"),
    )
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    budget(world)
    division = Divided(
        "hospital", "plan", "plan", "person", ("basic", "plus", "full"), "one plan each"
    )
    partition(world.by("stefan"), division)
    name_deputy(world.by("stefan"), "stella", "2026-03-02", "2026-03-31", "leave")
    _token(world.by("admin"))
    plan_audit(world.by("ada"), world.label, Planned("one-run", 0.05, "scores", records=100))
    _batch(world.by("stefan"))
    _job(world)
    wanted = ("claims", "Lab", "model-development", "partner", "a study", "2026-12-31")
    request_access(world.by("petra"), Desired(*wanted))
    world.submit()


def _batch(steward: Context) -> None:
    plan = planned_in(PLAN.encode(), "plan")
    batch(steward, Fixed("hospital", "autumn", plan, "the protocol fixes both"))


def _job(world: World) -> None:
    """One that nobody runs: it was asked for, and cancelled."""
    tables = RealTables(world.folder / "training.csv", world.folder / "holdout.csv", uploaded=False)
    cancel(world.by("ada"), ask(world.by("ada"), world.label, tables))


def _token(admin: Context) -> None:
    """A token of the service, as a registry that people sign in to would make it."""
    signed_in = replace(admin, settings=replace(admin.settings, mode="signed-in"))
    with patch("registry.workflow.people.tokens._free_id", return_value=NAMES["token"]):
        create_token(signed_in, "ci", ["report"], later(admin.now(), days=30))
