"""What was signed holds the log to it: no rewriting passes, and nothing is signed over it."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from conftest import acting
from sqlalchemy import Connection, text
from world import CAST

from registry.errors import IntegrityFailure, RegistryError, Unavailable
from registry.log import merkle
from registry.log.canonical import canonical
from registry.log.chain import GENESIS, leaf_digest
from registry.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.log.growth import Frontier
from registry.log.note import new_signer
from registry.records import Role
from registry.store import events, tree, triggers
from registry.store.database import reading
from registry.store.guards import GUARDS
from registry.workflow.add_account import add_account
from registry.workflow.auditing.checkpoints import checkpoint, log_verifier, signed_checkpoint
from registry.workflow.context import Context
from registry.workflow.query import Question, query
from registry.workflow.verify import verify


@pytest.fixture
def signed(home: Context) -> Context:
    """A log of six events, four of them under a checkpoint."""
    add_account(home, "admin", [Role.ADMIN])
    for number, name in enumerate(list(CAST)[:5]):
        if number == 3:
            checkpoint(home)
        add_account(acting(home, "admin"), name, [CAST[name]])
    return home


@contextmanager
def behind_the_triggers(home: Context) -> Iterator[Connection]:
    """The connection of somebody who drops the triggers, edits, and puts them back."""
    sqlite = home.engine.dialect.name == "sqlite"
    with home.engine.begin() as connection:
        for guard in GUARDS:
            for name in guard.sqlite if sqlite else guard.postgresql:
                on = "" if sqlite else f" ON {guard.table}"
                connection.execute(text(f"DROP TRIGGER {name}{on}"))
        yield connection
        triggers.create(connection)


def edit(home: Context, statement: str, **values: object) -> None:
    with behind_the_triggers(home) as connection:
        assert connection.execute(text(statement), values).rowcount == 1


def complaint(home: Context) -> str:
    with pytest.raises(IntegrityFailure) as caught:
        verify(home)
    assert caught.value.exit_code == 6
    return str(caught.value)


def grow(home: Context, count: int) -> None:
    for number in range(count):
        add_account(acting(home, "admin"), f"more-{number}", [Role.AUDITOR])


def forge(home: Context, size: int, root: bytes, note: str) -> None:
    with behind_the_triggers(home) as connection:
        connection.execute(
            text("UPDATE log_checkpoint SET size = :size, root = :root, note = :note"),
            {"size": size, "root": root, "note": note.encode()},
        )


def test_a_checkpoint_tells_the_size_and_the_root_and_is_signed_by_the_log(
    signed: Context,
) -> None:
    note = checkpoint(signed)

    found, _ = open_checkpoint(str(note).encode(), log_verifier(signed))
    verified = verify(signed)
    with reading(signed.engine) as session:
        root = merkle.in_memory([one.body for one in events.stored(session)])
    assert found == Checkpoint(signed.settings.origin or "", 6, merkle.root(6, root))
    assert base64.b64encode(found.root).decode() == verified.root
    assert (verified.events, verified.checkpoint) == (6, 6)


def test_signing_twice_gives_the_same_checkpoint_and_no_event(signed: Context) -> None:
    assert str(checkpoint(signed)) == str(checkpoint(signed))
    assert verify(signed).events == 6


def test_what_is_signed_for_others_to_keep_need_not_be_stored(signed: Context) -> None:
    with reading(signed.engine) as session:
        signed_checkpoint(signed, session)

    assert verify(signed).checkpoint == 4


@pytest.mark.parametrize(("level", "index"), [(1, 0), (1, 2), (2, 0)])
def test_an_altered_node_is_named(signed: Context, level: int, index: int) -> None:
    where = f'level = {level} AND "index" = {index}'

    edit(signed, f"UPDATE log_node SET hash = :hash WHERE {where}", hash=b"\x07" * 32)

    said = complaint(signed)
    assert f"node {index} of level {level} of the tree: it is not the hash" in said
    assert said.count("- ") == 1


@pytest.mark.parametrize(("level", "index"), [(1, 1), (2, 0)])
def test_a_node_that_is_gone_is_named(signed: Context, level: int, index: int) -> None:
    edit(signed, f'DELETE FROM log_node WHERE level = {level} AND "index" = {index}')

    assert f"node {index} of level {level} of the tree: it is gone" in complaint(signed)


@pytest.mark.parametrize(("level", "index"), [(1, 3), (1, 9), (3, 0), (0, 5), (1, -1), (7, 0)])
def test_a_node_of_events_that_are_not_there_is_named(
    signed: Context, level: int, index: int
) -> None:
    insert = 'INSERT INTO log_node (level, "index", hash) VALUES (:level, :index, :hash)'

    edit(signed, insert, level=level, index=index, hash=b"\x07" * 32)

    said = complaint(signed)
    assert f"node {index} of level {level} of the tree: there are no such events" in said


def test_a_checkpoint_by_another_key_of_the_same_name_is_named(signed: Context) -> None:
    other = new_signer(signed.settings.origin or "", b"\x01" * 32)
    with reading(signed.engine) as session:
        root = tree.root(session, 4)

    note = sign_checkpoint(Checkpoint(other.name, 4, root), [other])
    forge(signed, 4, root, str(note))

    assert "checkpoint 4: the checkpoint is not signed by" in complaint(signed)


@pytest.mark.parametrize("change", ["root", "size", "note", "nonsense"])
def test_an_altered_checkpoint_is_named(signed: Context, change: str) -> None:
    with reading(signed.engine) as session:
        root, five = tree.root(session, 4), tree.root(session, 5)
        note = str(signed_checkpoint(signed, session))
    with signed.engine.connect() as connection:
        kept = bytes(connection.execute(text("SELECT note FROM log_checkpoint")).scalar_one())
    forged = {
        "root": (4, five, kept.decode()),
        "size": (5, root, kept.decode()),
        "note": (4, root, note),
        "nonsense": (4, root, "4 events, all of them fine"),
    }[change]

    forge(signed, *forged)

    assert f"checkpoint {forged[0]}: " in complaint(signed)
    if change != "root":
        with pytest.raises(IntegrityFailure, match="checkpoint"):
            checkpoint(signed)


def rewritten(home: Context, cut: int = 0) -> None:
    """Rewrite the whole log with an event changed, re-chained, with a tree that fits."""
    with reading(home.engine) as session:
        bodies = [one.body for one in events.stored(session)]
    with behind_the_triggers(home) as connection:
        connection.execute(text("DELETE FROM log_node"))
        connection.execute(text("DELETE FROM event WHERE seq > :seq"), {"seq": len(bodies) - cut})
        frontier, previous = Frontier(), GENESIS
        for seq, body in enumerate(bodies[: len(bodies) - cut], start=1):
            previous = _rewrite(connection, seq, body, previous, changed=not cut)
            nodes = frontier.add(bytes.fromhex(previous))
            for one in nodes:
                connection.execute(
                    text('INSERT INTO log_node (level, "index", hash) VALUES (:l, :i, :h)'),
                    {"l": one.level, "i": one.index, "h": one.hash},
                )


def _rewrite(connection: Connection, seq: int, body: bytes, previous: str, *, changed: bool) -> str:
    import json

    said = {**json.loads(body), "previous": previous}
    if changed and seq == 2:
        said["authentication"] = "proven"
    new = canonical(said)
    connection.execute(
        text("UPDATE event SET body = :body, digest = :digest WHERE seq = :seq"),
        {"body": new, "digest": leaf_digest(new), "seq": seq},
    )
    return leaf_digest(new)


def test_a_log_rewritten_whole_contradicts_its_checkpoint_and_is_never_signed(
    signed: Context,
) -> None:
    rewritten(signed)

    said = complaint(signed)
    assert "checkpoint 4: its root is not the root of the log" in said
    assert said.count("- ") == 1
    with pytest.raises(IntegrityFailure, match="does not begin with what was signed at 4"):
        checkpoint(signed)
    with behind_the_triggers(signed) as connection:
        connection.execute(text("DELETE FROM log_checkpoint"))
    refusal = list(query(signed, Question()))[-1]
    assert (refusal["action"], refusal["outcome"]) == ("checkpoint", "tampered")
    assert verify(signed).events == 7  # without the checkpoint nothing is left that knows


def test_a_log_cut_below_its_checkpoint_is_named_and_never_signed(signed: Context) -> None:
    checkpoint(signed)
    with signed.engine.begin() as connection:
        connection.execute(text("DELETE FROM account_role WHERE account_id > 4"))
        connection.execute(text("DELETE FROM account WHERE id > 4"))
    rewritten(signed, cut=2)

    assert "checkpoint 6: the log has only 4 events" in complaint(signed)
    with pytest.raises(IntegrityFailure, match="does not begin with what was signed at 6"):
        checkpoint(signed)


def test_a_log_that_went_on_is_signed_again_and_both_checkpoints_hold(signed: Context) -> None:
    grow(signed, 9)
    checkpoint(signed)

    found = verify(signed)

    assert (found.events, found.checkpoint) == (15, 15)


def without(home: Context, **settings: object) -> Context:
    return replace(home, settings=replace(home.settings, **settings))  # type: ignore[arg-type]


def test_without_the_key_nothing_is_signed_and_everything_is_verified(signed: Context) -> None:
    for lost in (None, signed.settings.folder / "nowhere.key"):
        with pytest.raises(Unavailable) as caught:
            checkpoint(without(signed, log_key=lost))
        assert caught.value.exit_code == 3

    found = verify(without(signed, log_key=None))

    assert found.checkpoint == 4


def test_without_the_public_key_a_checkpoint_is_not_taken_on_trust(signed: Context) -> None:
    (signed.settings.folder / "log.pub").unlink()

    with pytest.raises(Unavailable, match="public key"):
        verify(signed)


def test_the_key_that_somebody_brings_counts_and_not_the_one_in_the_folder(signed: Context) -> None:
    mine = log_verifier(signed)
    other = new_signer(mine.name, bytes(32)).verifier

    assert verify(signed, mine).checkpoint == 4
    with pytest.raises(IntegrityFailure, match="checkpoint 4: the checkpoint is not signed by"):
        verify(signed, other)


def test_a_key_that_signed_nothing_vouches_for_nothing(home: Context) -> None:
    add_account(home, "admin", [Role.ADMIN])

    with pytest.raises(Unavailable, match="has signed nothing of this log"):
        verify(home, log_verifier(home))


def test_a_key_that_others_may_read_is_not_used(signed: Context) -> None:
    assert signed.settings.log_key is not None
    signed.settings.log_key.chmod(0o640)

    with pytest.raises(Unavailable, match="others may read"):
        checkpoint(signed)


def test_the_key_of_another_log_signs_nothing(signed: Context) -> None:
    other = new_signer("other", b"\x02" * 32)
    place = signed.settings.folder / "other.key"
    handle = os.open(place, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(handle, other.secret().encode())
    os.close(handle)

    with pytest.raises(RegistryError) as caught:
        checkpoint(without(signed, log_key=place))

    assert caught.value.exit_code == 6
