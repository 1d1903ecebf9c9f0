"""`audit verify` notices every budget and every ledger that is not what the log tells."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from clocks import SettableClock
from contracts.batching import plan as batch_plan
from contracts.budgeting import asked, budget, released
from people import staffed
from sqlalchemy import text
from sqlmodel import Session, select
from world import INTERNAL, World, build

from registry.errors import IntegrityFailure
from registry.policy.facts import Context as Wanted
from registry.records import Role, Source
from registry.workflow.add_source import add_source
from registry.workflow.budgets.batch import Asked as Batched
from registry.workflow.budgets.batch import batch
from registry.workflow.budgets.batches import batches_of
from registry.workflow.budgets.declare import declare
from registry.workflow.budgets.divisions import partitions
from registry.workflow.budgets.listing import budgets
from registry.workflow.budgets.partition import Asked, partition
from registry.workflow.budgets.partitions import partitions_of
from registry.workflow.budgets.plan import plan
from registry.workflow.budgets.plans import batches
from registry.workflow.budgets.sign import sign
from registry.workflow.budgets.sign_batch import sign_batch
from registry.workflow.budgets.sign_partition import sign_partition
from registry.workflow.check import check
from registry.workflow.context import Context
from registry.workflow.people.revocation import revoke_key
from registry.workflow.query import Question, query
from registry.workflow.verify import verify


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE budget SET epsilon = 30", "budget B-1: it is not what"),
        ("UPDATE budget SET audience = 'public'", "budget B-1: it is not what"),
        ("UPDATE budget SET method = 'zcdp'", "budget B-1: it is not what"),
        ("UPDATE budget SET last = '2099-01-01'", "budget B-1: it is not what"),
        ("UPDATE budget SET reason = 'none'", "budget B-1: it is not what its statement says"),
        ("UPDATE budget_signature SET statement = :junk WHERE id = 1", "B-1: it is not what its"),
        ("UPDATE budget_signature SET account_id = account_id + 1 WHERE id = 2", "budget"),
        ("UPDATE budget_signature SET role = 'admin' WHERE id = 2", "budget"),
        ("DELETE FROM budget_signature WHERE id = 2", "the log records it and it is gone"),
        ("UPDATE source_partition SET parts = '[\"north\"]'", "partition of event"),
        ("UPDATE source_partition SET unit = 'record'", "partition of event"),
        ("UPDATE source_partition SET reason = 'none'", "partition P-1: it is not what its state"),
        ("UPDATE partition_signature SET role = 'admin' WHERE id = 2", "partition P-1: it is not"),
        ("DELETE FROM partition_signature WHERE id = 2", "the log records it and it is gone"),
        (
            "DELETE FROM partition_signature; DELETE FROM source_partition",
            "partition of event .*: the log records it and it is",
        ),
        ("UPDATE request SET chosen_from = NULL", "what informed its choice is not"),
        ("UPDATE request SET chosen_from = NULL", "ledger of hospital: as of event"),
        ("UPDATE request SET audience = 'public'", "ledger of hospital: as of event"),
    ],
)
def test_an_edited_budget_or_exposure_is_noticed(world: World, statement: str, said: str) -> None:
    budget(world)
    column = str(json.loads(_columns(world))[0]["name"])
    divided = Asked("hospital", "region", column, "person", ("north", "south"), "apart")
    sign_partition(world.by("paula"), partition(world.by("stefan"), divided).partition)
    other = world.register(4, epsilon="0.5")
    released(world, world.label, wanted=Wanted(INTERNAL.use, "internal", None, (other,)))
    verify(world.home)
    with world.home.engine.begin() as connection:
        used = {"junk": b"{}"} if ":junk" in statement else {}
        for one in statement.split("; "):
            assert connection.execute(text(one), used).rowcount >= 1

    with pytest.raises(IntegrityFailure, match=said):
        verify(world.home)


def _columns(world: World) -> str:
    with world.home.engine.connect() as connection:
        return str(connection.execute(text("SELECT columns FROM source")).scalar())


def test_the_gate_believes_no_budget_that_was_edited(world: World) -> None:
    budget(world)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE budget SET epsilon = 30"))

    with pytest.raises(IntegrityFailure, match="B-1 is not what was signed"):
        check(world.home, world.label, INTERNAL)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM release",
        "UPDATE request SET audience = 'partner'",
        "UPDATE dataset_version SET content_digest = 'sha256:0' WHERE id = 1",
        """UPDATE dataset_version SET card = replace(card, '"epsilon":2', '"epsilon":0.1')""",
    ],
)
def test_the_gate_charges_no_less_for_what_was_edited_or_is_gone(
    world: World, statement: str
) -> None:
    budget(world, epsilon=3.0)
    released(world, world.label)
    other = world.register(4, epsilon="1.5")
    assert check(world.home, other, INTERNAL).outcome == "deny"
    with world.home.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount >= 1

    with pytest.raises(IntegrityFailure, match="the ledger of hospital is not what event"):
        check(world.home, other, INTERNAL)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM budget_signature WHERE meaning = 'sign'",
        "DELETE FROM budget_signature WHERE meaning = 'declare'",
        "DELETE FROM budget_signature",
        "UPDATE budget_signature SET event_seq = 1 WHERE meaning = 'sign'",
        "UPDATE budget_signature SET meaning = 'signed' WHERE meaning = 'sign'",
        "DELETE FROM budget_signature; DELETE FROM budget",
    ],
)
def test_the_gate_passes_over_no_budget_whose_rows_are_gone(world: World, statement: str) -> None:
    budget(world, epsilon=1.0)
    with world.home.engine.begin() as connection:
        for one in statement.split("; "):
            connection.execute(text(one))

    with pytest.raises(IntegrityFailure, match=r"B-1 .*sign") as refused:
        check(world.home, world.label, INTERNAL)
    assert "registry audit verify" in str(refused.value.todo)
    with pytest.raises(IntegrityFailure):
        verify(world.home)


def test_signed_in_both_sign_by_their_own_keys(home: Context, clock: SettableClock) -> None:
    from conftest import real_table

    office = staffed(home, clock)
    office.join("ada", Role.ENGINEER)
    paths = [home.settings.folder / f"{name}.csv" for name in ("training", "holdout")]
    for seed, path in enumerate(paths, 1):
        real_table(seed).to_csv(path, index=False)
    add_source(office.by("ada"), "hospital", *paths, classification="special-category")

    label = declare(office.by("stefan"), asked()).budget
    done = sign(office.by("paula"), label)

    assert (done.declared_by, done.signed_by) == ("stefan", "paula")
    verify(office.home)
    with home.engine.begin() as connection:
        made = connection.execute(text("SELECT count(signature) FROM budget_signature")).scalar()
        assert made == 2
        connection.execute(
            text("UPDATE budget_signature SET signature = :junk WHERE id = 2"), {"junk": b"0" * 64}
        )
    with pytest.raises(IntegrityFailure, match="B-1: its signature is not one of the key"):
        verify(office.home)


def test_what_a_stolen_key_signed_neither_widens_nor_frees(
    home: Context, clock: SettableClock
) -> None:
    from conftest import real_table

    office = staffed(home, clock)
    office.join("ada", Role.ENGINEER)
    paths = [home.settings.folder / f"{name}.csv" for name in ("training", "holdout")]
    for seed, path in enumerate(paths, 1):
        real_table(seed).to_csv(path, index=False)
    add_source(office.by("ada"), "hospital", *paths, classification="special-category")
    sign(office.by("paula"), declare(office.by("stefan"), asked(epsilon=1.0)).budget)
    column = str(real_table(1).columns[0])
    divided = Asked("hospital", "region", column, "person", ("north", "south"), "apart")
    clock.advance(hours=1)
    since = clock().isoformat()
    clock.advance(hours=1)
    sign(office.by("paula"), declare(office.by("stefan"), asked(epsilon=9.0)).budget)
    sign_partition(office.by("paula"), partition(office.by("stefan"), divided).partition)
    planned = Batched("hospital", "wave", batch_plan(count=2), "the protocol fixes both")
    sign_batch(office.by("paula"), batch(office.by("stefan"), planned).batch)
    assert [one.fits for one in plan(office.home, "hospital", 2.0)] == [True]

    revoke_key(office.by("root"), "paula", "stolen", compromised_from=since)

    (row,) = plan(office.home, "hospital", 0.5)
    assert (row.budget, row.fits, row.remaining) == ("B-2", False, 0.0)
    assert "which others may have used by then: nothing is left until another" in row.why
    assert [one["state"] for one in budgets(office.home)] == ["in doubt"]
    assert [one["state"] for one in partitions(office.home)] == ["void"]
    assert [one["state"] for one in batches(office.home)] == ["void"]
    with home.engine.connect() as connection, Session(connection) as session:
        assert partitions_of(session, session.exec(select(Source)).one()) == []
        assert [one.doubted for one in batches_of(session, session.exec(select(Source)).one())]
    verify(office.home)

    office.join("petra", Role.PRIVACY_OFFICER)
    sign(office.by("petra"), declare(office.by("stefan"), asked(epsilon=2.0)).budget)
    assert [one.fits for one in plan(office.home, "hospital", 2.0)] == [True]
    verify(office.home)


def test_a_ledger_older_than_its_statements_goes_on_from_what_is_recorded(
    home: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry from before there was a ledger: its events state nothing."""
    with monkeypatch.context() as patch:
        for name in ("register", "release"):
            patch.setattr(f"registry.workflow.{name}.stated", lambda *given: {})
        world = build(home, tmp_path)
        released(world, world.register(4))
    released(world, world.label)

    verify(world.home)
    assert [one["entries"] for one in _stated(world)] == [4]


def test_an_event_that_states_nothing_after_others_did_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.workflow.register.stated", lambda *given: {})
    world.register(4)

    with pytest.raises(IntegrityFailure, match=r"added claims@2 and stated nothing"):
        verify(world.home)


def _stated(world: World) -> list[dict[str, object]]:
    events = query(world.home, Question())
    return [one["details"]["ledger"] for one in events if "ledger" in one["details"]]  # type: ignore


def test_what_was_declared_while_the_clock_runs_is_what_was_written(world: World) -> None:
    class Running(SettableClock):
        def __call__(self) -> datetime:
            self.advance(microseconds=1)
            return self.now

    world = replace(world, home=replace(world.home, clock=Running(world.home.clock())))
    label = declare(world.by("stefan"), asked()).budget
    sign(world.by("paula"), label)
    partition(world.by("stefan"), Asked("hospital", "p", "plan", "person", ("a", "b"), "apart"))

    verify(world.home)
