"""Renyi filters from the declaration to the bundle, and the claims that they add up."""

from math import log, log1p, nan

import pytest
from conftest import real_table
from contracts.budgeting import asked, budget, ledger, lenient, released
from contracts.test_bundle import causes, create
from contracts.test_bundle_ledger import carried
from contracts.test_dp_audits import MANY, done
from sqlalchemy import text
from world import CARD, INTERNAL, World

from registry.card import DatasetCard, read_card
from registry.errors import Conflict, IntegrityFailure, InvalidInput, PolicyDenied
from registry.records import Guarantee
from registry.reports.rendering.render import render
from registry.store.database import reading
from registry.workflow.amend import amend
from registry.workflow.budgets.declare import declare
from registry.workflow.budgets.listing import budgets
from registry.workflow.budgets.plan import plan
from registry.workflow.budgets.show import show
from registry.workflow.budgets.sign import sign
from registry.workflow.check import check
from registry.workflow.listing import version
from registry.workflow.query import Question, query
from registry.workflow.register import register
from registry.workflow.reports.report import report
from registry.workflow.submit import submit
from registry.workflow.verify import verify

ORDER, DELTA = 8.0, 1e-5
TOLD = log1p(-1 / ORDER) - (log(DELTA) + log(ORDER)) / (ORDER - 1)
GUARANTEE = """guarantee:
  variant: renyi
  renyi: [{order: 4, epsilon: %s}, {order: 8, epsilon: %s}]
  mechanism: other
  privacyUnit: person
  neighbouringRelation: add-remove
  tuningAccounted: true
  preprocessingAccounted: true
"""


def card(epsilon: float) -> DatasetCard:
    claim = GUARANTEE % (epsilon / 2, epsilon)
    return read_card((CARD.partition("guarantee:")[0] + claim).encode(), "card.yaml")


def registered(world: World, epsilon: float, seed: int) -> str:
    data = world.folder / f"renyi-{seed}.csv"
    real_table(seed).to_csv(data, index=False)
    return register(world.by("ada"), data, card(epsilon)).label


def filtered(world: World, epsilon: float = 4.0, **changes: object) -> str:
    """A Renyi filter in force, and no rule that asks for an epsilon."""
    lenient(world, "{budget: source.budget_used, lte: 1}")
    return budget(world, method="rdp", order=ORDER, epsilon=epsilon, **changes)


def spent(world: World) -> object:
    (row,) = show(world.home, "hospital", "internal")["budgets"]  # type: ignore[misc]
    return row["spent epsilon"]


def test_what_renyi_claims_cost_at_the_declared_order_is_added_and_told_at_delta(
    world: World,
) -> None:
    first, second = registered(world, 0.5, 4), registered(world, 0.75, 5)
    filtered(world)
    released(world, first)
    assert spent(world) == pytest.approx(0.5 + TOLD, rel=1e-12)

    released(world, second)

    assert spent(world) == pytest.approx(1.25 + TOLD, rel=1e-12)
    assert [one["renyi"] for one in ledger(world)][-1] == [
        {"order": 4, "epsilon": 0.375},
        {"order": 8, "epsilon": 0.75},
    ]
    verify(world.home)


def test_two_renyi_claims_that_fit_only_singly_never_both_pass(world: World) -> None:
    first, second = registered(world, 1.5, 4), registered(world, 1.5, 5)
    filtered(world)
    assert check(world.home, second, INTERNAL).outcome == "allow"
    released(world, first)

    with pytest.raises(PolicyDenied, match="more than the epsilon 4"):
        submit(world.by("ada"), second, INTERNAL)


def test_the_order_is_listed_signed_and_in_the_log(world: World) -> None:
    label = filtered(world)

    (row,) = budgets(world.home)
    assert (row["budget"], row["method"], row["order"]) == (label, "rdp", ORDER)
    (told,) = (one for one in query(world.home, Question()) if one["fact"] == "budget.proposed")
    assert told["details"]["order"] == ORDER  # type: ignore[index]
    with world.home.engine.connect() as connection:
        bodies = connection.execute(text("SELECT statement FROM budget_signature")).scalars()
        assert all(b'"order":8' in bytes(one) for one in bodies)


def test_a_budget_without_an_order_says_nothing_of_one(world: World) -> None:
    budget(world)

    with world.home.engine.connect() as connection:
        bodies = connection.execute(text("SELECT statement FROM budget_signature")).scalars()
        assert not any(b"order" in bytes(one) for one in bodies)


@pytest.mark.parametrize("change", ["9", "NULL"])
def test_an_edited_order_is_noticed_by_the_gate_and_by_verification(
    world: World, change: str
) -> None:
    filtered(world)
    with world.home.engine.begin() as connection:
        connection.execute(text(f'UPDATE budget SET "order" = {change}'))

    with pytest.raises(IntegrityFailure, match="B-1 is not what was signed"):
        check(world.home, world.label, INTERNAL)
    with pytest.raises(IntegrityFailure, match="budget B-1: it is not what"):
        verify(world.home)


def test_an_edited_renyi_loss_beside_its_card_is_noticed(world: World) -> None:
    label = registered(world, 0.5, 4)
    with reading(world.home.engine) as session:
        assert session.get_one(Guarantee, 2).renyi == (
            '[{"epsilon":0.25,"order":4},{"epsilon":0.5,"order":8}]'
        )
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE guarantee SET renyi = '[]' WHERE id = 2"))

    with pytest.raises(IntegrityFailure, match=f"version {label}: its guarantee"):
        verify(world.home)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "a Renyi filter without its order"),
        ({"order": 1.0}, "a Renyi order of 1"),
        ({"order": nan}, "a Renyi order of nan"),
        ({"order": 1e5}, "a Renyi order of 100000"),
        ({"order": 8.0, "delta": 0.0}, "a Renyi filter has no epsilon at delta 0"),
        ({"order": 2.0}, "at Renyi order 2 and delta 1e-05 any loss is told as an epsilon above"),
        ({"order": 8.0, "method": "zcdp"}, "an order of 8 with --method zcdp"),
        ({"order": 8.0, "method": "basic"}, "an order of 8 with --method basic"),
    ],
)
def test_a_filter_that_could_hold_nothing_is_refused(
    world: World, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        declare(world.by("stefan"), asked(**{"method": "rdp", **changes}))

    assert budgets(world.home, every=True) == []


def test_an_order_that_wastes_the_budget_is_told_of_with_a_better_one(world: World) -> None:
    wasteful = declare(world.by("stefan"), asked(method="rdp", order=60.0))
    good = declare(world.by("stefan"), asked(method="rdp", order=8.0))

    (warning,) = wasteful.warnings
    assert warning.startswith("at order 60 the filter holds ")
    assert good.warnings == ()
    with pytest.raises(InvalidInput) as refused:
        declare(world.by("stefan"), asked(method="rdp"))
    assert "holds the most Gaussian noise" in str(refused.value.todo)


def test_a_renyi_filter_is_declared_before_the_first_exposure(world: World) -> None:
    label = declare(world.by("stefan"), asked(method="rdp", order=ORDER)).budget
    released(world, world.label)

    with pytest.raises(Conflict, match="claims@1 reached internal before the Renyi filter"):
        sign(world.by("paula"), label)


def test_a_plan_under_a_renyi_filter_says_what_remains_and_what_it_cannot_take(
    world: World,
) -> None:
    filtered(world)

    (pure,) = plan(world.home, "hospital", 0.5, 0.0, "internal")
    (loose,) = plan(world.home, "hospital", 0.5, 1e-9, "internal")

    assert pure.fits
    assert plan(world.home, "hospital", pure.remaining, 0.0, "internal")[0].fits
    assert not plan(world.home, "hospital", 4.0, 0.0, "internal")[0].fits
    assert not loose.fits
    assert "the planned release: it is an epsilon with a delta, which has no cost" in loose.why


def test_a_renyi_loss_of_lower_orders_alone_is_unbounded_under_the_filter(world: World) -> None:
    label = registered(world, 0.5, 4)
    filtered(world, epsilon=3.0, audience="internal")
    low = CARD.partition("guarantee:")[0] + GUARANTEE % (0.1, 0.5)
    low = low.replace(", {order: 8, epsilon: 0.5}", "")
    amend(world.by("ada"), label, read_card(low.encode(), "card.yaml"), "one order too many")

    decided = check(world.home, label, INTERNAL)

    assert decided.outcome == "deny"
    told = str([one.message for one in decided.findings])
    assert "up to order 4 alone, below 8" in told


def test_a_report_tells_the_order_of_the_filter_and_of_the_claim(world: World) -> None:
    label = registered(world, 0.5, 4)
    filtered(world)
    released(world, label)

    found = render(report(world.home, label, "quality"), "md").decode()

    assert "by the Renyi filter at order 8 that was declared beforehand" in found
    assert "0.25 at Renyi order 4, and at 1 more" in found


def test_a_bundle_under_a_renyi_filter_is_decided_again(world: World) -> None:
    label = registered(world, 0.5, 4)
    filtered(world)
    released(world, label)

    made = create(world, label)

    assert '"order":8' in carried(made)["budgets"][0]["signature"]
    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def test_a_renyi_loss_is_no_way_out_of_a_contradicted_claim(world: World) -> None:
    done(world, MANY, 4.0)

    amend(world.by("ada"), world.label, card(0.001), "as a Renyi loss")

    assert version(world.home, world.label)["epsilon_claim"] == "CONTRADICTED"
