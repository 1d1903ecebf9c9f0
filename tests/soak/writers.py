"""Programs that write to one registry: they say on a pipe what was acknowledged, and get killed.

``python writers.py JOB`` with JSON on the command line; each line printed is one acknowledgement,
``[kind, key, result]``, written only after the registry has returned.
"""

import json
import os
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from registry.errors import Conflict
from registry.records import Meaning
from registry.settings import Settings
from registry.store import database, events
from registry.workflow.context import Context, open_context
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign

FACT = {
    "at": "2026-03-02T09:00:00Z",
    "actor": "p-soak",
    "authentication": "none",
    "action": "soak",
    "fact": "soak.written",
    "outcome": "done",
    "dataset": "claims@1",
    "request": None,
}
_saying = Lock()


def opened(job: dict[str, Any], name: str, key: str | None = None) -> Context:
    """The registry of the job as ``name`` uses it."""
    settings = Settings(Path(job["folder"]), job["url"], "local", name)
    clock = datetime.fromisoformat(job["clock"])
    return replace(open_context(settings, lambda: clock), key=key)


def say(*words: object) -> None:
    """One line, whole, so that a kill leaves none that is half."""
    with _saying:
        os.write(1, (json.dumps(words) + "\n").encode())


def append(job: dict[str, Any]) -> None:
    """Append events, each with a mark of its own, as fast as the log takes them."""
    engine = database.open_engine(job["url"])

    def work(thread: int) -> None:
        for number in range(job["events"]):
            mark = f"{job['name']}-{thread}-{number}"
            with database.writing(engine) as session:
                events.append(session, {**FACT, "details": {"mark": mark}})
            say("append", mark, None)

    threads = [Thread(target=work, args=(number,)) for number in range(job["threads"])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def step(job: dict[str, Any]) -> None:
    """Take the steps of the job one after the other, each under its own key."""
    for kind, name, label, key in job["steps"]:
        context = opened(job, name, key)
        try:
            say(kind, key, asdict(STEPS[kind](context, label)))
        except Conflict as error:
            say("conflict", key, error.what)
        context.engine.dispose()


STEPS: dict[str, Any] = {
    "approve": lambda context, label: sign(context, label, Meaning.APPROVE),
    "release": lambda context, label: release(context, label, Terms("Pricing team")),
}


def migrate(job: dict[str, Any]) -> None:
    """Bring an empty database to the newest schema."""
    from registry.store import migrations

    engine = database.open_engine(job["url"], create=True)
    say("migrate", "revision", migrations.upgrade(engine))


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    {"append": append, "step": step, "migrate": migrate}[asked["do"]](asked)
