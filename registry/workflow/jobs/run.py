"""Runs one claimed job to its end, renewing the claim meanwhile."""

import json
import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.errors import RegistryError
from registry.records import Job, JobState
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.evaluate import Evaluated, evaluate
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.jobs.claim import Claim, as_asker, end, give_back, renew
from registry.workflow.jobs.find import job_label, version_label

BEAT: Final = 2.0
"""Seconds between two renewals: how soon a cancelled job stops, and its progress is seen."""


@dataclass
class Heart:
    """Renews a claim every few seconds, and interrupts this process where it is lost, or where the
    server that started it is gone.
    """

    context: Context
    held: Claim
    server: int
    step: str = "reading the tables"
    done: int = 0
    total: int = 0
    lost: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, step: str, done: int, total: int) -> None:
        """What the next renewal tells."""
        self.step, self.done, self.total = step, done, total

    def beat(self) -> None:
        """Renew until `stop`; the thread of the heart runs this."""
        while not self._stop.wait(BEAT):
            if self.alone() or not self._renewed():
                self.lost = True
                # A signal: it reaches the main thread while that waits for a worker, too.
                os.kill(os.getpid(), signal.SIGINT)
                return

    def stop(self) -> None:
        """Renew no more."""
        self._stop.set()

    def alone(self) -> bool:
        """Whether the server is gone, and with it whoever would stop this process."""
        return os.getppid() != self.server

    def _renewed(self) -> bool:
        return renew(self.context, self.held, self.step, self.done, self.total)


def run(context: Context, held: Claim, server: int) -> None:
    """Evaluate as the job asks, and record how it ended; nothing where the claim was lost.

    Where the process ``server`` is gone, the job is given back: the next server claims it.
    """
    heart = Heart(context, held, server)
    thread = threading.Thread(target=heart.beat, daemon=True)
    with reading(context.engine) as session:
        row = session.get_one(Job, held.job)
        label, asker = version_label(session, row), as_asker(context, session, row)
    thread.start()
    try:
        done = evaluate(
            asker, label, Path(row.training), Path(row.holdout), _asked(row), heart.progress
        )
    except KeyboardInterrupt:
        if heart.alone():
            # Counted as a start, for the job may be what killed the server.
            give_back(context, held, unstarted=False)
    except RegistryError as error:
        _ended(asker, held, label, JobState.FAILED, "\n".join(error.lines()), error=error)
    except Exception as error:  # whatever broke, the page must say that it did
        _ended(asker, held, label, JobState.FAILED, f"unexpected failure: {error}", error=error)
    else:
        _ended(asker, held, label, JobState.DONE, _told(done), evaluation=done)
    finally:
        heart.stop()


def _asked(row: Job) -> Asked:
    return Asked(**json.loads(row.asked))


def _told(done: Evaluated) -> str:
    kind = "admissible" if done.admissible else "exploratory: no policy reads it"
    again = "" if done.new else "; the same results were recorded before"
    missing = len(done.not_measurable)
    return (
        f"{done.measured} of {len(done.measurements)} figures measured, {missing} not measurable; "
        f"evaluation {done.digest} ({kind}){again}"
    )


def _ended(
    context: Context,
    held: Claim,
    label: str,
    state: JobState,
    said: str,
    *,
    evaluation: Evaluated | None = None,
    error: Exception | None = None,
) -> None:
    with attempt(context, "evaluate", dataset=label) as work:
        row = work.session.get_one(Job, held.job)
        if row.claim != held.secret:
            return  # cancelled meanwhile, or claimed by another: theirs to tell
        end(work, row, state, said)
        if evaluation:
            details = {"job": job_label(row), "evaluation": evaluation.digest}
            work.record("evaluate", "job.finished", dataset=label, details=details)
        else:
            # The reason is kept with the job: it may name people, whom the log must not.
            details = {"job": job_label(row), "error": type(error).__name__}
            work.record("evaluate", "job.failed", outcome="failed", dataset=label, details=details)
