"""What a report says of a source's ledger is what the records say, and names no recipient."""

from conftest import real_table
from contracts.budgeting import RESEARCH, SILENT, budget, lenient, released
from world import World

from registry.card import read_card
from registry.ledger.contents import distinct
from registry.reports.cost_facts import AudienceFacts, CostFacts
from registry.reports.rendering.render import render
from registry.store.database import reading
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.costs import costs_of
from registry.workflow.budgets.methods import in_turn
from registry.workflow.find import source_named, version_labelled
from registry.workflow.register import register
from registry.workflow.reports.report import report


def costs(world: World, label: str) -> CostFacts:
    with reading(world.home.engine) as session:
        return costs_of(world.home, session, version_labelled(session, label))


def internal(found: CostFacts) -> AudienceFacts:
    (one,) = (each for each in found.audiences if each.name == "internal")
    return one


def silent(world: World) -> str:
    """A version whose card claims nothing; released to nobody yet."""
    data = world.folder / "silent.csv"
    real_table(8).to_csv(data, index=False)
    return register(world.by("ada"), data, read_card(SILENT.encode(), "card.yaml")).label


def test_each_release_is_a_step_and_the_same_content_again_is_level(world: World) -> None:
    budget(world, epsilon=5.0)
    released(world, world.label)
    released(world, world.register(4))
    released(world, world.label, wanted=RESEARCH)

    found = internal(costs(world, world.label))

    assert [one.epsilon for one in found.steps] == [2.0, 4.0, 4.0]
    assert [one.entry for one in found.steps] == [2, 4, 5]
    assert found.budget is not None
    assert (found.budget.declared_by, found.budget.signed_by) == ("stefan", "paula")
    assert (found.epsilon, found.budget.remaining, found.budget.state) == (4.0, 1.0, "in force")


def test_what_has_no_guarantee_is_named_and_no_step_has_a_bound_from_there_on(
    world: World,
) -> None:
    lenient(world)
    released(world, world.label)
    label = silent(world)
    released(world, label)

    found = costs(world, label)

    assert internal(found).unbounded_by == (label,)
    assert [one.epsilon for one in internal(found).steps] == [2.0, float("inf")]
    assert (found.claim, found.unclaimed) == (None, "the card claims no guarantee")


def test_what_was_only_run_is_in_the_ledger_and_in_no_audience(world: World) -> None:
    found = costs(world, world.label)

    assert [(one.kind, one.label) for one in found.entries] == [("run", world.label)]
    assert found.audiences == ()
    assert {one.total for one in found.methods} == {"run"}


def test_a_report_names_no_recipient_of_another_version(world: World) -> None:
    released(world, world.label, to="Pricing team")
    other = world.register(4)

    page = render(report(world.home, other, "quality"), "md").decode()

    assert f"{world.label} was released, internal" in page
    assert "Pricing team" not in page


def test_what_is_kept_of_a_distribution_covers_the_first_that_was_released(world: World) -> None:
    budget(world, epsilon=90.0, delta=1e-3)
    first, last = world.register(4), world.register(5)

    def turns() -> list[str]:
        with reading(world.home.engine) as session:
            account = account_of(session, source_named(session, "hospital"))
        return [one.label for one in distinct(in_turn(account.exposed("internal")))]

    released(world, last)
    before = turns()
    released(world, first)

    assert turns() == [*before, first] == [last, first]
