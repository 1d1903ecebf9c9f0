"""The ledger in a bundle that is gathered from a store: what holds on both databases."""

import json
from typing import Any

from clocks import SettableClock
from contracts.budgeting import PARTNER, budget, ledger, released
from contracts.test_bundle import causes, create
from sqlalchemy import text
from world import CARD, INTERNAL, World

from registry.bundle.verify import verified
from registry.card import read_card
from registry.policy.facts import Context as Wanted
from registry.workflow.amend import amend
from registry.workflow.bundle import Created
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify

BUDGETED = "    - {id: BUD-001, check: {budget: source.budget_used, lte: 1}}\n  approvals:"


def carried(made: Created) -> dict[str, Any]:
    opened = verified(made.path.read_bytes()).opened
    assert opened is not None
    found: dict[str, Any] = opened.record.model_dump()["ledger"]
    return found


def entries(made: Created) -> list[dict[str, Any]]:
    return [json.loads(one) for one in carried(made)["entries"]]


def test_a_bundle_carries_every_entry_and_no_recipient(world: World) -> None:
    budget(world, epsilon=9.0)
    other = world.register(4, epsilon="0.5")
    released(world, other, to="Somebody Else")
    released(world, world.label)

    made = create(world, world.label)

    told = [(one["kind"], one["label"], one["event"]) for one in entries(made)]
    assert told == [(one["kind"], one["version"], one["event"]) for one in ledger(world)]
    assert "Somebody Else" not in "".join(carried(made)["entries"])
    assert [one["id"] for one in carried(made)["budgets"]] == ["B-1"]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))
    verify(world.home)


def test_rules_on_the_budget_are_decided_again_on_what_the_ledger_said_then(world: World) -> None:
    budget(world, epsilon=9.0)
    world.publish_edited("1.1.0", "  approvals:", BUDGETED)
    chosen = world.register(4, epsilon="0.5")
    released(world, world.label, wanted=Wanted(INTERNAL.use, "internal", None, (chosen,)))
    released(world, world.register(5, epsilon="3.0"))
    budget(world, epsilon=20.0)
    released(world, world.register(6, epsilon="3.0"))

    made = create(world, world.label)

    assert "informed" in {one["kind"] for one in entries(made)}
    assert [one["id"] for one in carried(made)["budgets"]] == ["B-1", "B-2"]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def test_a_budget_of_another_audience_stays_out(world: World) -> None:
    world.agree()
    budget(world)
    budget(world, audience="partner")
    request = world.submit(wanted=PARTNER)
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team", agreement="DUA-1"))

    made = create(world, world.label)

    assert [one["id"] for one in carried(made)["budgets"]] == ["B-2"]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def test_a_version_that_was_amended_is_in_it_once_for_every_claim(
    world: World, clock: SettableClock
) -> None:
    for epsilon in ("1.5", "1.5", "2.5"):
        clock.advance(minutes=1)
        card = CARD % {"epsilon": epsilon}
        again = card.replace('version: "1.0"', f'version: "1.{clock().minute}"')
        amend(world.by("ada"), world.label, read_card(again.encode(), "c"), "misread")
    released(world, world.label)

    made = create(world, world.label)

    runs = [one["guarantee"]["epsilon"] for one in entries(made) if one["kind"] == "run"]
    assert runs == [2, 1.5, 2.5]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def test_a_silent_card_that_was_amended_to_claim_something_is_in_it(world: World) -> None:
    silent = CARD.partition("guarantee:")[0]
    amend(world.by("ada"), world.label, read_card(silent.encode(), "c"), "it is not known")
    loud = read_card((CARD % {"epsilon": "1.0"}).encode(), "c")
    amend(world.by("ada"), world.label, loud, "now it is")
    released(world, world.label)

    made = create(world, world.label)

    assert [one["guarantee"] is None for one in entries(made)] == [False, True, False, False]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def test_an_exposure_edited_in_the_database_contradicts_what_the_log_states(world: World) -> None:
    other = world.register(4, epsilon="0.5")
    released(world, other)
    released(world, world.label)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE request SET audience = 'public' WHERE id = 1"))

    made = create(world, world.label)

    assert {one.cause for one in made.problems} == {"ledger-differs"}
    assert causes(world, made.path) == (frozenset({"ledger-differs"}), {"ledger-differs"})
