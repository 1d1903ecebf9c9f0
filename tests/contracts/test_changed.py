"""A request lives only while what was decided at submission still comes out the same."""

from collections.abc import Callable

import pytest
from world import INTERNAL, World

from evaluators.catalogue import CATALOGUE
from registry.errors import Conflict, IntegrityFailure, InvalidInput, Undecided
from registry.records import Evaluation, Meaning, Measurement
from registry.store.database import reading, writing
from registry.workflow.check import check
from registry.workflow.evidence import evaluation_digest, stored_facts
from registry.workflow.find import row_id, version_labelled
from registry.workflow.listing import releases, requests
from registry.workflow.query import Question, query
from registry.workflow.recheck import recheck
from registry.workflow.release import Terms, release
from registry.workflow.reports.signed import decisions_of
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.verify import verify

CURRENT = CATALOGUE["sdmetrics.quality"].definition
QUALITY = """\
    - id: FID-001
      title: The table is close to the real one
      check: {metric: sdmetrics.quality, gte: 0.80}
      severity: high
      rationale: A table unlike the real one serves nobody.
  approvals:
"""


def _approve(world: World, request: str) -> object:
    return sign(world.by("paula"), request, Meaning.APPROVE)


def _reject(world: World, request: str) -> object:
    return sign(world.by("paula"), request, Meaning.REJECT, reason="because")


def _release(world: World, request: str) -> object:
    return release(world.by("carla"), request, Terms("Pricing team"))


def _stricter(world: World) -> None:
    world.publish("1.1.0", "1.0")


def _other_bytes(world: World) -> None:
    world.publish_edited("1.0.1", "  match: {}", "  match: {}  # whatever it is")


def _without_the_use(world: World) -> None:
    """No policy knows the word any more."""
    world.publish_edited("2.0.0", "allow: [model-development, research]", "allow: [research]")


@pytest.mark.parametrize("republish", [_stricter, _other_bytes, _without_the_use])
@pytest.mark.parametrize(
    ("signers", "step", "action"),
    [
        (["stefan"], _approve, "approve"),
        (["stefan"], _reject, "reject"),
        (["stefan", "paula"], _release, "release"),
    ],
)
def test_a_policy_republished_after_submission_voids_the_request(
    world: World,
    republish: Callable[[World], None],
    signers: list[str],
    step: Callable[[World, str], object],
    action: str,
) -> None:
    request = world.submit()
    world.approve(request, *signers)
    republish(world)

    assert str(review(world.home, request)["stands"]).startswith("no")
    with pytest.raises(Conflict, match="changed since R-1 was submitted") as caught:
        step(world, request)

    assert caught.value.exit_code == 5
    (row,) = requests(world.home, every=True)
    assert row["state"] == "voided"
    last = list(query(world.home, Question(request=request)))[-1]
    assert (last["fact"], last["action"], last["outcome"]) == (
        "request.voided",
        action,
        "conflict",
    )
    assert last["details"]["was"] != last["details"]["is"]
    signatures = review(world.home, request)["signoffs"]
    assert [one["name"] for one in signatures] == signers
    assert releases(world.home) == []
    with pytest.raises(Conflict):
        step(world, request)
    assert verify(world.home).events > 0


def test_a_voided_version_can_be_put_forward_again(world: World) -> None:
    request = world.submit()
    _other_bytes(world)
    with pytest.raises(Conflict):
        _approve(world, request)

    again = world.submit()

    assert again == "R-2"
    world.approve(again)


def record_quality(
    world: World,
    value: float | None,
    *,
    admissible: bool = True,
    target: str | None = None,
    definition: int = CURRENT,
) -> None:
    """Store an evaluation of claims@1 with one measurement (or none possible), as a run would."""
    with writing(world.home.engine) as session:
        found = version_labelled(session, "claims@1")
        evaluation = Evaluation(
            version_id=row_id(found.version),
            digest="",
            seed=1,
            admissible=admissible,
            target=target,
            training_digest=found.source.training_content_digest,
            holdout_digest=found.source.holdout_content_digest,
            synthetic_digest=found.version.content_digest,
            histograms="{}",
            evaluated_by=world.by("eve").identity.account_id,
            evaluated_at=world.home.now(),
            confirmed_at=world.home.now(),
            seconds=1.0,
        )
        measurement = Measurement(
            metric="sdmetrics.quality",
            definition=definition,
            scope="[]",
            status="not-measurable" if value is None else "measured",
            cause="it crashed" if value is None else None,
            value=value,
            low=value,
            high=value,
            interval="exact",
            n=120,
            direction="higher",
            unit="score",
            parameters="{}",
            seed=1,
            versions="{}",
            seconds=1.0,
        )
        evaluation.digest = evaluation_digest(evaluation, [stored_facts(measurement)])
        session.add(evaluation)
        session.flush()
        measurement.evaluation_id = row_id(evaluation)
        session.add(measurement)


@pytest.fixture
def measured(world: World) -> World:
    """The world under a policy that reads a metric, which was measured well enough."""
    world.publish_edited("2.0.0", "  approvals:\n", QUALITY)
    record_quality(world, 0.9)
    return world


def test_a_metric_that_was_not_measured_leaves_the_decision_open(world: World) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", QUALITY)

    with pytest.raises(Undecided) as caught:
        world.submit()

    assert caught.value.exit_code == 3
    assert requests(world.home, every=True) == []


@pytest.mark.parametrize("value", [0.95, 0.85, 0.4])
@pytest.mark.parametrize("step", [_approve, _release])
def test_new_evidence_changes_the_decision_and_voids_the_request(
    measured: World, value: float, step: Callable[[World, str], object]
) -> None:
    request = measured.submit()
    measured.approve(request, *(["stefan"] if step is _approve else ["stefan", "paula"]))
    before = check(measured.by("ada"), "claims@1", INTERNAL).digest

    record_quality(measured, value)

    assert check(measured.by("ada"), "claims@1", INTERNAL).digest != before
    with pytest.raises(Conflict):
        step(measured, request)
    assert [row["state"] for row in requests(measured.home, every=True)] == ["voided"]
    assert releases(measured.home) == []


def test_of_several_measurements_the_worst_decides(measured: World) -> None:
    record_quality(measured, 0.4)

    assert check(measured.by("ada"), "claims@1", INTERNAL).outcome == "deny"


def test_an_exploratory_evaluation_changes_nothing(measured: World) -> None:
    request = measured.submit()

    record_quality(measured, 0.4, admissible=False)

    measured.approve(request)
    _release(measured, request)


def test_a_measurement_edited_in_the_database_decides_nothing(measured: World) -> None:
    with measured.home.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE measurement SET value = 1.0, low = 1.0, high = 1.0")

    with pytest.raises(IntegrityFailure, match="were changed") as caught:
        check(measured.home, "claims@1", INTERNAL)

    assert caught.value.exit_code == 6


def test_a_gap_is_filled_by_a_later_measurement_of_the_same_inputs(world: World) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", QUALITY)
    record_quality(world, None)
    assert check(world.home, "claims@1", INTERNAL).outcome == "undecided"

    record_quality(world, 0.9)

    assert check(world.home, "claims@1", INTERNAL).outcome == "allow"


def test_a_gap_is_not_filled_by_a_measurement_for_another_target(world: World) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", QUALITY)
    record_quality(world, None, target="visited")
    record_quality(world, 0.9, target="plan")

    assert check(world.home, "claims@1", INTERNAL).outcome == "undecided"


def test_a_figure_by_another_definition_of_the_metric_answers_no_rule(world: World) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", QUALITY)
    record_quality(world, 0.9, definition=0)

    assert check(world.home, "claims@1", INTERNAL).outcome == "undecided"


def test_a_use_that_no_policy_names_any_more_is_denied_wherever_it_was_recorded(
    world: World,
) -> None:
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    _without_the_use(world)

    (rechecked,) = recheck(world.by("carla"))
    with reading(world.home.engine) as session:
        found = version_labelled(session, world.label)
        told = [one.outcome for one in decisions_of(world.home, session, found)]

    assert "undecidable" not in {one.kind for one in rechecked.flags}
    assert "uses" in {one.about for one in rechecked.flags}
    assert told == ["allow", "deny"]
    with pytest.raises(InvalidInput, match="model-development"):
        check(world.home, world.label, INTERNAL)
