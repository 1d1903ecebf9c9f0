"""Nobody gets a version released by choosing the rules, the evidence or the words."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import acting, real_table
from world import CARD, INTERNAL, POLICY, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.ledger.convert import epsilon_of_zcdp
from registry.policy.facts import Context as Wanted
from registry.records import Role
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.check import check
from registry.workflow.context import Context, open_context
from registry.workflow.publish_policy import publish_policy
from registry.workflow.query import Question, query
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.submit import submit


def add_with_holdout(world: World, holdout: Path) -> None:
    add_source(
        world.by("ada"),
        "shopped",
        world.folder / "training.csv",
        holdout,
        classification="personal",
    )


def test_the_training_rows_in_another_order_are_no_holdout(world: World) -> None:
    shuffled = world.folder / "shuffled.csv"
    real_table(1).sample(frac=1, random_state=1).to_csv(shuffled, index=False)

    with pytest.raises(InvalidInput, match="rows of the holdout pair with identical training rows"):
        add_with_holdout(world, shuffled)


def test_a_holdout_with_a_fifth_of_training_rows_is_refused(world: World) -> None:
    mixed = real_table(2)
    mixed.iloc[:24] = real_table(1).iloc[:24]
    path = world.folder / "mixed.csv"
    mixed.to_csv(path, index=False)

    with pytest.raises(InvalidInput, match="24 rows of the holdout pair with identical"):
        add_with_holdout(world, path)


def test_the_same_rows_in_another_order_are_the_same_version(world: World) -> None:
    path = world.folder / "shuffled.csv"
    real_table(3).sample(frac=1, random_state=1).to_csv(path, index=False)
    card = read_card((CARD % {"epsilon": "2.0"}).encode(), "card.yaml")

    again = register(world.by("ada"), path, card)

    assert (again.label, again.new) == ("claims@1", False)


def test_an_older_or_looser_version_of_a_policy_does_not_come_back(world: World) -> None:
    world.publish("2.0.0", limit="1.0")

    for version in ("1.0.0", "0.9.0", "2.0.0-rc.1"):
        with pytest.raises(Conflict):
            world.publish(version)

    assert check(world.home, "claims@1", INTERNAL).outcome == "deny"


def test_raising_the_classification_shakes_no_policy_off(world: World) -> None:
    strict = (POLICY % {"version": "2.0.0", "limit": "1.0"}).replace(
        "match: {}", "match: {all: [{classification: [personal]}]}"
    )
    lax = (POLICY % {"version": "1.0.0", "limit": "9.0"}).replace("house-rules", "lax-rules")
    for name, text in (("strict", strict), ("lax", lax)):
        path = world.folder / f"{name}.yaml"
        path.write_text(text)
        publish_policy(world.by("carla"), path)
    training, other = world.folder / "lower.csv", world.folder / "other.csv"
    real_table(7).to_csv(training, index=False)
    real_table(8).to_csv(other, index=False)
    add_source(
        world.by("ada"),
        "lower",
        training,
        other,
        classification="personal",
    )
    card = (CARD % {"epsilon": "2.0"}).replace("source: hospital", "source: lower")
    card = card.replace("name: claims", "name: raised\nclassification: special-category", 1)
    data = world.folder / "raised.csv"
    real_table(9).to_csv(data, index=False)
    label = register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label

    decision = check(world.home, label, INTERNAL)

    assert decision.outcome == "deny"
    assert {policy.id for policy in decision.policies} == {"house-rules", "lax-rules"}


def test_who_submitted_a_version_cannot_release_it(world: World) -> None:
    admin = acting(world.home, "admin")
    add_account(admin, "dual", [Role.ENGINEER, Role.COMPLIANCE_OFFICER])
    request, _ = submit(world.by("dual"), "claims@1", INTERNAL)
    world.approve(f"R-{request.id}")

    with pytest.raises(NotPermitted, match="neither sign nor release"):
        release(world.by("dual"), f"R-{request.id}", Terms("Pricing team"))


@pytest.mark.parametrize("alone", [Role.ADMIN, Role.SERVICE])
def test_who_never_signs_holds_no_role_that_does(world: World, alone: Role) -> None:
    with pytest.raises(InvalidInput, match=f"the role {alone} cannot be combined"):
        add_account(acting(world.home, "admin"), "both", [alone, Role.STEWARD])


def test_a_place_that_does_not_exist_is_bad_input(world: World) -> None:
    with pytest.raises(InvalidInput, match="unknown jurisdiction 'Mars'"):
        check(world.home, "claims@1", Wanted("research", "internal", "Mars"))


def test_an_epsilon_below_what_its_own_rho_comes_to_is_refused() -> None:
    claimed = (CARD % {"epsilon": "0.1"}).replace("approximate", "zcdp\n  rho: 1000")

    with pytest.raises(InvalidInput, match="guarantee"):
        read_card(claimed.encode(), "card.yaml")


def test_the_epsilon_of_zcdp_is_that_of_a_gaussian_composition() -> None:
    # 20 Gaussians of sigma 8 are zCDP with rho 20 / (2 * 64); the exact epsilon at 1e-6 is 2.5487.
    found = epsilon_of_zcdp(20 / 128, 1e-6)

    assert 2.5487 <= found <= 3.0951


def test_a_refused_name_is_an_event_without_the_name(home: Context) -> None:
    with pytest.raises(NotPermitted):
        open_context(replace(home.settings, claimed="mallory"), home.clock)

    (event,) = query(home, Question(action="identify"))
    assert (event["outcome"], event["actor"]) == ("forbidden", "unidentified")
    assert "mallory" not in str(event)
