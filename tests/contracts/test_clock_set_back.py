"""A clock that was set back writes nothing into the log but that it was tried."""

from datetime import timedelta

import pytest
from clocks import SettableClock
from world import World

from registry.errors import ClockBehind, Conflict, IntegrityFailure, NotPermitted
from registry.store import events
from registry.store.database import reading
from registry.workflow.auditing.correct_clock import correct_clock
from registry.workflow.query import Question, query
from registry.workflow.verify import verify


def test_nothing_is_recorded_before_the_last_event(world: World, clock: SettableClock) -> None:
    clock.advance(days=2)
    request = world.submit()
    clock.advance(days=-3, hours=-1)

    with pytest.raises(ClockBehind, match="behind the last event by 3 days, 1:00:00") as caught:
        world.approve(request, "stefan")

    assert caught.value.exit_code == 5
    *_, last = query(world.home, Question())
    assert (last["fact"], last["outcome"], last["action"]) == (
        "attempt.refused",
        "conflict",
        "approve",
    )
    assert "the clock is behind" in str(last["details"])
    with reading(world.home.engine) as session:
        times = [one.at for one in events.stored(session)]
    assert times == sorted(times)


def test_clocks_of_two_machines_may_differ_by_minutes(world: World, clock: SettableClock) -> None:
    clock.advance(minutes=-5)
    world.submit()

    clock.now -= timedelta(seconds=1)
    world.approve("R-1", "stefan")  # the event before is itself of five minutes ago


def test_as_soon_as_the_clock_is_right_again_work_goes_on(
    world: World, clock: SettableClock
) -> None:
    request = world.submit()
    clock.advance(days=-1)
    with pytest.raises(ClockBehind):
        world.approve(request, "stefan")
    clock.advance(days=1)

    world.approve(request)


def test_an_event_of_the_future_does_not_lock_the_log_for_ever(
    world: World, clock: SettableClock
) -> None:
    clock.advance(days=36_500)
    request = world.submit()
    clock.advance(days=-36_500)
    with pytest.raises(ClockBehind, match="correct-clock"):
        world.approve(request, "stefan")
    with pytest.raises(NotPermitted):
        correct_clock(world.by("ada"), "it woke up in the next century")

    correct_clock(world.by("admin"), "it woke up in the next century")

    world.approve(request, "stefan")
    assert verify(world.home)
    with pytest.raises(Conflict, match="nothing to correct"):
        correct_clock(world.by("admin"), "once more")


def test_steps_back_that_are_small_enough_each_show_in_sum(
    world: World, clock: SettableClock
) -> None:
    for seed in range(20, 23):
        clock.advance(minutes=-4)
        world.register(seed)

    with pytest.raises(IntegrityFailure, match=r"it is of 2026-03-02T08:52.*after an event of"):
        verify(world.home)
