"""Evaluations as runs: served from the record, resumed after an interruption, never laundered."""

import json

import pytest
from conftest import real_table
from sqlalchemy import text
from sqlmodel import select
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import IntegrityFailure, InvalidInput, NotFound
from registry.log.canonical import canonical, digest_bytes
from registry.records import Evaluation, RunPart
from registry.store.database import reading
from registry.workflow import run_parts
from registry.workflow.check import check
from registry.workflow.evaluate import Evaluated, evaluate
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.listing import source
from registry.workflow.publish_policy import publish_policy
from registry.workflow.query import Question, query
from registry.workflow.register import register
from registry.workflow.verify import verify

QUICK = Asked("quick")


def run(
    world: World, asked: Asked = QUICK, label: str | None = None, **options: object
) -> Evaluated:
    training, holdout = world.folder / "training.csv", world.folder / "holdout.csv"
    return evaluate(world.by("ada"), label or world.label, training, holdout, asked, **options)  # type: ignore[arg-type]


def facts(world: World) -> list[str]:
    return [str(one["fact"]) for one in query(world.home, Question(action="evaluate"))]


def stop_after(metrics: int) -> object:
    """A progress report by which somebody presses Ctrl-C."""

    def report(name: str, done: int, total: int) -> None:
        if done == metrics:
            raise KeyboardInterrupt

    return report


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_parts, "EVERY", 0.0)


def test_the_same_run_again_is_served_from_the_record(world: World) -> None:
    first = run(world)

    again = run(world)

    assert first.new and first.served is None
    assert again.served is not None
    assert [one.facts() for one in again.measurements] == [
        one.facts() for one in first.measurements
    ]
    assert again.digest == first.digest


def test_a_fresh_run_measures_again_and_confirms_what_it_finds(world: World) -> None:
    first = run(world)

    again = run(world, Asked("quick", fresh=True))

    assert (again.new, again.served, again.digest) == (False, None, first.digest)
    assert facts(world)[-1] == "evaluation.confirmed"


def test_more_workers_change_no_bit_of_what_is_recorded(world: World) -> None:
    one = run(world, Asked("quick", seed=1))

    two = run(world, Asked("quick", seed=1, jobs=2, fresh=True))

    assert two.digest == one.digest


@pytest.mark.usefixtures("eager")
def test_an_interrupted_run_goes_on_where_it_was(world: World) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(world, progress=stop_after(4))
    reported: list[int] = []

    found = run(world, progress=lambda name, done, total: reported.append(done))

    assert min(reported) >= 3
    assert found.digest == run(world, Asked("quick", fresh=True)).digest
    with reading(world.home.engine) as session:
        assert session.exec(select(RunPart)).all() == []
    assert "evaluation.progressed" in facts(world)


@pytest.mark.usefixtures("eager")
def test_a_part_that_the_log_does_not_tell_of_is_measured_again(world: World) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(world, progress=stop_after(4))
    with world.home.engine.begin() as connection:
        for id_, body in connection.execute(text("SELECT id, body FROM run_part")).all():
            forged = json.loads(body)
            for one, *_ in forged:
                one["value"] = one["low"] = one["high"] = 1.0
            new = canonical(forged)
            connection.execute(
                text("UPDATE run_part SET body = :body, digest = :digest WHERE id = :id"),
                {"body": new.decode(), "digest": digest_bytes(new), "id": id_},
            )

    found = run(world)

    assert found.digest == run(world, Asked("quick", fresh=True)).digest


RANGING = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: ranging, version: 1.0.0, owners: [privacy-office]}
spec:
  match: {}
  uses: {allow: [model-development, research], deny: []}
  sharing: [{audience: internal}]
  rules:
    - id: A-1
      title: Known
      check: {metric: validity.categories, forEach: column, gte: 0.9}
      severity: low
    - id: A-2
      title: Sound
      check: {metric: validity.constraints, forEach: constraint, gte: 0.1}
      severity: low
    - id: A-3
      title: Alike
      check: {metric: validity.ranges, forEach: column, gte: 0.5}
      severity: low
  approvals: {quorum: [{role: steward, min: 2}], validFor: P60D}
"""


def test_rules_range_over_the_columns_of_a_type_and_what_the_card_declares(world: World) -> None:
    path = world.folder / "ranging.yaml"
    path.write_text(RANGING)
    publish_policy(world.by("carla"), path)
    label = declaring(world, "columns: {constraints: [age <= cost]}\n")
    run(world, label=label)

    decision = check(world.home, label, INTERNAL)

    ranged = {
        (one.rule, one.scope): one.outcome for one in decision.findings if one.rule[:2] == "A-"
    }
    assert ranged == {
        ("A-1", ("plan",)): "pass",
        ("A-1", ("visited",)): "pass",
        ("A-2", ("age <= cost",)): "pass",
        ("A-3", ("age",)): "pass",
        ("A-3", ("cost",)): "pass",
    }
    assert decision.outcome == "allow"


def declaring(world: World, columns: str) -> str:
    card = read_card((CARD % {"epsilon": "2.0"} + columns).encode(), "card.yaml")
    data = world.folder / "other.csv"
    real_table(9).to_csv(data, index=False)
    return register(world.by("ada"), data, card).label


def test_how_many_versions_a_holdout_was_used_for_is_counted(world: World) -> None:
    run(world)
    run(world, Asked("quick", fresh=True))
    run(world, label=world.register(4))

    events = query(world.home, Question(action="evaluate"))

    # A slow machine tells of progress as well.
    used = [
        one["details"]["versionsOnHoldout"]  # type: ignore[index]
        for one in events
        if "versionsOnHoldout" in one["details"]  # type: ignore[operator]
    ]
    assert used == [1, 1, 2]
    assert source(world.home, "hospital")["versions_on_holdout"] == 2


def test_the_column_types_of_an_evaluation_are_part_of_its_digest(world: World) -> None:
    run(world)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE evaluation SET kinds = '{}'"))

    with pytest.raises(IntegrityFailure, match="its measurements were changed"):
        verify(world.home)


def test_an_unknown_profile_is_refused_with_the_known_ones(world: World) -> None:
    with pytest.raises(InvalidInput, match="unknown profile 'quik'"):
        run(world, Asked("quik"))


def test_a_card_that_speaks_of_no_column_is_refused_at_registration(world: World) -> None:
    card = read_card(
        (CARD % {"epsilon": "2.0"} + "columns: {subgroups: [sexe]}\n").encode(), "card.yaml"
    )

    with pytest.raises(NotFound, match="speaks of 'sexe'"):
        register(world.by("ada"), world.folder / "synthetic-3.csv", card)


def test_declared_subgroups_and_constraints_are_measured(world: World) -> None:
    label = declaring(world, "columns: {subgroups: [visited], constraints: [age <= cost]}\n")

    found = run(world, label=label)

    scopes = {(one.metric, one.scope) for one in found.measurements}
    assert ("validity.constraints", ("age <= cost",)) in scopes
    assert not {"validity.constraints"} & set(found.unasked)
    with reading(world.home.engine) as session:
        kinds = session.exec(select(Evaluation.kinds)).all()[-1]
    assert kinds is not None and json.loads(kinds)["age"] == "numeric"
