"""Measure in worker processes: several at once, each metric within its time, crashes contained.

Metrics of one module share what they compute and go to one worker together. The numbers do not
depend on the number of workers: each metric has its own seed, and nothing is summed across them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import groupby
from multiprocessing.connection import Connection
from queue import Empty, Queue
from typing import TypeAlias

from evaluators.base import DIED, LATE, Measurement, Tables
from evaluators.catalogue import MetricInfo
from evaluators.run import not_measured

Answer: TypeAlias = "tuple[MetricInfo, list[Measurement]] | Exception"
WEEK = 7 * 86_400.0
START = 300.0  # seconds for a worker to load its libraries and take the tables
GRACE = 5.0  # seconds for a worker to leave once its pipe is closed


def measure_apart(
    tables: Tables,
    infos: Sequence[MetricInfo],
    *,
    seed: int,
    jobs: int = 1,
    time_limit: float | None = None,
) -> Iterator[tuple[MetricInfo, list[Measurement]]]:
    """Every metric with its measurements, in the order in which they are finished.

    ``time_limit`` is in seconds for each metric: beyond it the metric is not measurable, and so is
    one whose process died. Workers end with the iteration, however it ends. Raises ``ValueError``
    for a time limit that is not above 0 and at most a week.
    """
    if time_limit is not None and not 0 < time_limit <= WEEK:
        raise ValueError(f"a time limit of {time_limit} seconds; above 0 and at most {WEEK:.0f}")
    groups: Queue[list[MetricInfo]] = Queue()
    for group in _groups(infos):
        groups.put(group)
    answers: Queue[Answer] = Queue()
    stop = threading.Event()
    hands = [
        _Hand(tables, seed, time_limit, groups, answers, stop)
        for _ in range(max(1, min(jobs, groups.qsize())))
    ]
    try:
        for hand in hands:
            hand.start()
        for _ in infos:
            answer = answers.get()
            if isinstance(answer, Exception):
                raise answer
            yield answer
    finally:
        stop.set()
        for hand in hands:
            hand.end()


def _groups(infos: Sequence[MetricInfo]) -> list[list[MetricInfo]]:
    order = list(dict.fromkeys(info.module for info in infos))
    by_module = sorted(infos, key=lambda info: order.index(info.module))
    return [list(group) for _, group in groupby(by_module, key=lambda info: info.module)]


class _Hand(threading.Thread):
    """One thread that minds one worker at a time, and starts another where one was lost."""

    def __init__(
        self,
        tables: Tables,
        seed: int,
        time_limit: float | None,
        groups: Queue[list[MetricInfo]],
        answers: Queue[Answer],
        stop: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._tables, self._seed, self._limit = tables, seed, time_limit
        self._groups, self._answers, self._stop_asked = groups, answers, stop
        self._worker: _Worker | None = None

    def run(self) -> None:
        """Measure group after group until none is left or the caller stops."""
        try:
            while not self._stop_asked.is_set():
                for info in self._groups.get_nowait():
                    self._answers.put((info, self._measured(info)))
        except Empty:
            return
        except Exception as error:  # handed to the caller: a silent thread would hang it
            self._answers.put(error)

    def end(self) -> None:
        """Stop the worker, whatever it is doing, and wait for this thread."""
        if self._worker:
            self._worker.kill()
        if self.is_alive():
            self.join(GRACE)

    def _measured(self, info: MetricInfo) -> list[Measurement]:
        if self._stop_asked.is_set():
            return []
        if self._worker is None:
            self._worker = _Worker(self._tables, self._seed)
        found = self._worker.measure(info, self._limit)
        if isinstance(found, list):
            return found
        self._worker.kill()
        self._worker = None
        return not_measured(self._tables, info, self._seed, found)


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, tables: Tables, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "evaluators.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._orders = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        self._process.stdin.close()
        self._process.stdout.close()
        self._first: tuple[Tables, int] | None = (tables, seed)

    def measure(self, info: MetricInfo, limit: float | None) -> list[Measurement] | str:
        """The measurements, or the cause why there are none."""
        try:
            if self._first:
                self._orders.send(self._first)
                # Loading libraries counts towards no metric's time.
                if not self._answers.poll(START):
                    return f"{DIED} (it did not start in {START:g} seconds)"
                self._answers.recv()
                self._first = None
            self._orders.send(info)
            if not self._answers.poll(limit):
                return f"{LATE} of {limit:g} seconds"
            found: list[Measurement] = self._answers.recv()
            return found
        except (EOFError, OSError):
            return f"{DIED} ({_ending(self._process.wait(GRACE))})"

    def kill(self) -> None:
        """End the process now and close its pipes."""
        self._process.kill()
        self._process.wait()
        self._orders.close()
        self._answers.close()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
