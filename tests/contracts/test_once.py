"""A command under an idempotency key is done once, however often it is run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from conftest import real_table
from sqlmodel import select
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Account, CommandKey, Event, Meaning, SignOff
from registry.store.database import reading, writing
from registry.workflow import add_source as add_source_module
from registry.workflow.add_source import add_source
from registry.workflow.auditing.correct_clock import correct_clock
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.publish_policy import publish_policy
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.tables import ReadTable
from registry.workflow.verify import verify


def keyed(world: World, name: str, key: str) -> Context:
    return replace(world.by(name), key=key)


def events(world: World) -> int:
    with reading(world.home.engine) as session:
        return len(session.exec(select(Event.seq)).all())


def keys(world: World) -> dict[str, str]:
    with reading(world.home.engine) as session:
        return {row.key: row.result for row in session.exec(select(CommandKey))}


def test_a_repeated_step_of_the_main_job_returns_the_first_result_and_changes_nothing(
    world: World,
) -> None:
    steps: list[tuple[str, Any]] = [
        ("ada", lambda one: submit(one, world.label, INTERNAL)),
        ("stefan", lambda one: sign(one, "R-1", Meaning.APPROVE, reason="read")),
        ("paula", lambda one: sign(one, "R-1", Meaning.APPROVE)),
        ("carla", lambda one: release(one, world.label, Terms("Pricing team"))),
        ("carla", lambda one: revoke(one, "REL-1", "consent withdrawn")),
    ]
    for number, (name, step) in enumerate(steps):
        first = step(keyed(world, name, f"k{number}"))
        after = events(world)

        assert step(keyed(world, name, f"k{number}")) == first
        assert events(world) == after
    assert keys(world).keys() == {f"k{number}" for number in range(len(steps))}
    assert verify(world.home).events == events(world)


def test_a_result_stays_the_first_one_when_the_record_has_moved_on(world: World) -> None:
    world.submit()
    first = sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE)
    world.approve("R-1", "paula")

    assert first.state == "submitted"
    assert sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE) == first


def test_a_published_policy_and_a_registered_table_come_back_the_same(world: World) -> None:
    table = world.folder / "synthetic-3.csv"
    card = read_card((CARD % {"epsilon": "2.0"}).encode(), "card.yaml")
    path = world.folder / "policy-2.0.0.yaml"
    path.write_text((world.folder / "policy-1.0.0.yaml").read_text().replace("1.0.0", "2.0.0"))

    for _ in range(2):
        assert register(keyed(world, "ada", "r"), table, card).label == world.label
        assert publish_policy(keyed(world, "carla", "p"), path).version == "2.0.0"
    before = events(world)
    path.write_text(path.read_text() + "# another file under the same name\n")
    with pytest.raises(Conflict, match="used for another"):
        publish_policy(keyed(world, "carla", "p"), path)
    assert events(world) == before + 1


@pytest.mark.parametrize("name", ["paula", "ada"])
def test_the_key_of_somebody_else_is_a_conflict(world: World, name: str) -> None:
    world.submit()
    sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE)

    with pytest.raises(Conflict, match="used for another"):
        sign(keyed(world, name, "k"), "R-1", Meaning.APPROVE)


def test_a_key_with_other_arguments_or_for_another_command_is_a_conflict(world: World) -> None:
    world.submit()
    sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE)

    with pytest.raises(Conflict, match="used for another"):
        sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE, reason="on second thoughts")
    with pytest.raises(Conflict, match="used for another"):
        confirm_source(keyed(world, "stefan", "k"), "hospital")


def test_a_refused_command_leaves_its_key_free(world: World) -> None:
    world.submit()
    with pytest.raises(NotPermitted):
        sign(keyed(world, "ada", "k"), "R-1", Meaning.APPROVE)

    assert keys(world) == {}
    assert sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE).name == "stefan"


def test_what_a_command_records_before_it_refuses_stands(world: World) -> None:
    request = world.submit()
    world.publish("2.0.0", limit="1.0")

    with pytest.raises(Conflict):
        sign(keyed(world, "stefan", "k"), request, Meaning.APPROVE)

    assert keys(world) == {}
    with reading(world.home.engine) as session:
        assert "request.voided" in {
            fact for body in session.exec(select(Event.body)) for fact in [_fact(body)]
        }


def _fact(body: bytes) -> str:
    import json

    return str(json.loads(body)["fact"])


def test_a_kept_result_holds_pseudonyms_for_names(world: World) -> None:
    world.submit()
    first = sign(keyed(world, "stefan", "k"), "R-1", Meaning.APPROVE)
    with reading(world.home.engine) as session:
        names = session.exec(select(Account.name)).all()

    assert first.name == "stefan"
    assert not [name for name in names if f'"{name}"' in keys(world)["k"]]


def test_many_repeats_at_once_are_one_signature(world: World) -> None:
    world.submit()
    start = Barrier(8)

    def work(_: int) -> object:
        context = keyed(world, "stefan", "k")
        start.wait(60)
        return sign(context, "R-1", Meaning.APPROVE)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))

    assert all(one == found[0] for one in found)
    with reading(world.home.engine) as session:
        assert len(session.exec(select(SignOff)).all()) == 1
    assert verify(world.home).events == events(world)


@pytest.mark.parametrize("key", ["", "  ", "k" * 201])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    with pytest.raises(InvalidInput, match="idempotency key"):
        submit(keyed(world, "ada", key), world.label, INTERNAL)


def test_a_clock_is_corrected_once(world: World) -> None:
    world.home.clock.advance(days=400)  # type: ignore[attr-defined]
    world.submit()
    world.home.clock.advance(days=-400)  # type: ignore[attr-defined]

    first = correct_clock(keyed(world, "admin", "k"), "it ran ahead")

    assert correct_clock(keyed(world, "admin", "k"), "it ran ahead") == first
    with pytest.raises(Conflict, match="nothing to correct"):
        correct_clock(keyed(world, "admin", "another"), "it ran ahead")


def test_every_step_of_the_main_job_heeds_a_key_and_the_rest_need_none() -> None:
    folder = Path(__file__).parents[2] / "registry/workflow"
    others = {
        "evaluate.py",  # served from its own record
        "run_parts.py",
        # Only tell of the log, and say that they did.
        *("anchor.py", "backup.py", "bundle.py", "checkpoints.py", "export.py", "proof.py"),
        # They hand out a secret: done once by `handed.py`, which keeps all but that.
        *("add_account.py", "issuing.py", "passwords.py", "tokens.py"),
        # They use up a code.
        *("enrolment.py", "federated.py"),
        # Steps of the server itself: whoever holds the claim of a job, and nobody else.
        *("claim.py", "run.py"),
        # They say what is to be: a repeat leaves it so, or is a conflict.
        *("links.py", "roles.py"),
    }

    missing = {
        path.name
        for path in folder.rglob("*.py")
        if "with attempt(" in path.read_text() and "@once(" not in path.read_text()
    }

    assert missing == others


def test_nobody_waits_to_write_while_a_table_is_read_under_a_key(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, free = add_source_module.read_table, []

    def slow(path: Path) -> ReadTable:
        with writing(world.home.engine, wait=False):
            free.append(path)
        return read(path)

    monkeypatch.setattr(add_source_module, "read_table", slow)
    paths = [tmp_path / "training.csv", tmp_path / "holdout.csv"]
    for seed, path in zip((70, 71), paths, strict=True):
        real_table(seed).to_csv(path, index=False)

    add_source(keyed(world, "ada", "k"), "clinic", *paths, classification="personal")

    assert free == paths
