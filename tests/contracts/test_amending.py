"""A card is amended: what was open is void, who did it no longer signs, and nothing is lost."""

import pytest
from conftest import real_table
from sqlalchemy import text
from sqlmodel import select
from world import CARD, INTERNAL, World

from registry.card import DatasetCard, read_card
from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted
from registry.records import CardRevision, Meaning, Role
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.amend import Amended, amend
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.listing import requests, version
from registry.workflow.query import Question, query
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.verify import verify


def card(epsilon: str = "1.5", more: str = "") -> DatasetCard:
    return read_card((CARD % {"epsilon": epsilon} + more).encode(), "card.yaml")


def amended(world: World, new: DatasetCard | None = None, by: str = "ada") -> Amended:
    return amend(world.by(by), "claims@1", new or card(), "epsilon was misread")


def test_a_new_card_is_a_revision_and_the_old_one_stays(world: World) -> None:
    before = version(world.home, "claims@1")["card_digest"]

    found = amended(world)

    after = version(world.home, "claims@1")
    assert (found.revision, found.was, found.card) == (2, before, after["card_digest"])
    assert after["epsilon"] == 1.5
    assert "epsilon was misread" in str(after["amendments"])
    with reading(world.home.engine) as session:
        rows = list(session.exec(select(CardRevision).order_by(CardRevision.number)))
    assert [row.card_digest for row in rows] == [before, found.card]
    last = list(query(world.home, Question(action="amend")))[-1]
    assert (last["fact"], last["details"]["was"]) == ("dataset.amended", before)
    assert last["details"]["card"] == found.card
    assert amended(world, card("1.25")).revision == 3
    assert verify(world.home).events > 0


def test_an_amended_claim_that_is_weak_is_warned_of_as_a_registered_one(world: World) -> None:
    weak = read_card((CARD % {"epsilon": "1.5"}).replace("1e-6", "0.5").encode(), "card.yaml")

    first, *_ = amended(world, weak).warnings

    assert "delta 0.5 is not below 1/n" in first


def test_what_a_card_claims_is_decided_on_as_amended(world: World) -> None:
    assert check(world.home, "claims@1", INTERNAL).outcome == "allow"

    amended(world, card("9.0"))

    assert check(world.home, "claims@1", INTERNAL).outcome == "deny"


def test_every_open_request_is_void_and_says_why(world: World) -> None:
    first = world.submit()
    world.approve(first)
    second = world.submit(wanted=INTERNAL.__class__("research", "internal", None))

    assert amended(world).voided == (first, second)

    rows = requests(world.home, every=True)
    assert [row["state"] for row in rows] == ["voided", "voided"]
    assert all("was amended after" in str(row["closed_reason"]) for row in rows)
    shown = review(world.home, first)
    assert (len(shown["signoffs"]), shown["stands"]) == (2, "no: it was voided")
    assert "was amended after" in str(shown["closed because"])
    assert list(query(world.home, Question(request=first)))[-1]["fact"] == "request.voided"
    assert verify(world.home).events > 0


def test_a_review_of_what_was_released_shows_what_was_signed_and_not_what_came_since(
    world: World,
) -> None:
    request = world.submit()
    world.approve(request)
    signed = review(world.home, request)["dataset"]
    release(world.by("carla"), request, Terms("research-lab"))
    assert review(world.home, request)["stands"] is True

    amended(world)

    shown = review(world.home, request)
    assert (shown["dataset"], shown["stands"]) == (signed, "no: it changed since it was released")


def test_who_amended_a_card_cannot_sign_it_and_others_can(world: World) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    amended(world, by="both")
    request = world.submit()

    with pytest.raises(NotPermitted, match="both amended the card of claims@1") as caught:
        sign(world.by("both"), request, Meaning.APPROVE)

    assert caught.value.exit_code == 4
    world.approve(request)


def test_an_amendment_takes_nobodys_name_off_what_they_generated(world: World) -> None:
    made = CARD.replace("seed: 7}", "seed: 7, madeBy: stefan}") % {"epsilon": "2.0"}
    amended(world, read_card(made.encode(), "card.yaml"))
    amended(world, card("2.5"))
    request = world.submit()

    with pytest.raises(NotPermitted, match="stefan generated claims@1"):
        sign(world.by("stefan"), request, Meaning.APPROVE)


def test_the_classification_can_only_be_raised(world: World) -> None:
    raised = card("2.0", "classification: special-category\n")
    amended(world, raised)

    with pytest.raises(InvalidInput, match="below its source's"):
        amended(world, card("2.0", "classification: personal\n"))


def test_a_raised_classification_is_not_lowered_again(world: World) -> None:
    training, holdout = world.folder / "t.csv", world.folder / "h.csv"
    real_table(81).to_csv(training, index=False)
    real_table(82).to_csv(holdout, index=False)
    add_source(world.by("ada"), "shop", training, holdout, classification="internal")
    confirm_source(world.by("stefan"), "shop")
    text_ = (CARD % {"epsilon": "2.0"}).replace("hospital", "shop").replace("claims", "sales")
    data = world.folder / "sales.csv"
    real_table(83).to_csv(data, index=False)
    high = read_card((text_ + "classification: personal\n").encode(), "c")
    register(world.by("ada"), data, high)

    with pytest.raises(InvalidInput, match="would lower the classification from 'personal'"):
        amend(world.by("ada"), "sales@1", read_card(text_.encode(), "c"), "because")


def test_a_card_of_another_dataset_or_source_or_the_very_same_is_a_conflict(world: World) -> None:
    other = read_card((CARD % {"epsilon": "2.0"}).replace("claims", "visits").encode(), "c")

    with pytest.raises(Conflict, match="is of the dataset 'claims'"):
        amended(world, other)
    with pytest.raises(Conflict, match="has this very card already"):
        amended(world, card("2.0"))


@pytest.mark.parametrize("by", ["stefan", "carla", "admin", "amir"])
def test_only_an_engineer_amends(world: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        amended(world, by=by)


def test_to_amend_needs_a_reason(world: World) -> None:
    with pytest.raises(InvalidInput, match="needs a reason"):
        amend(world.by("ada"), "claims@1", card(), " ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE card_revision SET card = replace(card, '1.5', '0.5') WHERE number = 2",
        "UPDATE card_revision SET reason = 'none' WHERE number = 2",
        "UPDATE card_revision SET amended_by = amended_by + 1 WHERE number = 2",
        "DELETE FROM card_revision WHERE number = 2",
        "UPDATE card_revision SET card_digest = 'sha256:0' WHERE number = 1",
        "UPDATE dataset_version SET card_digest = 'sha256:0'",
        "UPDATE guarantee SET epsilon = 0.1",
    ],
)
def test_an_edited_revision_is_named_by_the_verification(world: World, statement: str) -> None:
    amended(world)
    with world.home.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1

    with pytest.raises(IntegrityFailure):
        verify(world.home)
