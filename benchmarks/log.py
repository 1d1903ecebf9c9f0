"""Measures the audit log at a million events. Run with ``python -m benchmarks.log [EVENTS]``.

The events are made up, but chained, hashed and laid under the tree by the code that appends; they
are inserted in bulk with the guards of order off, which are put back before anything is measured.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

from registry.clock import stamp
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, leaf_digest
from registry.log.growth import Frontier
from registry.records import Role
from registry.settings import FILE_NAME, Settings
from registry.store import database, migrations, tree, triggers
from registry.store.database import reading, writing
from registry.workflow.add_account import add_account
from registry.workflow.context import Context, open_context
from registry.workflow.query import Question, query
from registry.workflow.verify import verify

EVENTS = 1_000_000
START = datetime(2026, 1, 1, tzinfo=UTC)
ACTORS, DATASETS, VERSIONS = 50, 200, 5
APART = timedelta(seconds=30)
_BLOCK = 20_000
_NAMES = ("seq", "at", "actor", "action", "outcome", "dataset", "request", "body", "digest")
_EVENT = f"INSERT INTO event ({', '.join(_NAMES)}) VALUES ({', '.join(':' + n for n in _NAMES)})"
_NODE = 'INSERT INTO log_node (level, "index", hash) VALUES (:level, :index, :hash)'


@dataclass(frozen=True)
class Figure:
    """One measurement in seconds, and what it may be at most."""

    name: str
    seconds: float
    target: float


def build(folder: Path, events: int) -> Context:
    """A registry on SQLite whose log has so many events, and one account, ada."""
    (folder / FILE_NAME).write_text('mode = "local"\n')
    settings = Settings(folder, f"sqlite:///{folder / 'registry.db'}", "local", None)
    engine = database.open_engine(settings.database_url, create=True)
    migrations.upgrade(engine)
    engine.dispose()
    context = open_context(settings, lambda: START)
    add_account(context, "ada", [Role.ADMIN])
    fill(context, events)
    return context


def fill(context: Context, events: int) -> None:
    """Append made-up events until there are so many."""
    with writing(context.engine) as session:
        connection = session.connection()
        made = Made(connection)
        rows = made.rows(events)
        # The tree's guard takes a node only right after its event, which would be one at a time.
        for guard in ("event_next_only", "log_node_next_only"):
            connection.execute(text(f"DROP TRIGGER {guard}"))
        while block := list(islice(rows, _BLOCK)):
            connection.execute(text(_EVENT), block)
            if made.nodes:
                connection.execute(text(_NODE), made.nodes)
            made.nodes = []
        triggers.create(connection)


class Made:
    """Made-up events that go on where a log ends, and the nodes of the tree that they complete."""

    def __init__(self, connection: Connection) -> None:
        self.frontier = Frontier()
        self.nodes: list[dict[str, object]] = []
        self.previous = GENESIS
        for (digest,) in connection.execute(text("SELECT digest FROM event ORDER BY seq")):
            self.frontier.add(bytes.fromhex(digest))
            self.previous = digest
        self.actor = connection.execute(text("SELECT pseudonym FROM account")).scalar_one()

    def rows(self, until: int) -> Iterator[dict[str, object]]:
        """Rows of the table of events."""
        while self.frontier.size < until:
            yield self._row(self.frontier.size + 1)

    def _row(self, seq: int) -> dict[str, object]:
        fields = self._fields(seq)
        body = _canonical({**fields, "seq": seq, "previous": self.previous})
        self.previous = leaf_digest(body)
        self.nodes += [one._asdict() for one in self.frontier.add(bytes.fromhex(self.previous))]
        copied = {name: fields[name] for name in _NAMES if name in fields}
        return {**copied, "seq": seq, "body": body, "digest": self.previous}

    def _fields(self, seq: int) -> dict[str, object]:
        actor = seq % ACTORS
        return {
            "at": stamp(START + seq * APART),
            "actor": f"p-{actor:016x}" if actor else self.actor,
            "authentication": "none",
            "action": "check",
            "fact": "decision.made",
            "outcome": "done" if seq % 7 else "denied",
            "dataset": f"claims-{seq * 7 % DATASETS}@{seq % VERSIONS + 1}",
            "request": None,
            "details": {
                "use": "research",
                "audience": "internal",
                "decision": f"sha256:{seq:064x}",
            },
        }


def _canonical(value: dict[str, object]) -> bytes:
    """What `canonical` gives for plain ASCII, some ten times as fast; compared now and then."""
    body = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    if value["seq"] in (10, 1_000, 100_000) and body != canonical(value):
        raise AssertionError("these bytes are not canonical")
    return body


def measured(context: Context, events: int) -> list[Figure]:
    """What an auditor waits for, in seconds: whole verification once, the others' median of 9."""
    middle = START + events // 2 * APART
    day = Question(since=middle.date().isoformat(), until=middle.date().isoformat(), limit=100)
    asked = {
        "the last 100 events": Question(since=stamp(START + (events - 100) * APART), limit=100),
        "events of a version": Question(dataset="claims-77@2", limit=100),
        "events of a dataset": Question(dataset="claims-77", limit=100),
        "events of an actor": Question(actor="ada", limit=100),
        "an action an actor never did": Question(actor="ada", action="release", limit=100),
        "events of a day": day,
        "a rare action since a day": Question(action="release", since=day.since, limit=100),
        "an actor's refusals of a day": Question(
            actor="ada", outcome="denied", since=day.since, until=day.until, limit=100
        ),
    }
    began = time.perf_counter()
    if verify(context).events != events:
        raise AssertionError("the log is not as long as it was made")
    figures = [Figure("verify the whole log", time.perf_counter() - began, 60.0)]
    for name, question in asked.items():
        seconds = _median(lambda: list(query(context, question)))  # noqa: B023
        figures.append(Figure(name, seconds, 0.1))
    return [*figures, Figure("an inclusion proof", _median(lambda: _prove(context, events)), 0.02)]


def _prove(context: Context, events: int) -> object:
    with reading(context.engine) as session:
        return tree.inclusion(session, events // 3, tree.size(session))


def _median(job: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print one line a measurement with its target."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        context = build(Path(folder), events)
        print(f"{events} events, made in {time.perf_counter() - began:.0f} s")
        print(f"{'an auditor waits for':<30}{'seconds':>10}{'at most':>10}")
        for one in measured(context, events):
            print(f"{one.name:<30}{one.seconds:>10.3f}{one.target:>10.2f}")
        context.engine.dispose()


if __name__ == "__main__":
    main()
