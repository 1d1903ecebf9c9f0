"""Budgets: declared beforehand by two people, charged with every release, and never overdrawn."""

from dataclasses import replace

import pytest
from world import INTERNAL, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput, NotPermitted, PolicyDenied, Undecided
from registry.policy.facts import Context as Wanted
from registry.workflow.budgets.declare import Asked, declare
from registry.workflow.budgets.sign import sign
from registry.workflow.check import check
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.submit import submit
from registry.workflow.verify import verify

PARTNER = Wanted("model-development", "partner", None)


def asked(**changes: object) -> Asked:
    facts = {
        "source": "hospital",
        "epsilon": 3.0,
        "delta": 1e-5,
        "unit": "person",
        "relation": "add-remove",
        "audience": "internal",
        "reason": "half of what the board allows a year",
    }
    return Asked(**{**facts, **changes})  # type: ignore[arg-type]


def budget(world: World, **changes: object) -> str:
    """A budget in force; returns B-n."""
    label = declare(world.by("stefan"), asked(**changes)).budget
    sign(world.by("paula"), label)
    return label


def released(world: World, label: str, to: str = "Pricing team", wanted: Wanted = INTERNAL) -> str:
    request = world.submit(label, wanted)
    world.approve(request)
    return release(world.by("carla"), request, Terms(to)).label


def test_two_releases_that_fit_only_singly_do_not_both_pass(world: World) -> None:
    budget(world)
    second = world.register(4)
    released(world, world.label)

    found = check(world.home, second, INTERNAL)

    assert found.outcome == "deny"
    (rule,) = (one for one in found.findings if one.rule == "registry.budget")
    assert rule.message == (
        "epsilon 4 and delta 2e-06 of internal, more than the epsilon 3 and delta 1e-05 of B-1"
    )
    verify(world.home)
