"""Parts that share no privacy unit compose in parallel, if they were declared before use."""

import pytest
from conftest import real_table
from contracts.budgeting import SILENT, budget, ledger, released, spent
from world import CARD, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.workflow.amend import amend
from registry.workflow.budgets.partition import Asked, partition
from registry.workflow.register import register
from registry.workflow.verify import verify


def divided(world: World, by: str = "stefan", **changes: object) -> Asked:
    facts = {
        "source": "hospital",
        "name": "region",
        "column": COLUMN,
        "unit": "person",
        "parts": ("north", "south"),
        "reason": "nobody is insured in two regions",
    }
    asked = Asked(**{**facts, **changes})  # type: ignore[arg-type]
    partition(world.by(by), asked)
    return asked


COLUMN = str(real_table(1).columns[0])


def part(world: World, seed: int, part: str, epsilon: str = "2.0") -> str:
    """A version that read one part; returns its label."""
    return _registered(world, seed, (CARD % {"epsilon": epsilon}) + f"  partition: {part}\n")


def _registered(world: World, seed: int, card: str) -> str:
    data = world.folder / f"part-{seed}.csv"
    real_table(seed).to_csv(data, index=False)
    return register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label


def test_the_largest_part_counts_and_what_read_the_whole_adds(world: World) -> None:
    budget(world, epsilon=9.0)
    divided(world)
    for seed, name, epsilon in ((4, "north", "2.0"), (5, "south", "1.0"), (6, "south", "0.5")):
        released(world, part(world, seed, f"region/{name}", epsilon))

    assert spent(world) == 2.0
    released(world, world.label)
    assert spent(world) == 4.0
    assert {one["partition"] for one in ledger(world)} == {None, "region/north", "region/south"}
    verify(world.home)


def test_a_part_declared_after_a_silent_run_does_not_hold_for_it(world: World) -> None:
    budget(world, epsilon=9.0)
    silent = [_registered(world, seed, SILENT) for seed in (4, 5)]
    divided(world)
    for label, name in zip(silent, ("north", "south"), strict=True):
        card = (CARD % {"epsilon": "2.0"}) + f"  partition: region/{name}\n"
        amend(world.by("ada"), label, read_card(card.encode(), "card.yaml"), "said now")
        released(world, label)

    assert spent(world) == 4.0
    verify(world.home)


def test_a_part_that_nobody_declared_is_refused_and_nothing_is_registered(world: World) -> None:
    with pytest.raises(InvalidInput, match="no declared part of 'hospital'"):
        part(world, 4, "region/north")
    divided(world)
    with pytest.raises(InvalidInput, match="no declared part"):
        part(world, 4, "region/east")
    card = (CARD % {"epsilon": "2.0"}) + "  partition: region/east\n"
    with pytest.raises(InvalidInput, match="no declared part"):
        amend(world.by("ada"), world.label, read_card(card.encode(), "card.yaml"), "a part")

    assert len(ledger(world)) == 1


def test_a_partition_is_declared_once_by_a_steward_or_privacy_officer(world: World) -> None:
    with pytest.raises(NotPermitted):
        divided(world, by="ada")
    divided(world)

    with pytest.raises(Conflict, match="has a partition 'region' already"):
        divided(world, by="paula", parts=("north", "south", "east"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column": "postcode"}, "no column"),
        ({"parts": ("north",)}, "two parts"),
        ({"parts": ("north", "north")}, "named twice"),
        ({"name": "a/b"}, "without /"),
        ({"unit": "patient"}, "unknown privacy unit"),
        ({"reason": ""}, "needs a reason"),
    ],
)
def test_parts_that_cannot_be_told_apart_are_refused(
    world: World, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        divided(world, **changes)
