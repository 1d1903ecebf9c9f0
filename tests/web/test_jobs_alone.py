"""A job whose server was killed: its process ends as well, and the next server begins anew."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from web.test_serving import descendants_of, end, free_port, runs
from world import World

from registry.clock import system_clock
from registry.records import JobState
from registry.workflow.context import Context
from registry.workflow.evaluate import Progress
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.jobs import run
from registry.workflow.jobs.ask import ask
from registry.workflow.jobs.cancel import cancel
from registry.workflow.jobs.claim import claim
from registry.workflow.jobs.find import job
from registry.workflow.jobs.real_tables import RealTables


def asked(world: World, profile: str = "quick") -> None:
    tables = RealTables(world.folder / "training.csv", world.folder / "holdout.csv", uploaded=False)
    assert ask(world.by("ada"), "claims@1", tables, Asked(profile)) == "J-1"


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Evaluations that last until they are interrupted, within the second."""
    # What a shell started in the background ignores this signal, as the process of a job does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def measured(
        context: Context, label: str, real: Path, holdout: Path, asked: Asked, progress: Progress
    ) -> None:
        time.sleep(20)
        raise AssertionError("it was not interrupted")

    monkeypatch.setattr(run, "evaluate", measured)
    monkeypatch.setattr(run, "BEAT", 0.1)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_job_whose_server_is_gone_is_given_back_with_its_start_counted(
    world: World, long: None
) -> None:
    asked(world)
    held = claim(world.home)
    assert held

    run.run(world.home, held, server=os.getpid())  # not that of its parent

    assert job(world.home, "J-1").state == JobState.WAITING
    assert claim(world.home)
    assert job(world.home, "J-1").starts == 2


def test_a_job_that_was_cancelled_after_its_server_went_stays_cancelled(
    world: World, long: None
) -> None:
    asked(world)
    held = claim(world.home)
    assert held
    cancel(world.by("ada"), "J-1")

    run.run(world.home, held, server=os.getpid())

    assert job(world.home, "J-1").state == JobState.CANCELLED


def until(condition: object, seconds: float) -> None:
    """Wait for something that another process does."""
    assert callable(condition)
    last = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < last, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def server(world: World) -> Iterator["subprocess.Popen[bytes]"]:
    """A real one, over the registry of the test."""
    settings = world.home.settings
    command = [str(Path(sys.executable).with_name("registry")), "-C", str(settings.folder)]
    with (settings.folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(free_port())],
            env=os.environ | {"REGISTRY_DATABASE_URL": settings.database_url},
            stdout=log,
            stderr=log,
        )
    yield process
    process.terminate()
    process.wait(60)


@pytest.mark.slow
def test_no_process_of_a_job_is_left_of_a_server_that_was_killed(
    world: World, server: "subprocess.Popen[bytes]"
) -> None:
    home = replace(world.home, clock=system_clock)
    asked(world, "full")
    # One that measures was started: the job is under way, and takes much longer than it is given.
    until(lambda: len(descendants_of(server.pid)) >= 2, 120)
    left = descendants_of(server.pid)

    server.send_signal(signal.SIGKILL)

    try:
        until(lambda: not any(map(runs, left)), 15)
    finally:
        end(left)
    assert job(home, "J-1").state == JobState.WAITING
