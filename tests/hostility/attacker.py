"""Full write access: a connection of one's own, past every trigger, and no signing key."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hostility.estate import Case
from sqlalchemy import Connection, create_engine, text
from sqlmodel import Session, select

from registry.ledger.entry import head
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, leaf_digest
from registry.log.growth import Frontier
from registry.records import Source
from registry.store import triggers
from registry.workflow.budgets.ledger import ledger_of

Change = Callable[[dict[str, Any]], dict[str, Any] | None]
NUMBERED = (
    *("signoff", "release", "waiver", "deputy", "agreement", "recipient", "recall"),
    *("withdrawal", "card_revision", "anchor", "budget_signature"),
    *("partition_signature", "source_partition", "source_batch", "batch_signature"),
    "dp_audit",
)
COLUMNS = ("at", "actor", "action", "outcome", "dataset", "request")


@dataclass(frozen=True)
class Attacker:
    """Somebody who can run any statement; ``case`` is what they attack."""

    case: Case
    connection: Connection

    def run(self, statement: str, **values: object) -> None:
        """Run a statement, which must do something where it changes rows."""
        done = self.connection.execute(text(statement), values)
        if statement.startswith(("UPDATE", "DELETE")):
            assert done.rowcount, f"nothing to change for: {statement}"

    def rows(self, query: str, **values: object) -> list[Any]:
        """What a query finds."""
        return list(self.connection.execute(text(query), values).all())

    def unguard(self) -> None:
        """Drop every trigger that the product made."""
        sqlite = self.case.dialect == "sqlite"
        query = (
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            if sqlite
            else "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        )
        for name, table in self.rows(query):
            self.run(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))

    def guard(self) -> None:
        """Put the triggers back as they were."""
        triggers.create(self.connection)

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        """Triggers and foreign keys away, and back afterwards."""
        self.unguard()
        if self.case.dialect == "postgresql":
            self.run("SET LOCAL session_replication_role = replica")
        yield
        self.guard()

    def size(self) -> int:
        """How many events there are."""
        return int(self.rows("SELECT MAX(seq) FROM event")[0][0])

    def seq_of(self, fact: str) -> int:
        """The first event of that fact."""
        found = self.rows("SELECT seq, body FROM event ORDER BY seq")
        return next(seq for seq, body in found if json.loads(bytes(body))["fact"] == fact)

    def anchored(self) -> int:
        """The size of the log in the last anchor."""
        return int(self.rows("SELECT MAX(size) FROM anchor")[0][0])

    def rewrite(self, change: Change, *, tree: bool = True) -> None:
        """Write every event anew as ``change`` returns it, renumbered, chained and hashed."""
        old = [
            json.loads(bytes(body))
            for _, body in self.rows("SELECT seq, body FROM event ORDER BY seq")
        ]
        self.run("DELETE FROM event")
        if tree:
            self.run("DELETE FROM log_node")
        moved = self._written([one for body in old if (one := change(body)) is not None], tree)
        for table in NUMBERED:
            for was, seq in sorted(moved.items()):
                if was != seq:
                    self.connection.execute(
                        text(f"UPDATE {table} SET event_seq = {seq} WHERE event_seq = {was}")
                    )

    def restate(self) -> None:
        """Make what events say of the ledgers agree with the log as it is now numbered."""
        with Session(bind=self.connection) as session:
            ledgers = {one.name: ledger_of(session, one) for one in session.exec(select(Source))}

        def restated(body: dict[str, Any]) -> dict[str, Any]:
            said = body["details"].get("ledger")
            if not said:
                return body
            so_far = [one for one in ledgers[said["source"]] if one.event <= body["seq"]]
            now = {**said, "entries": len(so_far), "head": head(so_far)}
            return {**body, "details": {**body["details"], "ledger": now}}

        self.rewrite(restated)

    def _written(self, bodies: list[dict[str, Any]], tree: bool) -> dict[int, int]:
        moved: dict[int, int] = {}
        previous, frontier = GENESIS, Frontier()
        for seq, body in enumerate(bodies, 1):
            moved[body["seq"]] = seq
            previous = self.append({**body, "seq": seq, "previous": previous})
            for node in frontier.add(bytes.fromhex(previous)) if tree else ():
                self.node(node._asdict())
        return moved

    def append(self, body: Mapping[str, Any]) -> str:
        """Insert an event; returns its digest."""
        raw = canonical(dict(body))
        digest = leaf_digest(raw)
        names = ", ".join(COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        self.run(
            f"INSERT INTO event (seq, {names}, body, digest) VALUES (:seq, {values}, :b, :d)",
            seq=body["seq"],
            b=raw,
            d=digest,
            **{name: body.get(name) for name in COLUMNS},
        )
        return digest

    def add(self, **changes: object) -> None:
        """Append an event as the product would, its place in the tree included."""
        found = [
            (json.loads(bytes(body)), digest)
            for body, digest in self.rows("SELECT body, digest FROM event ORDER BY seq")
        ]
        frontier = Frontier()
        for _, digest in found:
            frontier.add(bytes.fromhex(digest))
        last, previous = found[-1]
        body = {**last, **changes, "seq": len(found) + 1, "previous": previous}
        for node in frontier.add(bytes.fromhex(self.append(body))):
            self.node(node._asdict())

    def node(self, values: Mapping[str, Any]) -> None:
        """Insert a node of the tree."""
        self.run(
            'INSERT INTO log_node (level, "index", hash) VALUES (:level, :index, :hash)', **values
        )

    def forget_checkpoints(self) -> None:
        """Delete every stored checkpoint and the table of anchors."""
        self.run("DELETE FROM log_checkpoint")
        self.run("DELETE FROM anchor")


@contextmanager
def attacking(case: Case) -> Iterator[Attacker]:
    """An attacker's own connection; what was done is committed."""
    engine = create_engine(case.context.engine.url)
    with engine.begin() as connection:
        yield Attacker(case, connection)
    engine.dispose()
