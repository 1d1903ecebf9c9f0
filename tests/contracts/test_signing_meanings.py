"""Signatures that mean something other than approval, and signatures that are taken back."""

import json

import pytest
from sqlalchemy import text
from sqlmodel import select
from world import World

from registry.clock import moment, stamp
from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotFound, NotPermitted
from registry.records import Meaning, Role, SignOff
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.listing import requests
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.retract import retract
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.verify import verify
from registry.workflow.withdraw import withdraw


def state(world: World, request: str) -> object:
    return next(
        row["state"] for row in requests(world.home, every=True) if row["request"] == request
    )


def facts(world: World, request: str) -> list[object]:
    return [one["fact"] for one in query(world.home, Question(request=request))]


def test_an_author_signs_and_it_never_counts(world: World) -> None:
    request = world.submit()

    signed = sign(world.by("ada"), request, Meaning.AUTHOR)

    assert (signed.role, signed.still_needed) == ("engineer", {"privacy-officer": 1, "steward": 1})
    assert state(world, request) == "submitted"
    with pytest.raises(Conflict, match="ada signed R-1 already"):
        sign(world.by("ada"), request, Meaning.AUTHOR)
    with pytest.raises(NotPermitted, match="ada may not approve"):
        sign(world.by("ada"), request, Meaning.APPROVE)


def test_an_author_who_is_a_steward_too_signs_as_author_and_fills_no_seat(world: World) -> None:
    from world import INTERNAL

    from registry.workflow.submit import submit as put_forward

    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    put_forward(world.by("both"), "claims@1", INTERNAL)

    assert sign(world.by("both"), "R-1", Meaning.AUTHOR).still_needed["steward"] == 1
    with pytest.raises(NotPermitted, match="both put forward claims@1"):
        sign(world.by("both"), "R-1", Meaning.APPROVE)


def test_who_is_no_author_does_not_sign_as_one(world: World) -> None:
    request = world.submit()

    with pytest.raises(NotPermitted, match="eve is no author of claims@1"):
        sign(world.by("eve"), request, Meaning.AUTHOR)
    with pytest.raises(NotPermitted, match="stefan may not author"):
        sign(world.by("stefan"), request, Meaning.AUTHOR)


@pytest.mark.parametrize("meaning", [Meaning.REVIEW, Meaning.TAKE_RESPONSIBILITY])
def test_who_reviews_or_takes_responsibility_may_approve_as_well(
    world: World, meaning: Meaning
) -> None:
    request = world.submit()

    assert sign(world.by("stefan"), request, meaning).still_needed["steward"] == 1
    assert sign(world.by("stefan"), request, Meaning.APPROVE).still_needed == {"privacy-officer": 1}
    world.approve(request, "paula")
    assert sign(world.by("stella"), request, meaning).state == "approved"
    means = [one["meaning"] for one in review(world.home, request)["signoffs"]]
    assert means == [meaning, "approve", "approve", meaning]
    assert verify(world.home).events > 0


def test_a_retracted_signature_stays_readable_and_counts_no_more(world: World) -> None:
    request = world.submit()
    world.approve(request)

    signed = retract(world.by("stefan"), request, "the holdout was worn out")

    assert (signed.state, signed.still_needed) == ("submitted", {"steward": 1})
    assert facts(world, request)[-2:] == ["signoff.retracted", "request.reopened"]
    first, _, last = review(world.home, request)["signoffs"]
    assert (first["name"], first["meaning"]) == ("stefan", "approve")
    assert first["retracted at"] == last["at"]
    assert (last["meaning"], last["reason"]) == ("retract", "the holdout was worn out")
    with reading(world.home.engine) as session:
        rows = list(session.exec(select(SignOff).order_by(SignOff.id)))
    assert json.loads(rows[2].statement)["retracts"] == rows[0].statement_digest
    with pytest.raises(Conflict, match="R-1 is submitted, not approved"):
        release(world.by("carla"), request, Terms("Pricing team"))
    assert verify(world.home).events > 0


def test_after_a_retraction_the_seat_is_filled_again_by_anybody_who_may(world: World) -> None:
    for name in ("stefan", "stella"):
        request = world.submit()
        world.approve(request)
        retract(world.by("stefan"), request, "second thoughts")
        assert sign(world.by(name), request, Meaning.APPROVE).state == "approved"
        release(world.by("carla"), request, Terms(name))
    assert verify(world.home).events > 0


def test_a_retraction_that_leaves_the_quorum_whole_leaves_the_approval(world: World) -> None:
    request = world.submit()
    world.approve(request, "stella", "stefan", "paula")

    assert retract(world.by("stella"), request, "away").state == "approved"


def test_a_rejection_follows_a_retracted_approval(world: World) -> None:
    request = world.submit()
    world.approve(request, "stefan")
    retract(world.by("stefan"), request, "second thoughts")

    assert sign(world.by("stefan"), request, Meaning.REJECT, reason="no").state == "rejected"


@pytest.mark.parametrize(
    ("by", "error"),
    [("stella", NotFound), ("paula", NotFound), ("amir", NotPermitted), ("admin", NotPermitted)],
)
def test_nobody_takes_back_the_signature_of_another(
    world: World, by: str, error: type[Exception]
) -> None:
    request = world.submit()
    world.approve(request, "stefan")

    with pytest.raises(error):
        retract(world.by(by), request, "because")


def test_nothing_is_taken_back_twice_nor_after_the_release(world: World) -> None:
    request = world.submit()
    world.approve(request, "stefan")
    retract(world.by("stefan"), request, "because")
    with pytest.raises(NotFound):
        retract(world.by("stefan"), request, "because")
    world.approve(request, "stella", "paula")
    release(world.by("carla"), request, Terms("Pricing team"))

    with pytest.raises(Conflict, match="R-1 is released"):
        retract(world.by("stella"), request, "because")


def test_of_several_signatures_the_one_to_take_back_is_named(world: World) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.REVIEW)
    sign(world.by("stefan"), request, Meaning.APPROVE)

    with pytest.raises(InvalidInput, match="more than once"):
        retract(world.by("stefan"), request, "because")
    retract(world.by("stefan"), request, "because", Meaning.REVIEW)

    assert review(world.home, request)["still needed"] == {"privacy-officer": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signoff SET retracted_at = NULL WHERE id = 1",
        "UPDATE signoff SET retracted_at = '2020-01-01T00:00:00.000000Z' WHERE id = 1",
        "UPDATE signoff SET retracted_at = '2020-01-01T00:00:00.000000Z' WHERE id = 2",
        "UPDATE signoff SET retracts = 2 WHERE id = 3",
        "UPDATE request SET state = 'approved'",
    ],
)
def test_an_edited_retraction_is_named_by_the_verification(world: World, statement: str) -> None:
    request = world.submit()
    world.approve(request)
    retract(world.by("stefan"), request, "because")
    with world.home.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1

    with pytest.raises(IntegrityFailure):
        verify(world.home)


def test_an_author_withdraws_a_request_whether_approved_or_not(world: World) -> None:
    for count in (0, 2):
        request = world.submit()
        world.approve(request, *["stefan", "paula"][:count]) if count else None

        assert withdraw(world.by("ada"), request, "a better one comes").state == "withdrawn"

        assert facts(world, request)[-1] == "request.withdrawn"
        with pytest.raises(Conflict, match="is withdrawn"):
            withdraw(world.by("ada"), request)
    assert len(review(world.home, "R-2")["signoffs"]) == 2
    assert verify(world.home).events > 0


@pytest.mark.parametrize(("by", "said"), [("eve", "did not submit R-1"), ("stefan", "may not")])
def test_only_who_submitted_a_request_withdraws_it(world: World, by: str, said: str) -> None:
    request = world.submit()

    with pytest.raises(NotPermitted, match=said):
        withdraw(world.by(by), request)

    assert state(world, request) == "submitted"


def test_an_approval_ends_with_the_oldest_signature_it_rests_on(world: World) -> None:
    request = world.submit()
    world.approve(request, "stefan")
    world.home.clock.advance(days=59)
    world.approve(request, "paula")
    shown = review(world.home, request)
    assert (shown["age in days"], shown["state"]) == (59, "approved")
    assert [one["age in days"] for one in shown["signoffs"]] == [59, 0]
    times = [one[key] for one in shown["signoffs"] for key in ("at", "expires")]
    assert all(stamp(moment(time)) == time for time in times)

    world.home.clock.advance(days=2)

    (row,) = requests(world.home)
    assert "was valid for 60 days" in str(row["blocked"])
    assert "was valid for 60 days" in str(review(world.home, request)["lapsed"])
    with pytest.raises(Conflict, match="it has lapsed"):
        release(world.by("carla"), request, Terms("Pricing team"))


def test_a_signature_that_expired_before_the_quorum_was_whole_leaves_its_seat(
    world: World,
) -> None:
    request = world.submit()
    world.approve(request, "stefan")
    world.home.clock.advance(days=61)

    assert sign(world.by("paula"), request, Meaning.APPROVE).still_needed == {"steward": 1}
    assert sign(world.by("stella"), request, Meaning.APPROVE).state == "approved"
