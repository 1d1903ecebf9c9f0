"""Sixty-four writers at once: no step is taken twice, the log has no fork and no gap, nobody waits.

The ordinary run does a little of it; `make soak` holds the rates too, and prints them.
"""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from world import World

from registry.errors import Conflict
from registry.policy.facts import Context as Wanted
from registry.policy.jurisdictions import known
from registry.records import Event, Meaning, Release, SignOff
from registry.store import database, events
from registry.store.database import reading, writing
from registry.workflow.context import Context, open_context
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify
from tests.soak.writers import FACT

WRITERS, PATIENCE = 64, 600
APPENDS_A_SECOND, SLOWEST = 500, 1.0
"""The target on two cores that have nothing else to do, and what 99 of 100 writers wait at most."""


@dataclass(frozen=True)
class Rate:
    """How fast a crowd of writers was, in seconds."""

    count: int
    wall: float
    waits: list[float]

    def quantile(self, part: float) -> float:
        """The wait that ``part`` of all did not exceed."""
        return sorted(self.waits)[min(int(part * self.count), self.count - 1)]

    def line(self, name: str) -> str:
        return (
            f"{name:34}{self.count / self.wall:8.0f}/s   p50 {self.quantile(0.5) * 1e3:6.0f} ms"
            f"   p99 {self.quantile(0.99) * 1e3:6.0f} ms"
        )


def crowd(work: list[Callable[[], list[float]]]) -> Rate:
    """Everybody works in a thread of their own; each returns how long each of their steps took."""
    start = Barrier(len(work) + 1)

    def run(one: Callable[[], list[float]]) -> list[float]:
        start.wait(PATIENCE)
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        found = [pool.submit(run, one) for one in work]
        start.wait(PATIENCE)
        began = time.perf_counter()
        waits = [wait for one in found for wait in one.result()]
        return Rate(len(waits), time.perf_counter() - began, waits)


def timed(steps: list[Callable[[], object]]) -> list[float]:
    waits = []
    for step in steps:
        began = time.perf_counter()
        step()
        waits.append(time.perf_counter() - began)
    return waits


def append(engine: Engine) -> None:
    with writing(engine) as session:
        events.append(session, {**FACT, "details": {}})


def append_rate(world: World, each: int) -> Rate:
    """The rate of bare appends, by writers with connections of their own."""
    url = world.home.settings.database_url
    engines = [database.open_engine(url) for _ in range(WRITERS)]
    for engine in engines:
        engine.connect().close()
    rate = crowd(
        [lambda engine=engine: timed([lambda: append(engine)] * each) for engine in engines]  # type: ignore[misc]
    )
    for engine in engines:
        engine.dispose()
    return rate


def require_whole_log(world: World) -> int:
    with reading(world.home.engine) as session:
        numbers = list(session.exec(select(Event.seq).order_by(Event.seq)))
        digests = Counter(session.exec(select(Event.digest)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(digests.values()) == {1}
    assert verify(world.home).events == len(numbers)
    return len(numbers)


def submitted(world: World, count: int) -> list[str]:
    """So many requests, for as many versions as that takes, each in a context of its own."""
    contexts = [
        Wanted(use, audience, place)
        for place in sorted(known())
        for use in ("research", "model-development")
        for audience in ("internal", "partner")
    ]
    ada, labels = world.by("ada"), []
    for number in range(-(-count // len(contexts))):
        version = world.label if number == 0 else world.register(100 + number)
        for wanted in contexts[: count - len(labels)]:
            labels.append(f"R-{submit(ada, version, wanted)[0].id}")
    return labels


def approvals(world: World, labels: list[str], writers: int) -> tuple[Counter[str], Rate]:
    """Every label is approved by four writers: two as stefan and two as paula, so two in vain."""
    told: Counter[str] = Counter()
    groups = writers // 4

    def approve(context: Context, label: str) -> None:
        try:
            sign(context, label, Meaning.APPROVE)
            told["done"] += 1
        except Conflict:
            told["conflict"] += 1

    with ExitStack() as stack:
        work = []
        for number in range(writers):
            name = ("stefan", "paula")[number // groups % 2]
            context = open_context(replace(world.home.settings, claimed=name), world.home.clock)
            stack.callback(context.engine.dispose)
            mine = labels[number % groups :: groups]
            work.append(lambda c=context, m=mine: timed([lambda x=x: approve(c, x) for x in m]))  # type: ignore[misc]
        return told, crowd(work)


def require_each_approved_once(world: World, labels: list[str], told: Counter[str]) -> None:
    with reading(world.home.engine) as session:
        signatures = Counter(session.exec(select(SignOff.request_id)))
    facts = Counter((one["fact"], one["request"]) for one in query(world.home, Question()))
    assert signatures == Counter([int(one.removeprefix("R-")) for one in labels] * 2)
    assert [facts["request.signed", one] for one in labels] == [2] * len(labels)
    assert [facts["request.approved", one] for one in labels] == [1] * len(labels)
    assert told == Counter(done=2 * len(labels), conflict=2 * len(labels))
    require_whole_log(world)


def test_sixty_four_writers_leave_a_log_without_fork_or_gap(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    before = require_whole_log(world)

    rate = append_rate(world, 3)

    record_property("endurance", rate.line(f"a few appends on {world.home.engine.dialect.name}"))
    assert require_whole_log(world) == before + 3 * WRITERS


def test_a_request_that_many_approve_at_once_is_approved_once(world: World) -> None:
    labels = submitted(world, 8)

    told, _ = approvals(world, labels, 16)

    require_each_approved_once(world, labels, told)


@pytest.mark.soak
def test_five_hundred_appends_a_second_and_nobody_waits_a_second(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    rate = append_rate(world, 160)

    record_property("endurance", rate.line(f"appends on {world.home.engine.dialect.name}"))
    assert rate.count / rate.wall >= APPENDS_A_SECOND
    assert rate.quantile(0.99) < SLOWEST
    require_whole_log(world)


@pytest.mark.soak
def test_ten_thousand_approvals_by_sixty_four_writers(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    labels = submitted(world, 5_000)

    told, rate = approvals(world, labels, WRITERS)

    record_property("endurance", rate.line(f"approvals on {world.home.engine.dialect.name}"))
    require_each_approved_once(world, labels, told)
    release(world.by("carla"), labels[0], Terms("Pricing team"))
    with reading(world.home.engine) as session:
        assert len(session.exec(select(Release)).all()) == 1
