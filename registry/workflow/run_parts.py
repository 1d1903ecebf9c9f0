"""Unfinished runs: keep what is measured as it comes, and go on from it after an interruption.

A part is used only if the log tells of it: measurements that somebody wrote into the store, and
nobody measured, must not become evidence by way of an interrupted run.
"""

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, select

from registry.log.canonical import canonical, digest_bytes
from registry.records import Event, RunPart
from registry.store.database import reading
from registry.store.events import stored
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.verify import verify

if TYPE_CHECKING:
    from evaluators.base import Measurement as Measured

EVERY = 5.0
"""Seconds between two parts: what an interruption can cost, against an event for every part."""


@dataclass
class Keeper:
    """Keeps the measurements of one run, a part every few seconds."""

    context: Context
    label: str
    run: str
    _waiting: "list[Measured]" = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def keep(self, measurements: "list[Measured]") -> None:
        """Take the measurements of one metric, and store what has gathered if it is time."""
        self._waiting += measurements
        if time.monotonic() - self._since >= EVERY:
            self._store()

    def _store(self) -> None:
        body = canonical([[one.facts(), one.seconds, one.figures] for one in self._waiting])
        part = digest_bytes(body)
        with attempt(self.context, "evaluate", dataset=self.label) as work:
            row = RunPart(run=self.run, body=body.decode(), digest=part, kept_at=self.context.now())
            work.session.add(row)
            work.record(
                "evaluate",
                "evaluation.progressed",
                dataset=self.label,
                details={
                    "run": self.run,
                    "part": part,
                    "metrics": sorted({one.metric for one in self._waiting}),
                },
            )
        self._waiting, self._since = [], time.monotonic()


def kept(context: Context, label: str, run: str) -> "dict[str, list[Measured]]":
    """What an interrupted run has measured, by metric; failures are left out, to be tried again."""
    from evaluators.base import from_facts

    with reading(context.engine) as session:
        parts = session.exec(select(RunPart).where(RunPart.run == run).order_by(col(RunPart.id)))
        bodies = [(part.digest, part.body.encode()) for part in parts]
        told = _told(session, label, run) if bodies else set()
    if bodies:
        verify(context)  # what the log tells counts only while the log itself is whole
    found: dict[str, list[Measured]] = {}
    for part, body in bodies:
        if part in told and digest_bytes(body) == part:
            for facts, seconds, figures in json.loads(body):
                one = from_facts(facts, seconds, tuple(figures))
                found.setdefault(one.metric, []).append(one)
    return {name: each for name, each in found.items() if not any(one.failed for one in each)}


def forget(work: Work, run: str) -> None:
    """Remove the parts of a run whose evaluation is recorded."""
    work.session.exec(delete(RunPart).where(col(RunPart.run) == run))


def _told(session: Session, label: str, run: str) -> set[str]:
    """Digests of the run's parts that the log tells of."""
    events = stored(session, col(Event.action) == "evaluate", col(Event.dataset) == label)
    details = (json.loads(event.body).get("details", {}) for event in events)
    return {one["part"] for one in details if one.get("run") == run and "part" in one}
