"""A release is whole or it is not there, whenever the program that made it is killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from clocks import SettableClock
from sqlmodel import select
from world import World, build

from registry.policy.facts import Context as Wanted
from registry.policy.jurisdictions import known
from registry.records import Event, Release, Request
from registry.settings import FILE_NAME, Settings
from registry.store.database import reading
from registry.workflow.context import Context, open_context
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify

SEED = 20260302
MEASURED, SPREAD, INSIDE = 5, 60, 12
"""Releases that are left alone to measure one, kills spread over its length, kills within the
transaction."""

# Imports once, then forks: each child opens the registry anew, releases one request, and is killed
# by SIGKILL. A child tells the parent when it starts and when it holds the write lock.
DRIVER = """
import json, os, random, signal, sys, time
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from registry.settings import Settings
from registry.workflow import changed, gate, release
from registry.workflow.context import open_context
import evaluators.catalogue, registry.workflow.identify

folder, url, now, seed, measured, spread, inside = json.loads(sys.argv[1])
settings = Settings(Path(folder), url, "local", "carla")
clock = lambda: datetime.fromisoformat(now)

def child(label, out):
    context = open_context(settings, clock)
    def told(connection):
        if connection.get_execution_options().get("registry_write"):
            os.write(out, b"w")
    event.listen(context.engine, "begin", told)
    os.write(out, b"s")
    release.release(context, label, release.Terms("Pricing team"))
    os.write(out, b"d")
    signal.pause()

def run(label, until, delay):
    incoming, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(incoming)
            child(label, out)
        finally:
            os._exit(70)
    os.close(out)
    seen, began = b"", None
    while until not in seen:
        byte = os.read(incoming, 1)
        if not byte:
            raise SystemExit("a release failed")
        seen += byte
        began = began or time.perf_counter()
    took = time.perf_counter() - began
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(incoming)
    return {"label": label, "took": took, "signal": os.WTERMSIG(status)}

rng = random.Random(seed)
labels = [f"R-{number}" for number in range(1, measured + spread + inside + 1)]
alone = [run(labels.pop(), b"d", 0.0) for _ in range(measured)]
length = sorted(one["took"] for one in alone)[measured // 2]
delays = [1.5 * length * (step + rng.random()) / spread for step in range(spread)]
rng.shuffle(delays)
spread_out = [run(labels.pop(), b"s", delay) for delay in delays]
within = [run(labels.pop(), b"w", 0.0) for _ in range(inside)]
print(json.dumps({"alone": alone, "spread": spread_out, "within": within}))
"""


@pytest.fixture
def approved(sqlite_template: Path, tmp_path: Path, clock: SettableClock) -> World:
    """A registry on SQLite with one approved request for each process that will be killed."""
    path = tmp_path / "registry.db"
    path.write_bytes(sqlite_template.read_bytes())
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    home = open_context(Settings(tmp_path, f"sqlite:///{path}", "local", None), clock)
    world = build(home, tmp_path)
    for place in sorted(known())[: MEASURED + SPREAD + INSIDE]:
        world.approve(world.submit(wanted=Wanted("research", "internal", place)))
    return world


def kill_releases(world: World) -> dict[str, list[dict[str, object]]]:
    settings = world.home.settings
    told = [
        str(settings.folder),
        settings.database_url,
        world.home.clock().isoformat(),
        SEED,
        MEASURED,
        SPREAD,
        INSIDE,
    ]
    world.home.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(told)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


def traces(home: Context, label: str) -> tuple[str, int, int]:
    """The state of a request, its releases, and the events that say it was released."""
    with reading(home.engine) as session:
        number = int(label.removeprefix("R-"))
        rows = session.exec(select(Release).where(Release.request_id == number)).all()
        told = session.exec(
            select(Event).where(Event.request == label).where(Event.action == "release")
        ).all()
        return session.get_one(Request, number).state, len(rows), len(told)


WHOLE, NOTHING = ("released", 1, 1), ("approved", 0, 0)


def test_a_killed_release_is_whole_or_nothing_and_can_be_done_again(approved: World) -> None:
    killed = kill_releases(approved)

    every = [one for part in killed.values() for one in part]
    assert {one["signal"] for one in every} == {signal.SIGKILL}
    assert len(killed["spread"] + killed["within"]) >= 50
    found = {one["label"]: traces(approved.home, one["label"]) for one in every}
    assert set(found.values()) == {WHOLE, NOTHING}
    assert {found[one["label"]] for one in killed["alone"]} == {WHOLE}
    assert {found[one["label"]] for one in killed["spread"]} == {WHOLE, NOTHING}
    assert NOTHING in {found[one["label"]] for one in killed["within"]}
    assert verify(approved.home).events > 0

    for label in (one for one, traced in found.items() if traced == NOTHING):
        release(approved.by("carla"), label, Terms("Pricing team"))

    assert {traces(approved.home, one) for one in found} == {WHOLE}
    assert verify(approved.home).events > 0
