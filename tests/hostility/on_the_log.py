"""Attacks on events, the tree, and what keeps them append-only."""

from typing import Any

from hostility.attack import ANCHOR, NOTHING, REFUSED, VERIFY, Attack
from hostility.attacker import Attacker

LITE, PG = "sqlite", "postgresql"
APPEND_ONLY = "the audit log is append-only"
BODY = "UPDATE event SET body = {} WHERE seq = 5"
JUNK = {LITE: "X'7B7D'", PG: "'{}'::bytea"}
_HEAD = "seq, at, actor, action, outcome, body, digest"


def _body(attacker: Attacker) -> None:
    attacker.run(BODY.format(JUNK[attacker.case.dialect]))


def _rehashed(attacker: Attacker) -> None:
    """Another outcome in the bytes, in the column and under the digest of one event."""
    from registry.log.chain import leaf_digest

    (body,) = attacker.rows("SELECT body FROM event WHERE seq = 5")[0]
    new = bytes(body).replace(b'"outcome":"done"', b'"outcome":"gone"')
    attacker.run(
        "UPDATE event SET body = :body, digest = :digest, outcome = 'gone' WHERE seq = 5",
        body=new,
        digest=leaf_digest(new),
    )


def later_expiry(body: dict[str, Any]) -> dict[str, Any]:
    """The story in which REL-2 was granted for longer."""
    if body["fact"] == "release.granted" and body["request"] == "R-2":
        return {**body, "details": {**body["details"], "expires": "2030-01-01"}}
    return body


EXPIRY = "UPDATE release SET expires_on = '2030-01-01' WHERE id = 2"


def _chained(attacker: Attacker) -> None:
    attacker.rewrite(later_expiry, tree=False)
    attacker.run(EXPIRY)


def _tree(attacker: Attacker) -> None:
    attacker.rewrite(later_expiry)
    attacker.run(EXPIRY)


def _everything(attacker: Attacker) -> None:
    """Rewritten as if nothing had been anchored."""
    attacker.forget_checkpoints()
    attacker.rewrite(lambda body: None if body["fact"] == "log.anchored" else later_expiry(body))
    attacker.run(EXPIRY)


def _unrecorded(attacker: Attacker) -> None:
    """Refusals, of which no record tells, gone without a gap."""
    attacker.forget_checkpoints()
    attacker.rewrite(
        lambda body: None if body["fact"] in ("log.anchored", "attempt.refused") else body
    )
    attacker.restate()


def _after_the_anchor(attacker: Attacker) -> None:
    """The last event is told otherwise: it came after everything that was signed."""
    last = attacker.size()
    attacker.rewrite(
        lambda body: {**body, "authentication": "token"} if body["seq"] == last else body
    )


def _cut(attacker: Attacker, size: int) -> None:
    attacker.run(f"DELETE FROM event WHERE seq > {size}")
    attacker.connection.exec_driver_sql(
        f'DELETE FROM log_node WHERE ("index" + 1) << level > {size}'
    )


def _cut_end(attacker: Attacker) -> None:
    _cut(attacker, attacker.size() - 1)


def _cut_signed(attacker: Attacker) -> None:
    """Back before the withdrawal of a version, whose record goes too; the checkpoint stays."""
    _cut_withdrawal(attacker)
    attacker.run("DELETE FROM anchor")


def _cut_unsigned(attacker: Attacker) -> None:
    _cut_withdrawal(attacker)
    attacker.forget_checkpoints()


def _cut_withdrawal(attacker: Attacker) -> None:
    size = attacker.seq_of("dataset.withdrawn") - 1
    attacker.run("UPDATE dataset_version SET state = 'registered' WHERE id = 5")
    attacker.run("DELETE FROM withdrawal")
    attacker.run(f"DELETE FROM session_ WHERE id > {_sessions(attacker, size)}")
    _cut(attacker, size)


def _sessions(attacker: Attacker, size: int) -> int:
    (count,) = attacker.rows(
        f"SELECT COUNT(*) FROM event WHERE action = 'login' AND seq <= {size}"
    )[0]
    return int(count)


def _swapped(attacker: Attacker) -> None:
    third, sixth = (
        attacker.rows(f"SELECT body, digest FROM event WHERE seq = {seq}")[0] for seq in (3, 6)
    )
    for seq, (body, digest) in ((3, sixth), (6, third)):
        attacker.run(
            f"UPDATE event SET body = :body, digest = :digest WHERE seq = {seq}",
            body=bytes(body),
            digest=digest,
        )


def _shadowed(attacker: Attacker) -> None:
    """In the very connection that the product takes from its pool."""
    with attacker.case.context.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE event AS SELECT * FROM event LIMIT 3")
        connection.commit()


def _other_schema(attacker: Attacker) -> None:
    (name,) = attacker.rows("SELECT current_database()")[0]
    attacker.run("CREATE SCHEMA front")
    attacker.run("CREATE TABLE front.event AS SELECT * FROM public.event WHERE seq < 9")
    attacker.run(f'ALTER DATABASE "{name}" SET search_path = front, public')


def _column(name: str, value: str) -> Attack:
    return Attack(
        f"edit the column {name} of an event",
        f"`UPDATE event SET {name} = {value}`, with the bytes left as they were",
        VERIFY,
        f"event 5: the column '{name}' differs",
        sql=(f"UPDATE event SET {name} = {value} WHERE seq = 5",),
        unguarded=True,
    )


ATTACKS = (
    Attack("edit an event", "`UPDATE event SET body`", REFUSED, APPEND_ONLY, by=_body),
    Attack(
        "delete an event",
        "`DELETE FROM event`",
        REFUSED,
        APPEND_ONLY,
        sql=("DELETE FROM event WHERE seq = 5",),
    ),
    Attack(
        "replace an event",
        "`INSERT OR REPLACE`, which runs no delete trigger",
        REFUSED,
        APPEND_ONLY,
        only=LITE,
        sql=(f"INSERT OR REPLACE INTO event ({_HEAD}) SELECT {_HEAD} FROM event WHERE seq = 5",),
    ),
    Attack(
        "replace an event by upsert",
        "`INSERT ... ON CONFLICT DO UPDATE`",
        REFUSED,
        APPEND_ONLY,
        sql=(
            f"INSERT INTO event ({_HEAD}) SELECT {_HEAD} FROM event WHERE seq = 5 "
            "ON CONFLICT (seq) DO UPDATE SET outcome = 'gone'",
        ),
    ),
    Attack(
        "leave a gap",
        "insert an event two numbers on",
        REFUSED,
        "not the next in sequence",
        sql=(
            f"INSERT INTO event ({_HEAD}) SELECT seq + 2, at, actor, action, outcome, body, digest "
            "FROM event ORDER BY seq DESC LIMIT 1",
        ),
    ),
    Attack(
        "truncate the log",
        "`TRUNCATE event CASCADE`, which runs no row trigger",
        REFUSED,
        APPEND_ONLY,
        only=PG,
        sql=("TRUNCATE event CASCADE",),
    ),
    Attack(
        "edit as a replica",
        "`session_replication_role = replica`, which silences triggers",
        REFUSED,
        APPEND_ONLY,
        only=PG,
        sql=(
            "SET session_replication_role = replica",
            "UPDATE event SET outcome = 'gone' WHERE seq = 5",
        ),
    ),
    Attack(
        "edit a node of the tree",
        "`UPDATE log_node`",
        REFUSED,
        APPEND_ONLY,
        sql=("UPDATE log_node SET level = 9",),
    ),
    Attack(
        "delete a stored checkpoint",
        "`DELETE FROM log_checkpoint`",
        REFUSED,
        APPEND_ONLY,
        sql=("DELETE FROM log_checkpoint",),
    ),
    Attack(
        "drop the triggers",
        "`DROP TRIGGER`, and nothing else yet",
        VERIFY,
        "the trigger event_no_update is missing or altered",
        by=Attacker.unguard,
    ),
    Attack(
        "disable a trigger",
        "`ALTER TABLE event DISABLE TRIGGER`",
        VERIFY,
        "the trigger event_no_update is missing or altered",
        only=PG,
        sql=("ALTER TABLE event DISABLE TRIGGER event_no_update",),
    ),
    Attack(
        "let a trigger fire on no replica",
        "`ENABLE` in the place of `ENABLE ALWAYS`",
        VERIFY,
        "the trigger event_no_delete is missing or altered",
        only=PG,
        sql=("ALTER TABLE event ENABLE TRIGGER event_no_delete",),
    ),
    Attack(
        "hollow out a trigger's function",
        "`CREATE OR REPLACE FUNCTION` that refuses nothing",
        VERIFY,
        "the trigger event_no_update is missing or altered",
        only=PG,
        sql=(
            "CREATE OR REPLACE FUNCTION registry_event_refuse() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        ),
    ),
    Attack(
        "hollow out a trigger",
        "the trigger's name on one that does nothing",
        VERIFY,
        "the trigger event_no_update is missing or altered",
        only=LITE,
        sql=(
            "DROP TRIGGER event_no_update",
            "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT 1; END",
        ),
    ),
    Attack(
        "edit the schema's own table",
        "`PRAGMA writable_schema`, and the trigger's row deleted",
        VERIFY,
        "the trigger event_no_update is missing or altered",
        only=LITE,
        sql=(
            "PRAGMA writable_schema = ON",
            "DELETE FROM sqlite_master WHERE name = 'event_no_update'",
        ),
    ),
    Attack(
        "swallow events",
        "a trigger of one's own that drops every insert",
        VERIFY,
        "the trigger swallow does not belong on the log",
        only=LITE,
        sql=("CREATE TRIGGER swallow BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",),
    ),
    Attack(
        "swallow events by a rule",
        "`CREATE RULE ... DO INSTEAD NOTHING`",
        VERIFY,
        "the trigger swallow does not belong on the log",
        only=PG,
        sql=("CREATE RULE swallow AS ON INSERT TO event DO INSTEAD NOTHING",),
    ),
    Attack(
        "shadow the log",
        "a temporary table `event` in the product's own connection",
        VERIFY,
        r"trigger event_no_update is missing|it has fewer|has only 3 events|there are no such",
        by=_shadowed,
    ),
    Attack(
        "shadow the log with a schema",
        "a table `event` earlier in the search path",
        VERIFY,
        "the trigger event_no_update is missing",
        only=PG,
        by=_other_schema,
    ),
    Attack(
        "edit an event behind the triggers",
        "drop them, edit the bytes, create them again",
        VERIFY,
        "event 5: the stored bytes do not have the stored digest",
        by=_body,
        unguarded=True,
    ),
    Attack(
        "edit an event and its digest",
        "the bytes, the column and the digest of one event",
        VERIFY,
        "event 6: it does not name the digest of the event before it",
        by=_rehashed,
        unguarded=True,
    ),
    Attack(
        "rewrite and chain again",
        "one event told otherwise, its record too, and every digest after it computed again",
        VERIFY,
        "of the tree: it is",
        by=_chained,
        unguarded=True,
    ),
    Attack(
        "rewrite, chain and build the tree again",
        "the same with every node of the tree",
        VERIFY,
        r"its root is not the root of the log",
        by=_tree,
        unguarded=True,
    ),
    Attack(
        "rewrite everything and forget what was signed",
        "the same with stored checkpoints, the table of anchors and the events about them deleted",
        ANCHOR,
        "events are not those that were anchored",
        by=_everything,
        unguarded=True,
    ),
    Attack(
        "delete an event behind the triggers",
        "a gap in the sequence",
        VERIFY,
        "event 5: missing",
        sql=("DELETE FROM event WHERE seq = 5",),
        unguarded=True,
    ),
    Attack(
        "delete events and renumber",
        "refused attempts, of which no record tells, and those about anchors; "
        "chain, tree and what events say of ledgers made again, stored checkpoints deleted",
        ANCHOR,
        "anchor is newer than the log|not those that were anchored",
        by=_unrecorded,
        unguarded=True,
    ),
    Attack(
        "exchange two events",
        "bytes and digests of two events change places",
        VERIFY,
        "event 3: ",
        by=_swapped,
        unguarded=True,
    ),
    Attack(
        "cut the end of the log and of its records",
        "back before a withdrawal, as if it had not happened; the signed checkpoint stays",
        VERIFY,
        "the log has only",
        by=_cut_signed,
        unguarded=True,
    ),
    Attack(
        "cut the end and forget what was signed",
        "the same with checkpoints and anchors deleted",
        ANCHOR,
        "the anchor is newer than the log",
        by=_cut_unsigned,
        unguarded=True,
    ),
    Attack(
        "restore an old backup",
        "the whole database as it was before the anchor",
        ANCHOR,
        "the anchor is newer than the log",
        restored=True,
    ),
    Attack(
        "cut what came after the last anchor",
        "the last event, of which no record tells",
        NOTHING,
        by=_cut_end,
        unguarded=True,
        why="it lies after the last anchor; the shorter the interval, the less lies there",
    ),
    Attack(
        "rewrite what came after the last anchor",
        "the last event told otherwise, tree included",
        NOTHING,
        by=_after_the_anchor,
        unguarded=True,
        why="it lies after the last anchor, and nothing else repeats it",
    ),
    _column("actor", "'p-0000000000000000'"),
    _column("at", "'2020-01-01T00:00:00.000000Z'"),
    _column("outcome", "'denied'"),
    _column("action", "'check'"),
    _column("dataset", "'other@1'"),
    _column("request", "'R-9'"),
)
