"""Cards of older versions that today's rules refuse are read, and counted the safe way."""

import pytest
from conftest import real_table
from contracts.budgeting import budget, ledger, lenient, released, spent
from contracts.test_bundle import causes, create
from world import CARD, INTERNAL, World

from registry.card import card_bytes, read_card, recorded_card
from registry.errors import InvalidInput
from registry.workflow.amend import amend
from registry.workflow.budgets.show import show
from registry.workflow.check import check
from registry.workflow.listing import version
from registry.workflow.register import register
from registry.workflow.reports.report import report
from registry.workflow.verify import verify

NOISY = CARD % {"epsilon": "2.0"} + "  noise: 0.1\n  sensitivity: 1.0\n  contributions: 1\n"


def older(world: World) -> str:
    """A version whose card says epsilon 2 of noise that comes to 70, as nothing refused it once."""
    honest = card_bytes(read_card((CARD % {"epsilon": "2.0"}).encode(), "card.yaml")).decode()
    fields = '"neighbouringRelation":"add-remove","noise":0.1,'
    text = honest.replace('"neighbouringRelation":"add-remove",', fields)
    text = text.replace('"variant"', '"sensitivity":1,"variant"')
    text = text.replace('"epsilon":2,', '"contributions":1,"epsilon":2,', 1)
    data = world.folder / "older.csv"
    real_table(60).to_csv(data, index=False)
    return register(world.by("ada"), data, recorded_card(text)).label


def test_what_reads_a_card_reads_an_older_one(world: World) -> None:
    with pytest.raises(InvalidInput, match="guarantee"):
        read_card(NOISY.encode(), "card.yaml")
    lenient(world)
    label = older(world)

    assert version(world.home, label)["version"] == label
    assert check(world.home, label, INTERNAL).outcome == "allow"
    released(world, label)
    assert show(world.home, "hospital")["entries"] == 3
    assert report(world.by("ada"), label, "quality").sections
    made = create(world, label)
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))
    verify(world.home)


def test_the_gate_counts_it_as_without_bound_and_names_it(world: World) -> None:
    lenient(world)
    label = older(world)
    budget(world, epsilon=9.0)

    decision = check(world.home, label, INTERNAL)
    (rule,) = (one for one in decision.findings if one.rule == "registry.budget")
    assert (decision.outcome, rule.observed) == ("deny", "exceeded")
    assert f"nothing bounds the loss by {label}" in rule.message
    shown = {one["version"]: str(one["why"]) for one in ledger(world)}
    assert "recorded under older rules, which now ask for an epsilon of at least" in shown[label]

    released(world, world.label)
    assert spent(world) == 2.0


def test_what_was_released_of_it_makes_the_total_infinite(world: World) -> None:
    lenient(world)
    released(world, older(world))
    budget(world, epsilon=9.0)

    assert spent(world) == "inf"
    assert check(world.home, world.label, INTERNAL).outcome == "deny"


def test_no_later_claim_makes_it_finite_again(world: World) -> None:
    lenient(world)
    label = older(world)
    released(world, label)
    budget(world, epsilon=9.0)
    bare = read_card((CARD % {"epsilon": "2.5"}).encode(), "card.yaml")

    amend(world.by("ada"), label, bare, "restated", weakens=True)

    assert spent(world) == "inf"
