"""`audit verify` notices what somebody did who could get past the triggers."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from registries import After
from sqlalchemy import Connection, text
from world import INTERNAL, World, build

from registry.errors import IntegrityFailure
from registry.log.canonical import canonical
from registry.log.chain import leaf_digest
from registry.store import events, triggers
from registry.store.database import reading
from registry.workflow.check import check
from registry.workflow.context import Context
from registry.workflow.listing import requests
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify

SEED = 20260302

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def a_story(home: Context) -> None:
    """A log with every kind of step up to a release."""
    world = build(home, home.settings.folder)
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))


@pytest.fixture
def story(home: Context, after: After) -> Context:
    after(a_story)
    return home


@contextmanager
def behind_the_triggers(home: Context) -> Iterator[Connection]:
    """The connection of somebody who drops the triggers, edits, and puts them back."""
    with home.engine.begin() as connection:
        for name in trigger_names(connection):
            connection.execute(text(dropping(connection, name)))
        yield connection
        triggers.create(connection)


def trigger_names(connection: Connection) -> list[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'",
        "postgresql": "SELECT tgname FROM pg_trigger "
        "WHERE tgrelid = 'event'::regclass AND NOT tgisinternal",
    }[connection.dialect.name]
    return list(connection.execute(text(query)).scalars())


def dropping(connection: Connection, name: str) -> str:
    return f"DROP TRIGGER {name}" + ("" if connection.dialect.name == "sqlite" else " ON event")


def edit(home: Context, statement: str, **values: object) -> None:
    with behind_the_triggers(home) as connection:
        assert connection.execute(text(statement), values).rowcount == 1


def complaint(home: Context) -> str:
    with pytest.raises(IntegrityFailure) as caught:
        verify(home)
    assert caught.value.exit_code == 6
    return str(caught.value)


def log(home: Context) -> list[events.StoredEvent]:
    with reading(home.engine) as session:
        return list(events.stored(session))


def flipped(body: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :]


def test_an_intact_log_gives_its_length_and_the_digest_of_its_last_event(story: Context) -> None:
    found = verify(story)

    assert (found.events, found.head) == (len(log(story)), log(story)[-1].digest)


def test_triggers_that_were_dropped_and_put_back_are_the_triggers_that_were_there(
    story: Context,
) -> None:
    with behind_the_triggers(story):
        pass

    assert verify(story).events == len(log(story))


def test_one_flipped_bit_of_any_event_is_named(story: Context) -> None:
    rng = random.Random(SEED)
    change = "UPDATE event SET body = :body WHERE seq = :seq"
    for event in log(story):
        for _ in range(3):
            edit(story, change, seq=event.seq, body=flipped(event.body, rng))
            assert f"event {event.seq}: the stored bytes" in complaint(story)
            edit(story, change, seq=event.seq, body=event.body)
            verify(story)


def test_a_rewritten_event_with_a_digest_to_match_breaks_the_link_of_the_next(
    story: Context,
) -> None:
    for event in log(story)[:-1]:
        body = event.body.replace(b'"authentication"', b'"Authentication"')
        change = "UPDATE event SET body = :body, digest = :digest WHERE seq = :seq"
        edit(story, change, seq=event.seq, body=body, digest=leaf_digest(body))
        assert f"event {event.seq + 1}: it does not name" in complaint(story)
        edit(story, change, seq=event.seq, body=event.body, digest=event.digest)


def test_a_deleted_event_is_named(story: Context) -> None:
    edit(story, "DELETE FROM event WHERE seq = 5")

    assert "event 5: missing" in complaint(story)


def test_a_deleted_event_is_named_even_if_those_after_it_are_renumbered(story: Context) -> None:
    length = len(log(story))
    with behind_the_triggers(story) as connection:
        connection.execute(text("DELETE FROM signoff"))
        connection.execute(text("DELETE FROM release"))
        connection.execute(text("DELETE FROM recipient"))
        connection.execute(text("DELETE FROM event WHERE seq = 5"))
        for seq in range(6, length + 1):
            connection.execute(text(f"UPDATE event SET seq = {seq - 1} WHERE seq = {seq}"))

    said = complaint(story)
    assert "event 5: it does not name the digest of the event before it" in said
    assert "event 5: the column 'seq' differs" in said


def test_a_log_cut_at_its_end_verifies_and_only_a_head_kept_elsewhere_tells(
    world: World,
) -> None:
    check(world.home, "claims@1", INTERNAL)
    kept = verify(world.home)

    edit(world.home, "DELETE FROM event WHERE seq = :seq", seq=kept.events)

    found = verify(world.home)
    assert found.events == kept.events - 1
    assert found.head != kept.head


def test_a_log_cut_at_its_end_is_noticed_where_the_record_of_the_step_still_stands(
    world: World,
) -> None:
    world.submit()
    kept = verify(world.home)

    edit(world.home, "DELETE FROM event WHERE seq = :seq", seq=kept.events)

    assert "request R-1: the log does not know it" in complaint(world.home)


@pytest.mark.parametrize("columns", [("body",), ("body", "digest")])
def test_two_events_that_changed_places_are_both_named(
    story: Context, columns: tuple[str, ...]
) -> None:
    third, sixth = log(story)[2], log(story)[5]
    assignments = ", ".join(f"{column} = :{column}" for column in columns)
    for place, other in ((third, sixth), (sixth, third)):
        values = {column: getattr(other, column) for column in columns}
        edit(story, f"UPDATE event SET {assignments} WHERE seq = {place.seq}", **values)

    said = complaint(story)
    assert "event 3:" in said
    assert "event 6:" in said


@pytest.mark.parametrize("column", ["at", "actor", "action", "outcome", "dataset", "request"])
def test_an_edited_column_of_an_event_is_named(story: Context, column: str) -> None:
    for event in log(story):
        change = f"UPDATE event SET {column} = :value WHERE seq = {event.seq}"
        edit(story, change, value="something else")
        assert f"event {event.seq}: the column {column!r} differs" in complaint(story)
        edit(story, change, value=getattr(event, column))
    verify(story)


def forged(home: Context, body: bytes, *, digest: str | None = None) -> None:
    """Insert an event as the next one, which no trigger refuses."""
    head = log(home)[-1]
    columns = "seq, at, actor, action, outcome, body, digest"
    with home.engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO event ({columns}) "
                f"SELECT {head.seq + 1}, at, actor, action, outcome, :body, :digest "
                f"FROM event WHERE seq = {head.seq}"
            ),
            {"body": body, "digest": digest or leaf_digest(body)},
        )


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"not JSON", b"\xff\xfe", b"[" * 100_000, b'{"previous": 1}'],
)
def test_a_forged_event_is_named_whatever_it_holds(story: Context, body: bytes) -> None:
    forged(story, body)

    assert f"event {len(log(story))}:" in complaint(story)


def test_a_forged_copy_of_the_last_event_is_named(story: Context) -> None:
    head = log(story)[-1]

    forged(story, head.body)

    assert f"event {head.seq + 1}: it does not name the digest" in complaint(story)


def test_a_forged_event_with_the_right_link_and_a_wrong_digest_is_named(story: Context) -> None:
    head = log(story)[-1]

    forged(story, canonical({"previous": head.digest}), digest="0" * 64)

    assert f"event {head.seq + 1}: the stored bytes do not have" in complaint(story)


def test_a_dropped_trigger_is_reported_though_nothing_else_is_wrong(story: Context) -> None:
    with story.engine.connect() as connection:
        names = trigger_names(connection)
    assert len(names) == {"sqlite": 3, "postgresql": 4}[story.engine.dialect.name]
    for name in names:
        with story.engine.begin() as connection:
            connection.execute(text(dropping(connection, name)))
        assert f"the trigger {name} is missing or altered" in complaint(story)
        with story.engine.begin() as connection:
            triggers.create(connection)
    verify(story)


@on_postgresql
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_trigger_that_does_not_always_fire_is_reported(story: Context, how: str) -> None:
    with story.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE event {how} TRIGGER event_no_update"))

    assert "the trigger event_no_update is missing or altered" in complaint(story)


def always(definition: str) -> list[str]:
    return [
        "DROP TRIGGER event_no_update ON event",
        f"CREATE TRIGGER event_no_update {definition} EXECUTE FUNCTION registry_event_refuse()",
        "ALTER TABLE event ENABLE ALWAYS TRIGGER event_no_update",
    ]


@on_postgresql
@pytest.mark.parametrize(
    "statements",
    [
        always("BEFORE UPDATE ON event FOR EACH ROW WHEN (false)"),
        always("BEFORE UPDATE OF request ON event FOR EACH ROW"),
        always("AFTER UPDATE ON event FOR EACH ROW"),
        [
            "CREATE OR REPLACE FUNCTION registry_event_refuse() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        ],
    ],
    ids=["never", "for one column", "afterwards", "function"],
)
def test_an_altered_trigger_is_reported_on_postgresql(
    story: Context, statements: list[str]
) -> None:
    with story.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert "the trigger event_no_update is missing or altered" in complaint(story)


@on_sqlite
@pytest.mark.parametrize(
    "definition",
    [
        "BEFORE UPDATE ON event WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
        "BEFORE UPDATE OF request ON event BEGIN SELECT RAISE(ABORT, 'no'); END",
        "BEFORE UPDATE ON event BEGIN SELECT 1; END",
    ],
)
def test_an_altered_trigger_is_reported_on_sqlite(story: Context, definition: str) -> None:
    with story.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER event_no_update"))
        connection.execute(text(f"CREATE TRIGGER event_no_update {definition}"))

    assert "the trigger event_no_update is missing or altered" in complaint(story)


SWALLOW = {
    "sqlite": "CREATE TRIGGER swallow BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",
    "postgresql": "CREATE RULE swallow AS ON INSERT TO event DO INSTEAD NOTHING",
}


def test_what_swallows_events_is_reported_and_stops_every_step(world: World) -> None:
    with world.home.engine.begin() as connection:
        connection.exec_driver_sql(SWALLOW[connection.dialect.name])

    assert "swallow does not belong on the log" in complaint(world.home)
    with pytest.raises(IntegrityFailure, match="was not stored"):
        check(world.home, "claims@1", INTERNAL)
    with pytest.raises(IntegrityFailure, match="was not stored"):
        world.submit()
    assert requests(world.home, every=True) == []
