"""Evaluations behind the desk: asked for, claimed once, resumed, cancelled, and never doubled."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from clocks import SettableClock
from sqlalchemy import text
from web.pages.browser import Browser
from world import World

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import JobState
from registry.workflow.context import Context
from registry.workflow.evaluate import Progress
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.jobs import real_tables, run
from registry.workflow.jobs.ask import ask
from registry.workflow.jobs.cancel import cancel
from registry.workflow.jobs.claim import DIED, LEASE, Claim, claim, give_back, renew
from registry.workflow.jobs.find import job
from registry.workflow.jobs.real_tables import RealTables, on_server, sweep, uploads
from registry.workflow.jobs.worker import Worker
from registry.workflow.people.deactivation import deactivate
from registry.workflow.query import Question, query
from registry.workflow.verify import verify

QUICK = Asked("quick")


def tables(world: World) -> RealTables:
    return RealTables(world.folder / "training.csv", world.folder / "holdout.csv", uploaded=False)


def uploaded(world: World) -> RealTables:
    """Copies, as if somebody had uploaded them."""
    folder = uploads(world.home.settings)
    made = RealTables(folder / "training.csv", folder / "holdout.csv", uploaded=True)
    for source, place in (("training", made.training), ("holdout", made.holdout)):
        place.write_bytes((world.folder / f"{source}.csv").read_bytes())
    return made


def asked(world: World, given: RealTables | None = None) -> str:
    return ask(world.by("ada"), "claims@1", given or tables(world), QUICK)


def claimed(world: World) -> Claim:
    found = claim(world.home)
    assert found
    return found


def facts(world: World) -> list[str]:
    found = query(world.home, Question(action="evaluate", dataset="claims@1"))
    return [str(one["fact"]) for one in found]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evaluations that take no time: what is tested is what is around them."""

    def measured(
        context: Context, label: str, real: Path, holdout: Path, asked: Asked, progress: Progress
    ) -> None:
        assert real.is_file() and holdout.is_file()
        progress("fidelity.shape", 1, 2)
        raise InvalidInput("these are not the tables that were committed", expected="others")

    monkeypatch.setattr(run, "evaluate", measured)


def test_a_job_waits_and_is_claimed_once(world: World) -> None:
    label = asked(world)

    first, second = claim(world.home), claim(world.home)

    assert first is not None and second is None
    assert job(world.home, label).state == JobState.RUNNING
    assert facts(world) == ["job.started"]


def test_two_servers_that_look_at_once_start_one_process(world: World) -> None:
    asked(world)
    found: list[Claim | None] = []
    both = threading.Barrier(4)

    def look() -> None:
        both.wait()
        found.append(claim(world.home))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sum(one is not None for one in found) == 1
    assert len(found) == 4


def test_only_one_job_runs_at_a_time(world: World) -> None:
    asked(world)
    world.register(4)
    ask(world.by("ada"), "claims@2", tables(world), QUICK)
    claimed(world)

    assert claim(world.home) is None


def test_a_version_is_not_evaluated_by_two_jobs(world: World) -> None:
    asked(world)

    with pytest.raises(Conflict, match="J-1"):
        asked(world)


def test_a_claim_that_is_not_renewed_is_taken_over(world: World, clock: SettableClock) -> None:
    asked(world)
    dead = claimed(world)
    clock.advance(seconds=LEASE.total_seconds() + 1)

    second = claimed(world)

    assert second.secret != dead.secret
    assert not renew(world.home, dead, "x", 1, 2)
    assert renew(world.home, second, "fidelity.shape", 1, 2)
    shown = job(world.home, "J-1")
    assert (shown.done, shown.total, shown.starts) == (1, 2, 2)


def test_a_renewed_claim_is_not_taken_over(world: World, clock: SettableClock) -> None:
    asked(world)
    held = claimed(world)
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert renew(world.home, held, "x", 0, 2)
    clock.advance(seconds=LEASE.total_seconds() - 1)

    assert claim(world.home) is None


def test_what_kills_its_process_again_and_again_fails(world: World, clock: SettableClock) -> None:
    asked(world, uploaded(world))
    for _ in range(3):
        claimed(world)
        clock.advance(seconds=LEASE.total_seconds() + 1)

    assert claim(world.home) is None

    shown = job(world.home, "J-1")
    assert (shown.state, shown.said) == (JobState.FAILED, DIED)
    assert list(uploads(world.home.settings).iterdir()) == []
    assert facts(world) == ["job.started"] * 3 + ["job.failed"]


def test_a_server_that_stops_gives_its_job_back_without_a_start_lost(world: World) -> None:
    asked(world)
    held = claimed(world)

    give_back(world.home, held, unstarted=True)

    assert job(world.home, "J-1").state == JobState.WAITING
    claimed(world)
    assert job(world.home, "J-1").starts == 1


def test_a_cancelled_job_loses_its_claim_and_its_uploads(world: World) -> None:
    asked(world, uploaded(world))
    held = claimed(world)

    cancel(world.by("eve"), "J-1")

    assert not renew(world.home, held, "x", 1, 2)
    assert job(world.home, "J-1").said == "cancelled by eve"
    assert list(uploads(world.home.settings).iterdir()) == []
    assert facts(world)[-1] == "job.cancelled"
    with pytest.raises(Conflict):
        cancel(world.by("ada"), "J-1")


def test_who_may_not_evaluate_neither_asks_nor_cancels(world: World) -> None:
    with pytest.raises(NotPermitted):
        ask(world.by("amir"), "claims@1", tables(world), QUICK)
    asked(world)
    with pytest.raises(NotPermitted):
        cancel(world.by("amir"), "J-1")


def test_a_job_ends_as_failed_with_the_reason_on_the_page_and_none_in_the_log(
    world: World, ada: Browser, quickly: None
) -> None:
    asked(world, uploaded(world))

    run.run(world.home, claimed(world), os.getppid())

    assert "these are not the tables that were committed" in ada.get("/jobs/J-1")
    assert list(uploads(world.home.settings).iterdir()) == []
    last = list(query(world.home, Question(action="evaluate", dataset="claims@1")))[-1]
    assert last["fact"] == "job.failed" and last["actor"] == "ada"
    assert last["details"] == {"job": "J-1", "error": "InvalidInput"}
    assert verify(world.home)


def test_a_job_of_somebody_who_left_meanwhile_fails(world: World) -> None:
    asked(world)
    deactivate(world.by("admin"), "ada", "left the house")

    run.run(world.home, claimed(world), os.getppid())

    shown = job(world.home, "J-1")
    assert shown.state == JobState.FAILED
    assert "may not evaluate" in shown.said


def test_a_job_that_was_cancelled_as_it_ended_stays_cancelled(world: World, quickly: None) -> None:
    asked(world)
    held = claimed(world)
    cancel(world.by("ada"), "J-1")

    run.run(world.home, held, os.getppid())

    assert job(world.home, "J-1").state == JobState.CANCELLED
    assert "job.failed" not in facts(world)


def test_uploads_of_no_job_are_swept_and_those_of_an_open_one_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_tables, "ABANDONED", -1.0)
    given = uploaded(world)
    asked(world, given)
    orphan = uploads(world.home.settings) / "orphan.csv"
    orphan.write_text("age\n1\n")

    sweep(world.home)

    assert not orphan.exists()
    assert given.training.is_file()


@pytest.mark.parametrize("path", ["../registry.toml", "/etc/passwd", "link.csv", "", "absent.csv"])
def test_only_tables_within_the_folder_of_real_tables_are_read(world: World, path: str) -> None:
    folder = world.folder / "real"
    folder.mkdir()
    (folder / "holdout.csv").write_bytes((world.folder / "holdout.csv").read_bytes())
    (folder / "link.csv").symlink_to(world.folder / "training.csv")
    settings = replace(world.home.settings, real_tables=folder)

    with pytest.raises(InvalidInput):
        on_server(settings, path, "holdout.csv")
    with pytest.raises(InvalidInput, match="no folder of real tables"):
        on_server(world.home.settings, "holdout.csv", "holdout.csv")


def test_uploaded_tables_are_kept_for_the_job_and_nobody_else_may_read_them(
    world: World, ada: Browser
) -> None:
    files = {
        f"{name}_file": (f"{name}.csv", (world.folder / f"{name}.csv").read_bytes())
        for name in ("training", "holdout")
    }

    answer = ada.post("/datasets/claims@1/evaluate", files=files, profile="quick")

    assert answer.headers["location"] == "/jobs/J-1"
    kept = list(uploads(world.home.settings).iterdir())
    assert len(kept) == 2
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert uploads(world.home.settings).stat().st_mode & 0o777 == 0o700
    page = ada.get("/jobs/J-1")
    assert 'hx-trigger="every 2s"' in page and ">Refresh</a>" in page
    ada.post("/jobs/J-1/cancel", "/jobs/J-1")
    assert list(uploads(world.home.settings).iterdir()) == []
    assert "hx-trigger" not in ada.get("/jobs/J-1")


def test_uploads_that_come_to_no_job_are_deleted(world: World, ada: Browser) -> None:
    one = {"training_file": ("t.csv", b"age\n1\n")}
    assert ada.post("/datasets/claims@1/evaluate", files=one).status_code == 422
    two = {**one, "holdout_file": ("h.csv", b"age\n1\n")}
    assert ada.post("/datasets/claims@9/evaluate", files=two).status_code == 404
    assert ada.post("/datasets/claims@1/evaluate", files=two, profile="best").status_code == 422

    assert list(uploads(world.home.settings).iterdir()) == []


def test_the_list_of_jobs_teaches_while_it_is_empty(world: World, ada: Browser) -> None:
    assert "No evaluation was asked for here" in ada.get("/jobs")
    asked(world)
    assert "/jobs/J-1" in ada.get("/jobs")
    ada.get("/jobs/J-9", status=404)
    ada.get("/jobs/nothing", status=404)


def until(condition: object, seconds: float = 240.0) -> Iterator[None]:
    """Wait for something that another process does."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        yield time.sleep(0.2)


@pytest.mark.slow
def test_a_job_outlives_the_death_of_its_process_and_is_recorded_once(world: World) -> None:
    from registry.clock import system_clock

    home = replace(world.home, clock=system_clock)
    # Longer than a few heartbeats, so that the kill comes in the middle of it.
    ask(world.by("ada"), "claims@1", uploaded(world), Asked("standard"))
    worker = Worker(home)
    worker.start()
    list(until(lambda: job(home, "J-1").done >= 1))
    assert worker.process and job(home, "J-1").open
    worker.process.kill()  # as a crash would: nothing is tidied up

    list(until(lambda: not job(home, "J-1").open))
    worker.stop()

    shown = job(home, "J-1")
    assert shown.state == JobState.DONE, shown.said
    assert shown.starts == 2
    told = facts(world)
    assert told.count("dataset.evaluated") == 1
    assert told.count("job.started") == 2 and told.count("job.finished") == 1
    assert list(uploads(home.settings).iterdir()) == []
    with home.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM evaluation")).scalar_one() == 1
    last = list(query(home, Question(action="evaluate", dataset="claims@1")))[-1]
    assert "evaluation" in json.loads(json.dumps(last["details"]))
