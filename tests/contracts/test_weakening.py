"""A claim that was found wrong is recorded, and never by slip: what it adds stays for good."""

from typing import Any

import pytest
from contracts.budgeting import SILENT, budget, released, spent
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import InvalidInput
from registry.workflow.amend import Amended, amend
from registry.workflow.check import check
from registry.workflow.query import Question, query
from registry.workflow.verify import verify

TWO = CARD % {"epsilon": "2.0"}
OPEN = TWO + "  tuningAccounted: false\n"
WEAKER = CARD % {"epsilon": "2.5"}
STRONGER = CARD % {"epsilon": "1.5"}


def amended(world: World, text: str, *, weakens: bool = False) -> Amended:
    card = read_card(text.encode(), "card.yaml")
    return amend(world.by("ada"), world.label, card, "it was not true", weakens=weakens)


@pytest.mark.parametrize("text", [OPEN, SILENT], ids=["not accounted", "none"])
def test_a_claim_that_falls_away_names_whose_total_is_infinite_and_what_to_review(
    world: World, text: str
) -> None:
    budget(world, epsilon=9.0)
    first = released(world, world.label)
    other = released(world, world.register(4))

    with pytest.raises(InvalidInput, match="internal: its total becomes infinite") as refused:
        amended(world, text)
    assert f"to be reviewed then: {first}, {other}" in refused.value.what
    assert "say so with --weakens" in str(refused.value.todo)
    assert spent(world) == 4.0
    assert "dataset.amended" not in [one["fact"] for one in query(world.home, Question())]

    done = amended(world, text, weakens=True)

    assert done.releases == (first, other)
    assert done.weakened == ("internal: its total becomes infinite for good (it was epsilon 4)",)
    assert spent(world) == "inf"
    assert f"nothing bounds the loss by {world.label}" in _said(world)
    (told,) = [one for one in query(world.home, Question()) if one["fact"] == "dataset.amended"]
    assert _details(told)["weakens"] == {"audiences": ["internal"], "releases": [first, other]}
    verify(world.home)


def test_what_was_taken_back_is_not_bounded_again(world: World) -> None:
    budget(world, epsilon=9.0)
    released(world, world.label)
    amended(world, SILENT, weakens=True)

    amended(world, TWO)

    assert spent(world) == "inf"
    verify(world.home)


def test_a_larger_claim_is_said_and_a_smaller_one_is_not_asked_about(world: World) -> None:
    budget(world, epsilon=9.0)
    released(world, world.label)
    amended(world, STRONGER)
    assert spent(world) == 2.0

    with pytest.raises(InvalidInput, match=r"from epsilon 2 and delta 1e-06 to 2\.5"):
        amended(world, WEAKER)
    amended(world, WEAKER, weakens=True)

    assert spent(world) == 2.5


def test_a_version_that_nobody_has_is_amended_as_before(world: World) -> None:
    budget(world, epsilon=9.0)

    assert amended(world, SILENT).weakened == ()
    amended(world, TWO)
    released(world, world.label)

    assert spent(world) == 2.0


def _said(world: World) -> str:
    decision = check(world.home, world.register(9), INTERNAL)
    return " ".join(one.message for one in decision.findings)


def _details(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["details"]
    return found
