"""Signatures by people's own keys: what they cover, who demands them, how a forged one shows."""

import base64
import json
from dataclasses import replace

import pytest
from keyholders import Counting, enrol, known
from sqlalchemy import text
from sqlmodel import select
from world import INTERNAL, World

from registry.errors import IntegrityFailure, NotPermitted
from registry.log.canonical import canonical, digest_bytes
from registry.log.signature import verify as verified
from registry.records import DecisionRecord, Meaning, PersonalKey, SignOff
from registry.store.database import reading
from registry.workflow.batch import approve_each
from registry.workflow.context import Context
from registry.workflow.listing import requests
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify

COMMON = ("request", "dataset", "context", "policies", "evidence", "decision")
SIGNED = "separation: [author, evaluator, policy-author]\n    signatures: required"


def demand_signatures(world: World) -> None:
    world.publish_edited("1.1.0", "separation: [author, evaluator, policy-author]", SIGNED)


def signoffs(world: World) -> list[SignOff]:
    with reading(world.home.engine) as session:
        return list(session.exec(select(SignOff).order_by(SignOff.id)))


def test_the_digest_that_was_signed_is_that_of_what_the_review_shows(world: World) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.APPROVE, reason="evidence reviewed")

    shown = json.loads(json.dumps(review(world.home, request)))
    (signed,) = shown["signoffs"]
    statement = {
        **{key: shown[key] for key in COMMON},
        "signer": signed["name"],
        **{key: signed[key] for key in ("role", "meaning", "reason", "at", "authentication")},
    }
    assert digest_bytes(canonical(statement)) == signed["statement"]


def test_what_was_decided_at_submission_is_bound_by_the_log_and_by_every_signature(
    world: World,
) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.APPROVE)

    with reading(world.home.engine) as session:
        body = session.exec(select(DecisionRecord.body)).one()
    told = next(iter(query(world.home, Question(request=request))))
    assert told["details"]["body"] == digest_bytes(body.encode())
    (row,) = signoffs(world)
    assert json.loads(row.statement)["decision"]["body"] == told["details"]["body"]
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE decision SET body = replace(body, 'pass', 'past')"))
    with pytest.raises(IntegrityFailure, match="the decision it was submitted with"):
        verify(world.home)


def test_a_signature_covers_the_very_bytes_of_the_statement_and_stands_in_the_log(
    world: World,
) -> None:
    request = world.submit()
    signed = sign(enrol(world, "stefan"), request, Meaning.APPROVE)

    (row,) = signoffs(world)
    with reading(world.home.engine) as session:
        key = session.exec(select(PersonalKey).where(PersonalKey.key_id == row.key_id)).one()
    assert signed.key_id == row.key_id
    assert verified(key.public, row.signature, row.statement)
    (shown,) = review(world.home, request)["signoffs"]
    value = base64.b64encode(row.signature).decode()
    assert (shown["key"], shown["signature"]) == (key.key_id, value)
    told = list(query(world.home, Question(request=request)))[-1]["details"]
    assert (told["key"], told["signature"]) == (key.key_id, value)
    assert verify(world.home).events > 0


def test_in_local_mode_there_is_no_signature_and_nothing_pretends_one(world: World) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.APPROVE)

    (row,) = signoffs(world)
    told = list(query(world.home, Question(request=request)))[-1]["details"]
    assert (row.key_id, row.signature) == (None, None)
    assert "signature" not in told


def test_a_policy_that_demands_signatures_lets_nothing_be_submitted_in_local_mode(
    world: World,
) -> None:
    demand_signatures(world)

    with pytest.raises(NotPermitted, match="ask for signatures") as caught:
        world.submit()

    assert caught.value.exit_code == 4
    assert requests(world.home, every=True) == []


def by_key(world: World, name: str) -> Context:
    return enrol(world, name)


def submitted(world: World) -> str:
    """R-1, submitted by ada who is signed in, under a policy that demands signatures."""
    demand_signatures(world)
    request, _ = submit(enrol(world, "ada"), "claims@1", INTERNAL)
    return f"R-{request.id}"


def test_a_policy_that_demands_signatures_takes_none_that_nobody_proved(world: World) -> None:
    request = submitted(world)

    unproven = world.home
    with pytest.raises(NotPermitted):
        sign(_claiming(unproven, world, "stefan"), request, Meaning.APPROVE)

    assert signoffs(world) == []
    world.home.clock.advance(seconds=1)
    assert sign(by_key(world, "stefan"), request, Meaning.APPROVE).still_needed == {
        "privacy-officer": 1
    }
    assert sign(by_key(world, "paula"), request, Meaning.APPROVE).state == "approved"
    assert release(by_key(world, "carla"), request, Terms("Pricing")).label == "REL-1"
    assert verify(world.home).events > 0


def _claiming(home: Context, world: World, name: str) -> Context:
    """Local mode, with a name that is only claimed."""
    return replace(home, identity=known(world, name))


def test_sign_offs_without_a_signature_stop_counting_once_a_policy_demands_them(
    world: World,
) -> None:
    """By the rows: an administrator who blanks a signature gains nothing by it."""
    request = submitted(world)
    sign(by_key(world, "stefan"), request, Meaning.APPROVE)
    sign(by_key(world, "paula"), request, Meaning.APPROVE)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE signoff SET key_id = NULL, signature = NULL WHERE id = 1"))

    with pytest.raises(Exception, match="lacks sign-offs"):
        release(by_key(world, "carla"), request, Terms("Pricing"))
    with pytest.raises(IntegrityFailure, match="sign-off"):
        verify(world.home)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE signoff SET signature = :junk", "its signature is not one of the key"),
        ("UPDATE signoff SET key_id = 'AAAAAAAAAAA='", "the key .* is not there"),
        ("UPDATE signoff SET signature = NULL", "do not stand together"),
        ("UPDATE personal_key SET account_id = account_id + 1", "somebody else's"),
        (
            "UPDATE personal_key SET valid_until = '2000-01-01T00:00:00.000000Z'",
            "was not valid at",
        ),
    ],
)
def test_a_forged_signature_is_named_by_the_verification(
    world: World, statement: str, said: str
) -> None:
    request = world.submit()
    sign(enrol(world, "stefan"), request, Meaning.APPROVE)
    used = {"junk": b"0" * 64} if ":junk" in statement else {}
    with world.home.engine.begin() as connection:
        assert connection.execute(text(statement), used).rowcount >= 1

    with pytest.raises(IntegrityFailure, match=said):
        verify(world.home)


def test_what_a_compromised_key_signed_counts_for_nothing(world: World) -> None:
    request = world.submit()
    sign(enrol(world, "stefan"), request, Meaning.APPROVE)
    assert review(world.home, request)["still needed"] == {"privacy-officer": 1}

    with world.home.engine.begin() as connection:
        connection.execute(
            text("UPDATE personal_key SET compromised_from = :now"), {"now": world.home.now()}
        )

    assert review(world.home, request)["still needed"] == {"privacy-officer": 1, "steward": 1}


def test_several_requests_are_signed_one_by_one_with_one_passphrase(world: World) -> None:
    labels = [world.submit(label) for label in ("claims@1", world.register(60), world.register(61))]
    context = enrol(world, "stefan")
    secrets = Counting(context.secrets)

    done = list(approve_each(replace(context, secrets=secrets), [*labels, "R-9", labels[0]]))

    assert [one.request for one in done] == [*labels, "R-9"]
    assert [one.refused.exit_code if one.refused else 0 for one in done] == [0, 0, 0, 2]
    assert secrets.asked == 1
    rows = signoffs(world)
    assert len({row.statement_digest for row in rows}) == len({row.signature for row in rows}) == 3
    assert verify(world.home).events > 0
