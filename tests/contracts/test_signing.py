"""What signatures come to, and what each of them covers."""

import json
from dataclasses import replace

import pytest
from conftest import acting
from sqlmodel import select
from world import INTERNAL, World

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted
from registry.log.canonical import canonical, digest_bytes
from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Request, RequestState, Role, SignOff
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.context import open_context
from registry.workflow.decisions import body_digest
from registry.workflow.listing import requests, version
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.review import review
from registry.workflow.sign import DECIDING, sign
from registry.workflow.verify import verify

OTHER = Wanted("research", "internal", None)


def hire(world: World, name: str, *roles: Role) -> None:
    add_account(world.by("admin"), name, roles)


def approve(world: World, name: str, request: str, role: Role | None = None) -> dict[str, int]:
    return sign(world.by(name), request, Meaning.APPROVE, role=role).still_needed


def state(world: World, request: str) -> object:
    return next(
        row["state"] for row in requests(world.home, every=True) if row["request"] == request
    )


def signoffs(world: World) -> list[SignOff]:
    with reading(world.home.engine) as session:
        return list(session.exec(select(SignOff).order_by(SignOff.id)))


def test_two_people_in_two_roles_approve_a_request(world: World) -> None:
    request = world.submit()

    assert approve(world, "paula", request) == {"steward": 1}
    assert state(world, request) == RequestState.SUBMITTED
    assert approve(world, "stefan", request) == {}
    assert state(world, request) == RequestState.APPROVED


def test_two_stewards_do_not_fill_the_seats_of_a_steward_and_a_privacy_officer(
    world: World,
) -> None:
    request = world.submit()

    approve(world, "stefan", request)
    left = approve(world, "stella", request)

    assert left == {"privacy-officer": 1}
    assert state(world, request) == RequestState.SUBMITTED


def test_one_person_with_both_roles_counts_once(world: World) -> None:
    hire(world, "dora", Role.STEWARD, Role.PRIVACY_OFFICER)
    request = world.submit()

    approve(world, "dora", request)
    for role in (None, Role.STEWARD, Role.PRIVACY_OFFICER):
        with pytest.raises(Conflict, match="dora signed R-1 already"):
            approve(world, "dora", request, role)

    assert len(signoffs(world)) == 1
    assert state(world, request) == RequestState.SUBMITTED


@pytest.mark.parametrize(
    ("role", "other", "left"),
    [
        (Role.STEWARD, "paula", {"privacy-officer": 1}),
        (Role.PRIVACY_OFFICER, "stella", {"steward": 1}),
    ],
)
def test_the_role_asked_for_is_the_seat_taken(
    world: World, role: Role, other: str, left: dict[str, int]
) -> None:
    hire(world, "dora", Role.STEWARD, Role.PRIVACY_OFFICER)
    request = world.submit()

    assert approve(world, "dora", request, role) == left
    assert approve(world, other, request) == {}


def test_without_a_role_asked_for_the_seat_that_is_still_open_is_taken(world: World) -> None:
    hire(world, "dora", Role.STEWARD, Role.PRIVACY_OFFICER)
    for first, wanted in (("stefan", INTERNAL), ("paula", OTHER)):
        request = world.submit(wanted=wanted)
        approve(world, first, request)
        assert approve(world, "dora", request) == {}


def test_nobody_signs_in_a_role_they_do_not_hold(world: World) -> None:
    request = world.submit()

    for role in (Role.PRIVACY_OFFICER, Role.ADMIN):
        with pytest.raises(NotPermitted, match=f"stefan cannot approve as {role}"):
            approve(world, "stefan", request, role)


def test_a_second_signature_of_one_person_is_a_conflict(world: World) -> None:
    request = world.submit()
    approve(world, "stefan", request)

    for meaning in DECIDING:
        with pytest.raises(Conflict, match="stefan signed R-1 already") as caught:
            sign(world.by("stefan"), request, meaning, reason="second thoughts")
        assert caught.value.exit_code == 5


@pytest.mark.parametrize("meaning", [Meaning.REJECT, Meaning.RETURN])
@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_to_reject_or_return_needs_a_reason(
    world: World, meaning: Meaning, reason: str | None
) -> None:
    request = world.submit()

    with pytest.raises(InvalidInput, match="needs a reason"):
        sign(world.by("stefan"), request, meaning, reason=reason)

    assert state(world, request) == RequestState.SUBMITTED


@pytest.mark.parametrize(
    ("meaning", "closed"),
    [(Meaning.REJECT, RequestState.REJECTED), (Meaning.RETURN, RequestState.RETURNED)],
)
def test_to_reject_or_return_closes_the_request_with_its_reason(
    world: World, meaning: Meaning, closed: RequestState
) -> None:
    request = world.submit()
    approve(world, "paula", request)

    signed = sign(world.by("stefan"), request, meaning, reason="the purpose is too wide")

    assert (signed.state, signed.still_needed) == (closed, {})
    (row,) = requests(world.home, every=True)
    assert (row["state"], row["closed_reason"]) == (closed, "the purpose is too wide")
    last = list(query(world.home, Question(request=request)))[-1]
    assert (last["fact"], last["actor"]) == (f"request.{closed}", "stefan")
    with pytest.raises(Conflict, match=f"R-1 is {closed}"):
        approve(world, "stella", request)
    assert world.submit() == "R-2"


def test_an_approved_request_takes_no_more_signatures(world: World) -> None:
    request = world.submit()
    world.approve(request)

    with pytest.raises(Conflict, match="R-1 is approved"):
        approve(world, "stella", request)


def test_a_statement_covers_data_card_context_decision_meaning_reason_and_signer(
    world: World,
) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.REJECT, reason="the purpose is too wide")

    (row,) = signoffs(world)
    told, held = json.loads(row.statement), version(world.home, "claims@1")
    with reading(world.home.engine) as session:
        decision = session.get_one(Request, 1).decision_digest
        body = body_digest(session, session.get_one(Request, 1))
    assert digest_bytes(row.statement) == row.statement_digest
    assert canonical(told) == row.statement
    assert told["request"] == request
    assert told["dataset"] == {
        "label": "claims@1",
        "content": held["content_digest"],
        "file": held["file_digest"],
        "card": held["card_digest"],
    }
    assert told["context"] == {
        "use": "model-development",
        "audience": "internal",
        "jurisdiction": None,
    }
    assert told["decision"] == {"digest": decision, "outcome": "allow", "body": body}
    assert [(one["id"], one["version"]) for one in told["policies"]] == [("house-rules", "1.0.0")]
    assert (told["meaning"], told["reason"]) == ("reject", "the purpose is too wide")
    assert (told["signer"], told["role"], told["at"]) == ("stefan", "steward", row.signed_at)


def test_what_is_signed_is_what_the_review_shows(world: World) -> None:
    request = world.submit()
    shown = review(world.home, request)
    approve(world, "stefan", request)

    told = json.loads(signoffs(world)[0].statement)
    common = {"request", "dataset", "context", "policies", "evidence", "decision"}
    assert {key: told[key] for key in common} == {key: shown[key] for key in common}


def test_two_signers_a_day_apart_sign_the_same_decision(world: World) -> None:
    request = world.submit()
    approve(world, "stefan", request)
    world.home.clock.advance(days=1)
    approve(world, "paula", request)

    first, second = (json.loads(row.statement) for row in signoffs(world))
    assert first["decision"] == second["decision"]
    assert first["at"] < second["at"]


def test_a_signature_in_local_mode_says_that_it_is_unauthenticated(world: World) -> None:
    request = world.submit()
    signed = sign(world.by("stefan"), request, Meaning.APPROVE)

    (row,) = signoffs(world)
    (shown,) = review(world.home, request)["signoffs"]
    label = "unauthenticated (local mode)"
    assert signed.authentication == row.authentication == label
    assert json.loads(row.statement)["authentication"] == label
    assert shown["authentication"] == label
    last = list(query(world.home, Question(request=request)))[-1]
    assert last["authentication"] == label


def test_a_version_stands_for_its_only_open_request(world: World) -> None:
    world.submit()

    assert approve(world, "stefan", "claims@1") == {"privacy-officer": 1}
    assert approve(world, "paula", "claims@1") == {}
    assert release(world.by("carla"), "claims@1", Terms("Pricing team")).request == "R-1"


def test_a_version_with_two_open_requests_stands_for_neither(world: World) -> None:
    world.submit()
    world.submit(wanted=OTHER)

    with pytest.raises(Conflict, match="R-1, R-2") as caught:
        approve(world, "stefan", "claims@1")

    assert caught.value.exit_code == 5
    assert signoffs(world) == []


def test_a_version_without_an_open_request_says_how_to_put_it_forward(world: World) -> None:
    with pytest.raises(NotFound) as caught:
        approve(world, "stefan", "claims@1")

    assert "registry submit claims@1" in (caught.value.todo or "")


def test_a_claimed_name_signs_nothing_where_people_sign_in(world: World) -> None:
    settings = replace(world.home.settings, mode="signed-in", claimed="stefan")

    with pytest.raises(NotPermitted, match="a claimed name is not a signature") as caught:
        open_context(settings, world.home.clock)

    assert caught.value.exit_code == 4
    with pytest.raises(NotPermitted, match="not in local mode"):
        acting(replace(world.home, settings=settings), "stefan")


def test_nobody_signs_unproven_where_people_sign_in(world: World) -> None:
    request = world.submit()
    settings = replace(world.home.settings, mode="signed-in")
    context = open_context(settings, world.home.clock)

    with pytest.raises(NotPermitted, match="nobody is named"):
        sign(context, request, Meaning.APPROVE)

    context.engine.dispose()
    assert verify(world.home).events > 0


def test_a_name_without_an_account_is_refused(world: World) -> None:
    with pytest.raises(NotPermitted, match="no account has the name"):
        world.by("mallory")
