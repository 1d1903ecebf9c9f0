"""A source or a version that is withdrawn stops all that came of it, at once or not at all."""

from dataclasses import replace

import pytest
from conftest import real_table
from hooks import hook
from sqlalchemy import text
from world import CARD, World

from registry.card import read_card
from registry.errors import (
    Conflict,
    IntegrityFailure,
    InvalidInput,
    NotFound,
    NotPermitted,
    RegistryError,
)
from registry.policy.facts import Context as Wanted
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.evaluate import evaluate
from registry.workflow.listing import releases, requests, sources, versions
from registry.workflow.query import Question, query
from registry.workflow.recalls.listing import recalls
from registry.workflow.recalls.post import Posted, post
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.stopping import Withdrawn
from registry.workflow.verify import verify
from registry.workflow.webhooks.pinned import Place
from registry.workflow.withdraw_source import withdraw_source
from registry.workflow.withdraw_version import withdraw_version

RESEARCH = Wanted("research", "internal", None)
INTERNAL = Wanted("model-development", "internal", None)


@pytest.fixture
def busy(world: World) -> World:
    """R-1 released, R-2 approved, R-3 submitted, of two versions of one source."""
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    world.approve(world.submit(wanted=RESEARCH))
    world.submit(world.register(4))
    return world


def once(place: Place, secret: bytes, body: bytes) -> Posted:
    return post(place, secret, body, timeout=2.0, sleep=lambda _: None)


def withdraw(world: World, by: str = "carla") -> Withdrawn:
    return withdraw_source(world.by(by), "hospital", "a patient asked", "consent", once)


def states(world: World) -> dict[str, list[object]]:
    return {
        "sources": [row["state"] for row in sources(world.home)],
        "versions": [row["state"] for row in versions(world.home)],
        "requests": [row["state"] for row in requests(world.home, every=True)],
        "releases": [row["state"] for row in releases(world.home)],
    }


def test_a_withdrawn_source_voids_its_requests_and_recalls_its_releases(busy: World) -> None:
    found = withdraw(busy)

    assert (found.versions, found.requests) == (("claims@1", "claims@2"), ("R-2", "R-3"))
    assert [one.release for one in found.recalls] == ["REL-1"]
    assert states(busy) == {
        "sources": ["withdrawn"],
        "versions": ["withdrawn", "withdrawn"],
        "requests": ["released", "voided", "voided"],
        "releases": ["revoked"],
    }
    reason = "the source hospital was withdrawn (consent): a patient asked"
    assert {row["closed_reason"] for row in requests(busy.home, every=True)} == {None, reason}
    assert [row["state"] for row in recalls(busy.home)] == ["outstanding"]
    facts = [event["fact"] for event in query(busy.home, Question(action="withdraw-source"))]
    assert facts == [
        "source.withdrawn",
        "request.voided",
        "request.voided",
        "release.revoked",
        "recall.issued",
    ]
    assert verify(busy.home).events > 0


def test_the_event_of_a_withdrawal_lists_all_that_came_of_the_source(busy: World) -> None:
    withdraw(busy)

    (event, *_) = query(busy.home, Question(action="withdraw-source"))
    assert event["details"] == {
        "source": "hospital",
        "basis": "consent",
        "reason": "a patient asked",
        "versions": ["claims@1", "claims@2"],
        "requests": ["R-2", "R-3"],
        "releases": ["REL-1"],
    }


def test_nothing_is_made_of_a_withdrawn_source_any_more(busy: World) -> None:
    withdraw(busy)
    data = busy.folder / "synthetic-9.csv"
    real_table(9).to_csv(data, index=False)
    card = read_card((CARD % {"epsilon": "1.0"}).encode(), "card.yaml")
    training, holdout = busy.folder / "training.csv", busy.folder / "holdout.csv"
    ada, carla = busy.by("ada"), busy.by("carla")
    for step in (
        lambda: register(ada, data, card),
        lambda: busy.submit("claims@2", RESEARCH),
        lambda: evaluate(ada, "claims@1", training, holdout),
        lambda: check(ada, "claims@1", INTERNAL),
        lambda: release(carla, "R-2", Terms("Pricing team")),
    ):
        with pytest.raises(Conflict, match="'hospital' was withdrawn") as caught:
            step()
        assert caught.value.exit_code == 5
    with pytest.raises(Conflict):
        busy.approve("R-3")
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(busy)
    with pytest.raises(Conflict, match="is withdrawn already"):
        confirm_source(busy.by("stella"), "hospital")
    assert verify(busy.home).events > 0


def test_a_recall_that_does_not_arrive_leaves_the_withdrawal_standing(busy: World) -> None:
    secret = busy.folder / "secret"
    secret.write_text("0123456789abcdef")
    settings = replace(busy.home.settings, private_webhooks=True)
    busy = replace(busy, home=replace(busy.home, settings=settings))
    with hook(500) as there:
        add_recipient(busy.by("carla"), "Pricing team", Reach(None, there.url, secret))
        (sent,) = withdraw(busy).recalls

    assert (sent.delivery, len(there.got)) == ("failed", 4)
    assert states(busy)["sources"] == ["withdrawn"]
    assert [row["delivery"] for row in recalls(busy.home)] == ["failed"]


def test_a_withdrawal_that_fails_halfway_leaves_nothing_of_itself(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = states(busy)

    def fails(*_: object) -> None:
        raise Conflict("it moved meanwhile")

    monkeypatch.setattr("registry.workflow.revoke.issue", fails)
    with pytest.raises(Conflict):
        withdraw(busy)

    assert states(busy) == before
    assert recalls(busy.home, every=True) == []
    assert verify(busy.home).events > 0


def test_what_ended_before_is_not_recalled_and_what_was_superseded_is(world: World) -> None:
    for number, request in enumerate(("R-1", "R-2", "R-3"), start=1):
        label = "claims@1" if number == 1 else world.register(number + 9)
        world.approve(world.submit(label))
        terms = Terms("Pricing team", supersedes="REL-2" if number == 3 else None)
        release(world.by("carla"), request, terms)
    revoke(world.by("carla"), "REL-1", "a flaw was found")

    found = withdraw(world)

    assert [one.release for one in found.recalls] == ["REL-2", "REL-3"]
    assert states(world)["releases"] == ["revoked"] * 3
    assert verify(world.home).events > 0


def test_what_expired_is_not_recalled(busy: World) -> None:
    busy.home.clock.advance(days=91)  # type: ignore[attr-defined]

    assert withdraw(busy).recalls == ()


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "amir", "admin"])
def test_a_compliance_officer_alone_withdraws(world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        withdraw(world, by=name)
    with pytest.raises(NotPermitted):
        withdraw_version(world.by(name), "claims@1", "leaked")

    assert states(world)["sources"] == ["confirmed"]


@pytest.mark.parametrize(
    ("name", "reason", "basis", "kind"),
    [
        ("hospital", "", "consent", InvalidInput),
        ("hospital", "asked", "boredom", InvalidInput),
        ("hospitl", "asked", "consent", NotFound),
    ],
)
def test_a_withdrawal_needs_a_source_a_reason_and_a_basis(
    world: World, name: str, reason: str, basis: str, kind: type[RegistryError]
) -> None:
    with pytest.raises(kind):
        withdraw_source(world.by("carla"), name, reason, basis)


def test_a_withdrawn_version_stops_alone(busy: World) -> None:
    found = withdraw_version(busy.by("carla"), "claims@1", "training rows leaked", once)

    assert (found.requests, [one.release for one in found.recalls]) == (("R-2",), ["REL-1"])
    assert states(busy) == {
        "sources": ["confirmed"],
        "versions": ["withdrawn", "registered"],
        "requests": ["released", "voided", "submitted"],
        "releases": ["revoked"],
    }
    with pytest.raises(Conflict, match="claims@1 was withdrawn"):
        busy.submit("claims@1")
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_version(busy.by("carla"), "claims@1", "again")
    busy.approve("R-3")
    assert verify(busy.home).events > 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE source SET state = 'confirmed'", "source hospital: whether it is withdrawn"),
        ("UPDATE withdrawal SET reason = 'none'", "withdrawal of event"),
        ("UPDATE withdrawal SET basis = 'retention'", "withdrawal of event"),
        ("DELETE FROM withdrawal", "withdrawal of event .*: the log records it and it is gone"),
        (
            "UPDATE dataset_version SET state = 'withdrawn' WHERE number = 1",
            "version claims@1: whether it is withdrawn",
        ),
    ],
)
def test_a_withdrawal_changed_behind_the_log_is_noticed(
    world: World, statement: str, said: str
) -> None:
    withdraw(world)
    with world.home.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1

    with pytest.raises(IntegrityFailure, match=said):
        verify(world.home)
