"""Check and charge are one step: of releases that fit only singly, one passes."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from contracts.budgeting import budget, ledger, spent
from contracts.test_concurrency import PATIENCE, opened
from world import World

from registry.errors import RegistryError
from registry.workflow.context import Context
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify

CROWD = 8
# A program of its own: it opens the registry, waits for the word, and releases.
PROGRAM = """
import json, sys
from datetime import datetime
from pathlib import Path
from registry.errors import RegistryError
from registry.settings import Settings
from registry.workflow.context import open_context
from registry.workflow.release import Terms, release

folder, url, now, label = json.loads(sys.argv[1])
context = open_context(
    Settings(Path(folder), url, "local", "carla"), lambda: datetime.fromisoformat(now)
)
print("ready", flush=True)
sys.stdin.readline()
try:
    release(context, label, Terms("Pricing team"))
except RegistryError as error:
    sys.exit(error.exit_code)
"""


def approved(world: World, count: int) -> list[str]:
    """So many requests, each for a version of its own, approved before there is a budget."""
    labels = [world.label, *(world.register(seed) for seed in range(20, 19 + count))]
    requests = [world.submit(label) for label in labels]
    for request in requests:
        world.approve(request)
    return requests


def test_of_many_threads_one_release_passes(world: World) -> None:
    requests = approved(world, CROWD)
    budget(world)
    start = Barrier(CROWD)

    def step(context: Context, request: str) -> int:
        start.wait(PATIENCE)
        try:
            release(context, request, Terms("Pricing team"))
        except RegistryError as error:
            return error.exit_code
        return 0

    with opened(world, ["carla"] * CROWD) as contexts, ThreadPoolExecutor(CROWD) as pool:
        found = Counter(pool.map(step, contexts, requests))

    assert found == {0: 1, 1: CROWD - 1}
    assert spent(world) == 2.0
    assert [one["kind"] for one in ledger(world)].count("exposure") == 1
    verify(world.home)


def test_of_several_processes_one_release_passes(world: World) -> None:
    requests = approved(world, 4)
    budget(world)
    settings, now = world.home.settings, world.home.clock().isoformat()
    given = [
        json.dumps([str(settings.folder), settings.database_url, now, one]) for one in requests
    ]
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, one],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in given
    ]
    for one in programs:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in programs:
        one.communicate("go\n", timeout=PATIENCE)

    assert Counter(one.returncode for one in programs) == {0: 1, 1: 3}
    assert spent(world) == 2.0
    verify(world.home)
