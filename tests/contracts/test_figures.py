"""What reports draw is stored with the evaluation and covered by its digest; bundles lack it."""

import json

import pytest
from registry.workflow.report import quality_facts
from sqlalchemy import text
from sqlmodel import select
from world import World

from registry.bundle.alone import registry_verify
from registry.bundle.verify import verified
from registry.errors import IntegrityFailure
from registry.log.canonical import digest, digest_bytes
from registry.log.note import read_verifier
from registry.records import Evaluation
from registry.store.database import reading
from registry.workflow.bundle import create_bundle
from registry.workflow.evaluate import evaluate
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.evidence import evaluation_digest
from registry.workflow.find import version_labelled
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify


def run(world: World) -> None:
    training, holdout = world.folder / "training.csv", world.folder / "holdout.csv"
    evaluate(world.by("ada"), world.label, training, holdout, Asked("quick"))


def stored(world: World) -> Evaluation:
    with reading(world.home.engine) as session:
        return session.exec(select(Evaluation)).one()


def change(world: World, column: str, value: str | None) -> None:
    with world.home.engine.begin() as connection:
        connection.execute(text(f"UPDATE evaluation SET {column} = :value"), {"value": value})


def test_a_report_is_handed_the_figures_that_were_stored(world: World) -> None:
    run(world)

    with reading(world.home.engine) as session:
        facts = quality_facts(world.home, session, version_labelled(session, world.label))

    (evaluation,) = facts.evaluations
    assert [one["figure"] for one in evaluation.figures] == ["association"]
    assert list(evaluation.figures) == json.loads(str(stored(world).figures))


def test_an_evaluation_of_before_has_no_figures_and_the_digest_it_had(world: World) -> None:
    run(world)
    before = stored(world)
    before.figures = None

    assert evaluation_digest(before, []) == digest(
        {
            "training": before.training_digest,
            "holdout": before.holdout_digest,
            "synthetic": before.synthetic_digest,
            "target": before.target,
            "seed": before.seed,
            "admissible": before.admissible,
            "measurements": [],
            "profile": before.profile,
            "kinds": json.loads(str(before.kinds)),
        }
    )
    change(world, "figures", None)
    change(world, "digest", evaluation_digest(before, []))
    with reading(world.home.engine) as session:
        found = quality_facts(world.home, session, version_labelled(session, world.label))
    assert found.evaluations[0].figures == ()


@pytest.mark.parametrize(
    ("column", "value"), [("figures", "[]"), ("figures", None), ("histograms", "[]")]
)
def test_what_is_drawn_cannot_be_changed_unnoticed(
    world: World, column: str, value: str | None
) -> None:
    run(world)
    verify(world.home)

    change(world, column, value)

    with pytest.raises(IntegrityFailure, match="its measurements were changed"):
        verify(world.home)


def test_a_bundle_holds_to_the_figures_and_carries_none(world: World) -> None:
    run(world)
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Claims Lab"))

    made = create_bundle(world.by("amir"), world.label, world.folder / "b.json")

    key, data = (world.folder / "log.pub").read_text(), made.path.read_bytes()
    opened = verified(data, read_verifier(key))
    assert opened.causes == frozenset() and opened.opened is not None
    assert registry_verify.verify(data, key)["failed"] == []
    (evaluation,) = opened.opened.record.evaluations
    figures = str(stored(world).figures)
    assert json.loads(evaluation)["figures"] == digest_bytes(figures.encode())
    assert "cramers-v" in figures and "cramers-v" not in evaluation
