"""Who may sign: people with the role for it and no hand in what they would sign."""

import pytest
from conftest import real_table
from sqlmodel import select
from world import CARD, INTERNAL, POLICY, World

from registry.card import read_card
from registry.errors import NotPermitted
from registry.records import Evaluation, Meaning, RequestState, Role, SignOff
from registry.store.database import reading, writing
from registry.workflow.add_account import add_account
from registry.workflow.evidence import evaluation_digest
from registry.workflow.find import row_id, version_labelled
from registry.workflow.listing import requests
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign
from registry.workflow.submit import submit


def hire(world: World, name: str, *roles: Role) -> None:
    add_account(world.by("admin"), name, roles)


def approve(world: World, name: str, request: str) -> dict[str, int]:
    return sign(world.by(name), request, Meaning.APPROVE).still_needed


def state(world: World, request: str) -> object:
    return next(
        row["state"] for row in requests(world.home, every=True) if row["request"] == request
    )


def signoffs(world: World) -> list[SignOff]:
    with reading(world.home.engine) as session:
        return list(session.exec(select(SignOff)))


def refused(world: World, name: str, request: str, tie: str) -> None:
    """Signing in any meaning is refused for ``tie``, and leaves no sign-off and no change."""
    before = state(world, request)
    for meaning in (Meaning.APPROVE, Meaning.REJECT):
        with pytest.raises(NotPermitted, match=tie) as caught:
            sign(world.by(name), request, meaning, reason="because")
        assert caught.value.exit_code == 4
    assert signoffs(world) == []
    assert state(world, request) == before


@pytest.mark.parametrize("name", ["admin", "amir", "ada", "eve"])
def test_admins_auditors_and_engineers_cannot_sign(world: World, name: str) -> None:
    refused(world, name, world.submit(), f"{name} may not")


@pytest.mark.parametrize("name", ["paula", "carla"])
def test_only_a_steward_returns_a_request(world: World, name: str) -> None:
    request = world.submit()

    with pytest.raises(NotPermitted):
        sign(world.by(name), request, Meaning.RETURN, reason="because")


@pytest.mark.parametrize("name", ["admin", "amir", "ada", "stefan", "paula"])
def test_only_a_compliance_officer_releases(world: World, name: str) -> None:
    request = world.submit()
    world.approve(request)

    with pytest.raises(NotPermitted) as caught:
        release(world.by(name), request, Terms("Pricing team"))

    assert caught.value.exit_code == 4
    assert state(world, request) == RequestState.APPROVED


def test_nobody_signs_without_a_name(world: World) -> None:
    request = world.submit()

    with pytest.raises(NotPermitted, match="nobody is named"):
        sign(world.home, request, Meaning.APPROVE)


def test_who_registered_a_version_cannot_sign_it(world: World) -> None:
    hire(world, "both", Role.ENGINEER, Role.STEWARD)
    data = world.folder / "theirs.csv"
    real_table(50).to_csv(data, index=False)
    card = read_card((CARD % {"epsilon": "2.0"}).encode(), "card.yaml")
    label = register(world.by("both"), data, card).label

    refused(world, "both", world.submit(label), "both registered claims@2")


def test_who_put_a_version_forward_cannot_sign_it(world: World) -> None:
    hire(world, "both", Role.ENGINEER, Role.STEWARD)
    request, _ = submit(world.by("both"), "claims@1", INTERNAL)

    refused(world, "both", f"R-{request.id}", "both put forward claims@1")


def test_who_ran_the_generator_cannot_sign_what_it_made(world: World) -> None:
    data = world.folder / "theirs.csv"
    real_table(51).to_csv(data, index=False)
    text = (CARD % {"epsilon": "2.0"}).replace("seed: 7}", "seed: 7, madeBy: stefan}")
    label = register(world.by("ada"), data, read_card(text.encode(), "card.yaml")).label

    request = world.submit(label)

    refused(world, "stefan", request, "stefan generated claims@2")
    assert approve(world, "stella", request) == {"privacy-officer": 1}


@pytest.mark.parametrize("admissible", [True, False])
def test_who_evaluated_a_version_cannot_sign_it(world: World, admissible: bool) -> None:
    with writing(world.home.engine) as session:
        found = version_labelled(session, "claims@1")
        evaluation = Evaluation(
            version_id=row_id(found.version),
            digest="sha256:e",
            seed=1,
            admissible=admissible,
            training_digest="sha256:t",
            holdout_digest="sha256:h",
            synthetic_digest=found.version.content_digest,
            histograms="{}",
            evaluated_by=world.by("stefan").identity.account_id,
            evaluated_at=world.home.now(),
            confirmed_at=world.home.now(),
            seconds=1.0,
        )
        evaluation.digest = evaluation_digest(evaluation, [])
        session.add(evaluation)

    refused(world, "stefan", world.submit(), "stefan evaluated claims@1")


def with_a_compliance_seat(world: World, version: str, separation: str) -> None:
    text = (POLICY % {"version": version, "limit": "3.0"}).replace(
        "{role: steward, min: 1}", "{role: compliance-officer, min: 1}"
    )
    assert "separation: [author, evaluator, policy-author]" in text
    path = world.folder / f"policy-{version}.yaml"
    path.write_text(text.replace("[author, evaluator, policy-author]", separation))
    publish_policy(world.by("carla"), path)


def test_who_published_the_policy_after_the_version_was_registered_cannot_sign_under_it(
    world: World,
) -> None:
    hire(world, "conrad", Role.COMPLIANCE_OFFICER)
    world.home.clock.advance(days=1)
    with_a_compliance_seat(world, "2.0.0", "[author, evaluator, policy-author]")
    request = world.submit()

    refused(world, "carla", request, "carla published house-rules 2.0.0 after claims@1")
    assert approve(world, "conrad", request) == {"privacy-officer": 1}


def test_who_published_the_policy_before_the_version_was_registered_can_sign_under_it(
    world: World,
) -> None:
    with_a_compliance_seat(world, "2.0.0", "[author, evaluator, policy-author]")
    world.home.clock.advance(days=1)
    request = world.submit(world.register(52))

    assert approve(world, "carla", request) == {"privacy-officer": 1}


def test_a_policy_that_does_not_keep_its_authors_apart_lets_them_sign(world: World) -> None:
    world.home.clock.advance(days=1)
    with_a_compliance_seat(world, "2.0.0", "[author, evaluator]")
    request = world.submit()

    assert approve(world, "carla", request) == {"privacy-officer": 1}


def test_who_let_a_policy_go_of_the_version_cannot_sign_beside_it(world: World) -> None:
    """The rules that no longer govern are as much fitted to the case as those that do."""
    hire(world, "olga", Role.COMPLIANCE_OFFICER, Role.STEWARD)
    for name, by in (("other", "carla"), ("house-rules", "olga")):
        text = (POLICY % {"version": "2.0.0", "limit": "3.0"}).replace("house-rules", name)
        if by == "olga":
            text = text.replace("  match: {}\n", "  match: {all: [{modality: [image]}]}\n")
        path = world.folder / f"{name}.yaml"
        path.write_text(text)
        publish_policy(world.by(by), path)

    refused(world, "olga", world.submit(), "olga published house-rules 2.0.0 after")
