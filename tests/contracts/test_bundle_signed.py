"""A bundle of a release that people signed with keys of their own."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from clocks import SettableClock
from conftest import real_table
from contracts.budgeting import budget
from people import Office, staffed
from world import World

from registry.bundle.alone import registry_verify
from registry.bundle.verify import verified
from registry.log.note import read_verifier
from registry.records import Role
from registry.workflow.add_source import add_source
from registry.workflow.bundle import create_bundle
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.release import Terms, release


@dataclass(frozen=True)
class SignedWorld(World):
    """The registry as people who signed in use it."""

    office: Office | None = None

    def by(self, name: str) -> Context:
        assert self.office is not None
        return self.office.by(name)


@pytest.fixture
def signed_world(home: Context, clock: SettableClock, tmp_path: Path) -> SignedWorld:
    office = staffed(home, clock)
    office.join("ada", Role.ENGINEER)
    office.join("amir", Role.AUDITOR)
    world = SignedWorld(office.home, tmp_path, office=office)
    world.publish()
    clock.advance(days=1)
    training, holdout = tmp_path / "training.csv", tmp_path / "holdout.csv"
    real_table(1).to_csv(training, index=False)
    real_table(2).to_csv(holdout, index=False)
    add_source(world.by("ada"), "hospital", training, holdout, classification="special-category")
    confirm_source(world.by("stefan"), "hospital")
    world.register(3)
    return world


def test_personal_signatures_are_verified_by_keys_that_the_log_knows(
    signed_world: SignedWorld,
) -> None:
    request = signed_world.submit()
    signed_world.approve(request)
    release(signed_world.by("carla"), request, Terms("Claims Lab"))

    made = create_bundle(signed_world.by("amir"), request, signed_world.folder / "b.json")

    key = (signed_world.folder / "log.pub").read_text()
    found = verified(made.path.read_bytes(), read_verifier(key))
    assert (made.problems, made.watermark) == ((), None)
    assert [row.result for row in found.rows if row.check == "personal signatures"] == ["pass"]
    assert found.opened is not None and len(found.opened.record.keys) == 2
    assert registry_verify.verify(made.path.read_bytes(), key)["failed"] == []


def test_both_signatures_on_a_budget_are_verified_by_keys_that_the_log_knows(
    signed_world: SignedWorld,
) -> None:
    budget(signed_world)
    request = signed_world.submit()
    signed_world.approve(request)
    release(signed_world.by("carla"), request, Terms("Claims Lab"))

    made = create_bundle(signed_world.by("amir"), request, signed_world.folder / "b.json")

    key = (signed_world.folder / "log.pub").read_text()
    found = verified(made.path.read_bytes(), read_verifier(key))
    assert [row.result for row in found.rows if row.check == "personal signatures"] == ["pass"]
    assert found.opened is not None and found.opened.record.ledger is not None
    assert len(found.opened.record.ledger.budgets) == 1
    assert registry_verify.verify(made.path.read_bytes(), key)["failed"] == []
