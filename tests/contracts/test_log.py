"""The audit log cannot be rewritten, misses nothing that happened, and names nobody."""

import json
from collections.abc import Callable

import pytest
from conftest import acting
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from world import CAST, INTERNAL, World

from registry.errors import Conflict, InvalidInput, PolicyDenied, RegistryError
from registry.policy.facts import Context as Wanted
from registry.records import Account, Meaning, Role
from registry.store import events
from registry.store.database import reading
from registry.workflow.account_listing import accounts
from registry.workflow.add_account import add_account
from registry.workflow.attempt import attempt
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context, Work
from registry.workflow.query import Question, query
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify

COPY = """event (seq, at, actor, action, outcome, body, digest)
SELECT {seq}, at, actor, action, 'done', body, digest FROM event WHERE seq = 1"""
HEAD = "(SELECT MAX(seq) FROM event)"
REFUSED = "attempt.refused"

everywhere = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def logged(home: Context) -> Context:
    """A registry whose log holds three events."""
    add_account(home, "admin", [Role.ADMIN])
    for name in ("ada", "stefan"):
        add_account(acting(home, "admin"), name, [CAST[name]])
    return home


def bodies(home: Context) -> list[bytes]:
    with reading(home.engine) as session:
        return [event.body for event in events.stored(session)]


def refused_by_the_database(home: Context, *statements: str) -> None:
    """Run ``statements`` in one transaction: the last is refused, and the log is what it was."""
    before = bodies(home)

    with pytest.raises(DBAPIError, match="append-only"), home.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert bodies(home) == before
    assert verify(home).events == len(before)


@everywhere
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET outcome = 'done' WHERE seq = 2",
        "UPDATE event SET outcome = outcome",
        "UPDATE event SET seq = seq + 100",
        "DELETE FROM event WHERE seq = 2",
        f"DELETE FROM event WHERE seq = {HEAD}",
        "DELETE FROM event",
    ],
)
def test_an_event_cannot_be_changed_or_removed(logged: Context, statement: str) -> None:
    refused_by_the_database(logged, statement)


@everywhere
@pytest.mark.parametrize("seq", ["-1", "0", "2", f"{HEAD}", f"{HEAD} + 2", f"{HEAD} + 100"])
def test_an_event_cannot_be_inserted_anywhere_but_next(logged: Context, seq: str) -> None:
    refused_by_the_database(logged, "INSERT INTO " + COPY.format(seq=seq))


@everywhere
@pytest.mark.parametrize("resolution", ["DO UPDATE SET outcome = 'denied'", "DO NOTHING"])
def test_an_upsert_cannot_reach_a_stored_event(logged: Context, resolution: str) -> None:
    upsert = "INSERT INTO " + COPY.format(seq=2) + f" ON CONFLICT (seq) {resolution}"
    refused_by_the_database(logged, upsert)


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_replacing_a_stored_event_is_refused(logged: Context, verb: str) -> None:
    refused_by_the_database(logged, f"{verb} INTO " + COPY.format(seq=2))


@on_sqlite
def test_an_update_that_replaces_its_neighbour_is_refused(logged: Context) -> None:
    refused_by_the_database(logged, "UPDATE OR REPLACE event SET seq = 2 WHERE seq = 3")


@on_postgresql
def test_the_log_cannot_be_truncated(logged: Context) -> None:
    refused_by_the_database(logged, "TRUNCATE event CASCADE")


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET outcome = 'done' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "TRUNCATE event CASCADE",
        "INSERT INTO " + COPY.format(seq=100),
    ],
)
def test_the_replica_role_of_a_session_silences_no_trigger(logged: Context, statement: str) -> None:
    refused_by_the_database(logged, "SET LOCAL session_replication_role = replica", statement)


def change(work: Work) -> None:
    """Some change and its event."""
    work.session.add(Account(name="mallory", salt="s", pseudonym="p-0", created_at="now"))
    work.session.flush()
    work.record("add-account", "account.added")


def facts(home: Context) -> list[object]:
    return [json.loads(body)["fact"] for body in bodies(home)]


def names(home: Context) -> set[object]:
    return {row["name"] for row in accounts(home)}


def test_a_change_and_its_event_commit_together(logged: Context) -> None:
    with attempt(logged, "add-account") as work:
        change(work)

    assert "mallory" in names(logged)
    assert facts(logged) == ["account.added"] * 4


def test_a_refused_attempt_leaves_a_refusal_and_neither_the_change_nor_its_event(
    logged: Context,
) -> None:
    with pytest.raises(Conflict), attempt(logged, "add-account") as work:
        change(work)
        raise Conflict("it was taken meanwhile")

    assert "mallory" not in names(logged)
    assert facts(logged) == ["account.added"] * 3 + [REFUSED]
    assert json.loads(bodies(logged)[-1])["details"] == {"reason": "it was taken meanwhile"}


def test_a_crash_leaves_neither_the_change_nor_an_event(logged: Context) -> None:
    with pytest.raises(ZeroDivisionError), attempt(logged, "add-account") as work:
        change(work)
        raise ZeroDivisionError

    assert "mallory" not in names(logged)
    assert facts(logged) == ["account.added"] * 3


def test_an_event_that_cannot_be_written_takes_its_change_with_it(logged: Context) -> None:
    with pytest.raises(ValueError, match="NaN"), attempt(logged, "add-account") as work:
        change(work)
        work.record("add-account", "account.measured", details={"figure": float("nan")})

    assert "mallory" not in names(logged)
    assert facts(logged) == ["account.added"] * 3


def last(world: World) -> dict[str, object]:
    return list(query(world.home, Question()))[-1]


def _wrong_role(world: World) -> None:
    confirm_source(world.by("paula"), "hospital")


def _conflict(world: World) -> None:
    confirm_source(world.by("stella"), "hospital")


def _denied(world: World) -> None:
    submit(world.by("ada"), "claims@1", Wanted("re-identification", "internal", None))


def _nobody(world: World) -> None:
    submit(world.home, "claims@1", INTERNAL)


def _separated(world: World) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    request, _ = submit(world.by("both"), "claims@1", INTERNAL)
    sign(world.by("both"), f"R-{request.id}", Meaning.APPROVE)


@pytest.mark.parametrize(
    ("refused", "code", "actor", "action", "outcome"),
    [
        (_wrong_role, 4, "paula", "confirm-source", "forbidden"),
        (_conflict, 5, "stella", "confirm-source", "conflict"),
        (_denied, 1, "ada", "submit", "denied"),
        (_nobody, 4, "unidentified", "submit", "forbidden"),
        (_separated, 4, "both", "approve", "forbidden"),
    ],
)
def test_a_refused_attempt_is_an_event_that_says_who_tried_what_and_how_it_ended(
    world: World,
    refused: Callable[[World], None],
    code: int,
    actor: str,
    action: str,
    outcome: str,
) -> None:
    with pytest.raises(RegistryError) as caught:
        refused(world)

    assert caught.value.exit_code == code
    event = last(world)
    assert (event["actor"], event["action"], event["outcome"]) == (actor, action, outcome)
    assert event["fact"] == REFUSED
    assert event["details"]
    assert verify(world.home).events == event["seq"]


def test_a_denied_submission_names_the_rules_that_failed(world: World) -> None:
    with pytest.raises(PolicyDenied):
        _denied(world)

    assert last(world)["details"]["failed"] == ["uses"]


def test_input_that_cannot_be_understood_is_no_attempt(world: World) -> None:
    before = bodies(world.home)
    for audience in ("Internal", "everybody"):
        with pytest.raises(InvalidInput) as caught:
            submit(world.by("ada"), "claims@1", Wanted("research", audience, None))
        assert caught.value.exit_code == 2
    with pytest.raises(InvalidInput):
        sign(world.by("stefan"), "R-99", Meaning.APPROVE)

    assert bodies(world.home) == before
