"""Measuring in worker processes: any number of them, time limits, and crashes that stay inside."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE, MetricInfo
from evaluators.evaluation import in_order
from evaluators.pool import measure_apart
from evaluators.run import run

HERE = Path(__file__).parent
QUICK = [CATALOGUE[name] for name in ("fidelity.shape", "privacy.exact_match")]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(HERE), *sys.path])


def own(function: str) -> MetricInfo:
    return MetricInfo(
        id=f"own.{function}",
        title=function,
        definition=1,
        direction="none",
        unit="rows",
        scope="",
        sampled=False,
        minimum_n=1,
        describes="",
        formula="",
        source="",
        evaluator=f"own_metrics:{function}",
    )


def measured(tables: Tables, *infos: MetricInfo, **options: float) -> list[Measurement]:
    limit = options.get("time_limit")
    jobs = int(options.get("jobs", 1))
    return in_order(tables, infos, seed=7, jobs=jobs, time_limit=limit)


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_find_what_this_process_finds_in_the_same_order(
    jobs: int, independent: Tables
) -> None:
    here = [one.facts() for one in run(independent, seed=7, infos=QUICK)]

    apart = in_order(independent, QUICK, seed=7, jobs=jobs, time_limit=None)

    assert [one.facts() for one in apart] == here


def test_a_metric_beyond_its_time_is_not_measurable_and_the_others_are(independent: Tables) -> None:
    slow, fast = measured(independent, own("endless"), own("rows"), time_limit=3.0)

    assert slow.status == "not-measurable"
    assert slow.cause == "it took longer than its time limit of 3 seconds"
    assert fast.value == len(independent.synthetic)


def test_a_process_that_dies_takes_one_metric_with_it(independent: Tables) -> None:
    dead, fine = measured(independent, own("killed"), own("rows"))

    assert dead.cause == "the evaluator's process died (signal 9)"
    assert fine.status == "measured"


def test_what_a_metric_prints_does_not_spoil_the_answers(independent: Tables) -> None:
    (found,) = measured(independent, own("noisy"))

    assert found.status == "measured"


def test_a_metric_that_cannot_be_imported_is_not_measurable(independent: Tables) -> None:
    (found,) = measured(independent, own("absent"))

    assert found.cause == "the evaluator failed with AttributeError"


def test_workers_end_when_the_caller_stops_listening(independent: Tables) -> None:
    running = measure_apart(independent, [own("rows"), own("endless")], seed=7)
    next(running)

    running.close()

    assert not list(children())


def children() -> list[str]:
    """Commands of this process's children that run a worker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == str(os.getpid()) and "evaluators.worker" in command:
            found.append(command)
    return found
