"""Budgets of the small registry: declared, signed, and what is spent of them."""

from typing import Any

from world import CARD, INTERNAL, World

from registry.policy.facts import Context as Wanted
from registry.workflow.budgets.declare import Asked, declare
from registry.workflow.budgets.show import show
from registry.workflow.budgets.sign import sign
from registry.workflow.release import Terms, release

PARTNER = Wanted("model-development", "partner", None)
PUBLIC = Wanted("model-development", "public", None)
RESEARCH = Wanted("research", "internal", None)

SILENT = CARD.partition("guarantee:")[0]
LIMIT = "{metric: dp.epsilon, lte: 3.0}\n      severity: critical\n      onMissingEvidence: deny"


def lenient(
    world: World, rule: str = "{metric: dp.epsilon, lte: 3.0}\n      enforcement: audit"
) -> None:
    """House rules that only record what a claim is, or that ask for ``rule`` instead."""
    world.publish_edited("2.0.0", LIMIT, rule)


def asked(**changes: object) -> Asked:
    """A budget of epsilon 3 for what is internal, but for what is changed."""
    facts: dict[str, Any] = {
        "source": "hospital",
        "epsilon": 3.0,
        "delta": 1e-5,
        "unit": "person",
        "relation": "add-remove",
        "audience": "internal",
        "reason": "half of what the board allows a year",
    }
    return Asked(**{**facts, **changes})


def budget(world: World, **changes: object) -> str:
    """Such a budget in force; returns B-n."""
    label = declare(world.by("stefan"), asked(**changes)).budget
    sign(world.by("paula"), label)
    return label


def released(world: World, label: str, to: str = "Pricing team", wanted: Wanted = INTERNAL) -> str:
    """Submitted, approved and released; returns REL-n."""
    request = world.submit(label, wanted)
    world.approve(request)
    return release(world.by("carla"), request, Terms(to)).label


def ledger(world: World) -> list[dict[str, Any]]:
    """Every entry of the source."""
    found: Any = show(world.home, "hospital")["ledger"]
    return list(found)


def spent(world: World, audience: str = "internal") -> object:
    """The epsilon that an audience has received."""
    found: Any = show(world.home, "hospital", audience)["budgets"]
    return found[0]["spent epsilon"]
