"""What takes a second person waits for those who may be it, until it is done."""

from collections.abc import Callable

import pytest
from conftest import real_table
from contracts.budgeting import asked
from people import Office, begin
from web.calls import PLAN
from world import World

from registry.records import Role
from registry.store.database import reading
from registry.workflow.access.answer import answer_access
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.browse.errands import Errand, errands
from registry.workflow.browse.mine import desk
from registry.workflow.budgets.batch import Asked as Fixed
from registry.workflow.budgets.batch import batch
from registry.workflow.budgets.batch_plan import planned_in
from registry.workflow.budgets.declare import declare
from registry.workflow.budgets.partition import Asked as Divided
from registry.workflow.budgets.partition import partition
from registry.workflow.budgets.sign import sign
from registry.workflow.budgets.sign_batch import sign_batch
from registry.workflow.budgets.sign_partition import sign_partition
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.people.approval import approve_key

Begin = Callable[[World], object]
End = Callable[[Context], object]

PARTS = Divided("hospital", "plan", "plan", "person", ("basic", "plus"), "one plan each")
DATA = Wanted("claims", "Lab", "model-development", "partner", "a study", "2026-12-31")


def limit(world: World) -> object:
    return declare(world.by("stefan"), asked())


def divide(world: World) -> object:
    return partition(world.by("stefan"), PARTS)


def plan(world: World) -> object:
    fixed = Fixed("hospital", "autumn", planned_in(PLAN.encode(), "plan"), "fixed before")
    return batch(world.by("stefan"), fixed)


def want(world: World) -> object:
    return request_access(world.by("carla"), DATA)


def bring(world: World) -> object:
    tables = [world.folder / f"clinic-{part}.csv" for part in ("training", "holdout")]
    for seed, table in enumerate(tables, 70):
        real_table(seed).to_csv(table, index=False)
    return add_source(world.by("stefan"), "clinic", *tables, classification="personal")


@pytest.fixture
def staffed(world: World) -> World:
    """With a second person for every step."""
    for name, role in (("wanda", Role.COMPLIANCE_OFFICER), ("steve", Role.STEWARD)):
        add_account(world.by("admin"), name, [role])
    return world


@pytest.mark.parametrize(
    ("begin", "label", "address", "beginner", "second", "end"),
    [
        (limit, "B-1", "/sources/hospital#budgets", "stefan", "paula", lambda by: sign(by, "B-1")),
        (
            divide,
            "P-1",
            "/sources/hospital#partitions",
            "stefan",
            "paula",
            lambda by: sign_partition(by, "P-1"),
        ),
        (
            plan,
            "BATCH-1",
            "/sources/hospital#partitions",
            "stefan",
            "steve",
            lambda by: sign_batch(by, "BATCH-1"),
        ),
        (
            want,
            "Q-1",
            "/access/Q-1",
            "carla",
            "wanda",
            lambda by: answer_access(by, "Q-1", "the first version would serve"),
        ),
        (
            bring,
            "clinic",
            "/sources/clinic#confirm",
            "stefan",
            "steve",
            lambda by: confirm_source(by, "clinic"),
        ),
    ],
)
def test_it_waits_for_a_second_person_and_for_no_other(
    staffed: World, begin: Begin, label: str, address: str, beginner: str, second: str, end: End
) -> None:
    begin(staffed)

    (found,) = of(staffed, second)
    assert (found.label, found.address) == (label, address)
    assert found.since == staffed.home.now()
    assert not desk(staffed.by(second)).clear
    assert of(staffed, beginner) == of(staffed, "ada") == ()

    end(staffed.by(second))
    assert of(staffed, second) == ()


def test_a_budget_that_another_superseded_waits_for_nobody(staffed: World) -> None:
    declare(staffed.by("stefan"), asked())
    declare(staffed.by("stefan"), asked(epsilon=2.0))
    assert [one.label for one in of(staffed, "paula")] == ["B-1", "B-2"]

    sign(staffed.by("paula"), "B-2")

    assert of(staffed, "paula") == ()


def test_a_key_waits_for_whoever_neither_owns_it_nor_issued_its_code(office: Office) -> None:
    office.join("carla", Role.COMPLIANCE_OFFICER)
    office.enrol("stefan", office.add("stefan", Role.STEWARD))
    labels = {name: [one.label for one in seen(office.by(name))] for name in ("root", "carla")}

    approve_key(office.by("carla"), "stefan", office.people["stefan"].key_id)

    assert labels == {"root": [], "carla": ["stefan"]}
    assert seen(office.by("carla")) == ()


@pytest.fixture
def office(home: Context) -> Office:
    return begin(home, home.clock)  # type: ignore[arg-type]


def of(world: World, name: str) -> tuple[Errand, ...]:
    return seen(world.by(name))


def seen(context: Context) -> tuple[Errand, ...]:
    with reading(context.engine) as session:
        return errands(context, session)
