"""Many people at once: every step is taken once, everybody else is told, and the log is whole."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Barrier

import pytest
from sqlmodel import select
from world import INTERNAL, World

from registry.errors import Conflict
from registry.policy.facts import Context as Wanted
from registry.policy.jurisdictions import known
from registry.records import Event, Meaning, SignOff
from registry.store.database import reading
from registry.workflow.context import Context, open_context
from registry.workflow.listing import releases, requests, versions
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify

THREADS, REQUESTS = 16, 20
PATIENCE = 120  # seconds: a thread that never arrives fails the test instead of hanging it


def submitted(world: World, count: int) -> list[str]:
    """Requests for one version, each in a jurisdiction of its own."""
    places = sorted(known())[:count]
    assert len(places) == count
    return [world.submit(wanted=Wanted("research", "internal", place)) for place in places]


@contextmanager
def opened(world: World, names: list[str]) -> Iterator[list[Context]]:
    """For each name a registry with connections of its own, as separate programs have."""
    with ExitStack() as stack:
        contexts = []
        for name in names:
            settings = replace(world.home.settings, claimed=name)
            context = open_context(settings, world.home.clock)
            stack.callback(context.engine.dispose)
            contexts.append(context)
        yield contexts


def at_once(
    world: World, names: list[str], labels: list[str], step: Callable[[Context, str], object]
) -> dict[str, Counter[str]]:
    """Everybody takes ``step`` on one label after the other, all at the same moment.

    For each label, how often it was "done" and how often a conflict; any other error is raised.
    """
    start = Barrier(len(names))

    def work(context: Context) -> list[str]:
        return [attempt(context, label) for label in labels]

    def attempt(context: Context, label: str) -> str:
        start.wait(PATIENCE)
        try:
            step(context, label)
        except Conflict as error:
            return f"conflict {error.exit_code}"
        except BaseException:
            start.abort()
            raise
        return "done"

    with opened(world, names) as contexts, ThreadPoolExecutor(len(names)) as pool:
        columns = list(pool.map(work, contexts))
    return {label: Counter(column[at] for column in columns) for at, label in enumerate(labels)}


def approve(context: Context, label: str) -> object:
    return sign(context, label, Meaning.APPROVE)


def facts(world: World, fact: str) -> Counter[object]:
    """How often ``fact`` is in the log, by request."""
    return Counter(
        event["request"] for event in query(world.home, Question()) if event["fact"] == fact
    )


def signatures(world: World) -> Counter[int]:
    with reading(world.home.engine) as session:
        return Counter(session.exec(select(SignOff.request_id)))


def require_whole_log(world: World) -> None:
    with reading(world.home.engine) as session:
        numbers = list(session.exec(select(Event.seq).order_by(Event.seq)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert verify(world.home).events == len(numbers)


ONE_WINS = Counter({"done": 1, "conflict 5": THREADS - 1})


@pytest.mark.slow
def test_one_person_approving_from_many_places_at_once_signs_each_request_once(
    world: World,
) -> None:
    labels = submitted(world, REQUESTS)

    found = at_once(world, ["stefan"] * THREADS, labels, approve)

    assert found == dict.fromkeys(labels, ONE_WINS)
    assert signatures(world) == Counter(range(1, REQUESTS + 1))
    assert facts(world, "request.signed") == Counter(labels)
    assert facts(world, "attempt.refused") == Counter(labels * (THREADS - 1))
    assert {row["state"] for row in requests(world.home)} == {"submitted"}
    require_whole_log(world)


def test_two_people_approving_at_once_approve_each_request_once(world: World) -> None:
    labels = submitted(world, REQUESTS)

    found = at_once(world, ["stefan", "paula"], labels, approve)

    assert found == {label: Counter({"done": 2}) for label in labels}
    assert signatures(world) == Counter(list(range(1, REQUESTS + 1)) * 2)
    assert facts(world, "request.approved") == Counter(labels)
    assert [row["state"] for row in requests(world.home)] == ["approved"] * REQUESTS
    require_whole_log(world)


def test_many_releases_of_one_request_at_once_are_one_release(world: World) -> None:
    labels = submitted(world, 10)
    for label in labels:
        world.approve(label)

    found = at_once(
        world,
        ["carla"] * THREADS,
        labels,
        lambda context, label: release(context, label, Terms("Pricing team")),
    )

    assert found == dict.fromkeys(labels, ONE_WINS)
    assert sorted(row["request"] for row in releases(world.home)) == sorted(labels)
    assert facts(world, "release.granted") == Counter(labels)
    assert {row["state"] for row in requests(world.home, every=True)} == {"released"}
    require_whole_log(world)


def test_many_submissions_of_one_version_at_once_are_one_request(world: World) -> None:
    label = world.label

    found = at_once(
        world,
        ["ada", "eve"] * (THREADS // 2),
        [label],
        lambda context, it: submit(context, it, INTERNAL),
    )

    assert found == {label: ONE_WINS}
    assert [row["request"] for row in requests(world.home)] == ["R-1"]
    require_whole_log(world)


def test_versions_registered_at_once_are_numbered_without_a_gap(world: World) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        labels = list(pool.map(world.register, range(100, 100 + THREADS)))

    assert sorted(labels) == sorted(f"claims@{number}" for number in range(2, THREADS + 2))
    assert len(versions(world.home)) == THREADS + 1
    require_whole_log(world)
