"""One table is one ledger, and one recipient is of one audience: else a sum that nobody adds up."""

from pathlib import Path

import pytest
from conftest import real_table
from contracts.budgeting import PARTNER, budget, released
from sqlalchemy import text
from world import INTERNAL, World

from registry.errors import Conflict
from registry.workflow.add_source import add_source
from registry.workflow.budgets.show import show
from registry.workflow.confirm_source import confirm_source
from registry.workflow.listing import sources
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify
from registry.workflow.withdraw_source import withdraw_source


def named_anew(world: World, name: str = "clinic", training: Path | None = None) -> None:
    real_table(90).to_csv(holdout := world.folder / "other-holdout.csv", index=False)
    training = training or world.folder / "training.csv"
    add_source(world.by("ada"), name, training, holdout, classification="personal")


def test_a_training_table_is_no_second_source(world: World) -> None:
    shuffled = world.folder / "shuffled.csv"
    real_table(1).sample(frac=1, random_state=1).to_csv(shuffled, index=False)

    for training in (None, shuffled):
        with pytest.raises(Conflict, match=r"is the source 'hospital' \(confirmed\)") as refused:
            named_anew(world, training=training)
    assert refused.value.todo == "name 'hospital' in the card"
    assert [one["name"] for one in sources(world.home)] == ["hospital"]


def test_nor_is_that_of_a_source_that_was_withdrawn(world: World) -> None:
    withdraw_source(world.by("carla"), "hospital", "consent ended", "consent")

    with pytest.raises(Conflict, match=r"is the source 'hospital' \(withdrawn\)") as refused:
        named_anew(world)
    assert "what was released of it still counts" in str(refused.value.todo)


def test_of_two_drafts_from_before_that_rule_one_is_confirmed(world: World) -> None:
    for seed, name in ((91, "one"), (92, "two")):
        real_table(seed).to_csv(path := world.folder / f"{name}.csv", index=False)
        named_anew(world, name, path)
    with world.home.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE source SET training_content_digest = (SELECT training_content_digest "
                "FROM source WHERE name = 'one') WHERE name = 'two'"
            )
        )

    with pytest.raises(Conflict, match=r"is the source 'one' \(draft\)"):
        confirm_source(world.by("stefan"), "two")
    confirm_source(world.by("stefan"), "one")
    with pytest.raises(Conflict, match=r"is the source 'one' \(confirmed\)"):
        confirm_source(world.by("stefan"), "two")


def test_a_recipient_receives_a_source_under_one_audience(world: World) -> None:
    for audience in ("internal", "partner"):
        budget(world, epsilon=9.0, audience=audience)
    first = released(world, world.label)
    world.agree(until="2026-12-31")
    request = world.submit(world.register(4), PARTNER)
    world.approve(request)

    for name in ("Pricing team", "pricing  TEAM "):
        with pytest.raises(Conflict, match=f"holds {first} of 'hospital' under the .* internal"):
            release(world.by("carla"), request, Terms(name, agreement="DUA-1"))
    revoke(world.by("carla"), first, "a mistake")
    with pytest.raises(Conflict, match="the sum of internal and partner, which no budget bounds"):
        release(world.by("carla"), request, Terms("Pricing team", agreement="DUA-1"))

    assert show(world.home, "hospital", "partner")["ledger"] == []
    world.agree("DUA-1", "University", until="2026-12-30")
    release(world.by("carla"), request, Terms("University", agreement="DUA-1"))
    released(world, world.register(5), "University 2", INTERNAL)
    verify(world.home)


def test_who_received_under_two_audiences_before_that_rule_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, world.label)
    world.agree()
    monkeypatch.setattr("registry.workflow.release.require_one_audience", lambda *given: None)
    request = world.submit(world.register(4), PARTNER)
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team", agreement="DUA-1"))

    rows = show(world.home, "hospital")["recipients"]

    assert isinstance(rows, list)
    assert [(one["audience"], one["note"]) for one in rows] == [
        ("internal", "holds what partner received as well: its total is the sum of both"),
        ("partner", "holds what internal received as well: its total is the sum of both"),
    ]
