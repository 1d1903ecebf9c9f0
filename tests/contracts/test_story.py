"""The main job on both databases: the same facts hold on SQLite and on PostgreSQL."""

from world import World

from registry.workflow.listing import releases, requests
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify


def test_a_version_with_two_sign_offs_is_released_and_every_step_is_in_the_trail(
    world: World,
) -> None:
    request = world.submit()
    world.approve(request)

    found = release(world.by("carla"), request, Terms("Pricing team"))

    assert found.expires_on == "2026-05-31"
    (row,) = releases(world.home)
    assert (row["recipient"], row["state"]) == ("Pricing team", "in-force")
    (closed,) = requests(world.home, every=True)
    assert closed["state"] == "released"
    facts = [event["fact"] for event in query(world.home, Question(dataset="claims@1"))]
    assert facts == [
        "dataset.registered",
        "request.submitted",
        "request.signed",
        "request.signed",
        "request.approved",
        "release.granted",
    ]
    assert verify(world.home).events > len(facts)
