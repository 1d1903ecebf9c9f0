"""The gate decides on what is recorded, byte for byte, and denies where nothing governs."""

import json
from collections.abc import Callable

import pytest
from conftest import real_table
from sqlalchemy import text
from world import INTERNAL, World

from registry.errors import Conflict, IntegrityFailure, PolicyDenied, RegistryError, Undecided
from registry.policy.facts import Context as Wanted
from registry.store.database import reading
from registry.workflow.add_source import add_source
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.listing import requests
from registry.workflow.publish_policy import publish_policy
from registry.workflow.query import Question, query
from registry.workflow.register import read_card_file, register
from registry.workflow.submit import submit


def publish_edited(world: World, version: str, old: str, new: str) -> None:
    """Publish the house rules as ``version`` with ``old`` replaced by ``new``."""
    source = (world.folder / "policy-1.0.0.yaml").read_text()
    assert old in source
    path = world.folder / f"policy-{version}.yaml"
    path.write_text(source.replace("version: 1.0.0", f"version: {version}").replace(old, new))
    publish_policy(world.by("carla"), path)


def test_a_policy_version_cannot_be_published_again_with_other_bytes(world: World) -> None:
    with pytest.raises(Conflict, match="published already, with other bytes"):
        publish_edited(world, "1.0.0", "  match: {}", "  match: {}  # whatever it is")


def test_a_source_that_no_steward_confirmed_leaves_the_decision_open(world: World) -> None:
    training = world.folder / "clinic.csv"
    real_table(71).to_csv(training, index=False)
    add_source(
        world.by("ada"),
        "clinic",
        training,
        world.folder / "holdout.csv",
        classification="special-category",
    )
    path = world.folder / "card.yaml"
    path.write_text(CLINIC)
    label = register(world.by("ada"), world.folder / "holdout.csv", read_card_file(path)).label

    decision = check(world.by("ada"), label, INTERNAL)

    assert decision.outcome == "undecided"
    assert [f.rule for f in decision.findings if f.outcome != "pass"] == [
        "registry.source-confirmed"
    ]
    with pytest.raises(Undecided):
        submit(world.by("ada"), label, INTERNAL)
    confirm_source(world.by("stefan"), "clinic")
    assert check(world.by("ada"), label, INTERNAL).outcome == "allow"


CLINIC = """\
apiVersion: registry/v1
kind: DatasetCard
name: visits
source: clinic
generator: {name: mst, version: "1.0", family: marginal-based-dp}
guarantee: {variant: pure, epsilon: 1.0, mechanism: laplace, privacyUnit: person,
  neighbouringRelation: add-remove}
"""


def test_where_no_policy_matches_the_answer_is_deny(world: World) -> None:
    public = "  match: {all: [{classification: [public]}]}"
    publish_edited(world, "2.0.0", "  match: {}", public)

    decision = check(world.by("ada"), "claims@1", INTERNAL)

    assert decision.outcome == "deny"
    assert decision.policies == ()
    with pytest.raises(PolicyDenied):
        world.submit()


def test_where_no_policy_is_published_the_answer_is_deny(world: World) -> None:
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM policy_document"))

    assert check(world.by("ada"), "claims@1", INTERNAL).outcome == "deny"


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (Wanted("re-identification", "internal", None), "uses"),
        (Wanted("research", "public", None), "sharing"),
    ],
)
def test_a_context_that_the_policy_does_not_allow_is_denied(
    world: World, wanted: Wanted, rule: str
) -> None:
    decision = check(world.by("ada"), "claims@1", wanted)

    assert decision.outcome == "deny"
    assert [f.rule for f in decision.findings if f.outcome == "fail"] == [rule]


@pytest.mark.parametrize("body", [b"spec: {}", b"{", b"\xff\xfe", b"", None])
@pytest.mark.parametrize(
    "step", [lambda w: check(w.by("ada"), "claims@1", INTERNAL), lambda w: w.submit()]
)
def test_a_tampered_policy_decides_nothing_whether_it_still_reads_or_not(
    world: World, body: bytes | None, step: Callable[[World], object]
) -> None:
    looser = (world.folder / "policy-1.0.0.yaml").read_bytes().replace(b"lte: 3.0", b"lte: 300")
    check(world.by("ada"), "claims@1", INTERNAL)  # what was read before must not hide the change
    with world.home.engine.begin() as connection:
        connection.execute(
            text("UPDATE policy_document SET body = :body"),
            {"body": looser if body is None else body},
        )

    with pytest.raises(IntegrityFailure, match="not what was published") as caught:
        step(world)

    assert caught.value.exit_code == 6


def test_a_check_is_on_the_record_whatever_it_finds(world: World) -> None:
    for wanted in (INTERNAL, Wanted("re-identification", "internal", None)):
        check(world.by("ada"), "claims@1", wanted)

    events = list(query(world.home, Question(action="check")))
    assert [event["outcome"] for event in events] == ["done", "denied"]
    assert events[1]["details"]["failed"] == ["uses"]


def test_a_decision_is_kept_whole_beside_its_version(world: World) -> None:
    decision = check(world.by("ada"), "claims@1", INTERNAL)

    with reading(world.home.engine) as session:
        (body,) = session.execute(text("SELECT body FROM decision")).scalars()
    kept = json.loads(body)
    assert (kept["digest"], kept["outcome"]) == (decision.digest, "allow")
    assert {one["rule"] for one in kept["findings"]} == {f.rule for f in decision.findings}


def test_a_request_cannot_be_opened_twice_for_the_same_thing(world: World) -> None:
    world.submit()

    with pytest.raises(Conflict, match="as R-1") as caught:
        world.submit()

    assert isinstance(caught.value, RegistryError)
    assert len(requests(world.home)) == 1
