"""What a report says of the other versions of a source is what the records say, and no more."""

import json
from typing import Any

from conftest import real_table
from contracts.budgeting import SILENT, budget, lenient, released
from sqlmodel import Session, select
from world import INTERNAL, World

from registry.card import read_card
from registry.policy.facts import Context as Wanted
from registry.records import Evaluation, Measurement
from registry.reports.rendering.render import render
from registry.reports.sibling_facts import SiblingFacts
from registry.store.database import reading, writing
from registry.workflow.find import row_id, version_labelled
from registry.workflow.register import register
from registry.workflow.reports.report import report
from registry.workflow.reports.siblings import siblings_of
from registry.workflow.submit import submit


def siblings(world: World, label: str) -> dict[str, SiblingFacts]:
    with reading(world.home.engine) as session:
        return {one.label: one for one in siblings_of(session, version_labelled(session, label))}


def of_another_name(world: World, seed: int) -> str:
    """A version of the same source under another name, without a guarantee."""
    data = world.folder / f"other-{seed}.csv"
    real_table(seed).to_csv(data, index=False)
    card = SILENT.replace("name: claims", "name: other")
    return register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label


def evaluated(
    world: World, label: str, metric: str, value: float, *, admissible: bool = True
) -> None:
    """A stored measurement of a version."""
    with writing(world.home.engine) as session:
        version = row_id(version_labelled(session, label).version)
        key = row_id(_run(session, version, admissible))
        session.add(_measurement(key, metric, value))


def _run(session: Session, version: int, admissible: bool) -> Evaluation:
    already = len(session.exec(select(Evaluation)).all())
    run = Evaluation(
        version_id=version,
        digest=f"sha256:{already}",
        seed=already,
        admissible=admissible,
        training_digest="",
        holdout_digest="",
        synthetic_digest="",
        histograms="[]",
        evaluated_by=1,
        evaluated_at="2026-03-01T09:30:00.000000Z",
        confirmed_at="2026-03-01T09:30:00.000000Z",
        seconds=1.0,
    )
    session.add(run)
    session.flush()
    return run


def _measurement(evaluation: int, metric: str, value: float) -> Measurement:
    fields: dict[str, Any] = {"interval": "exact", "direction": "higher", "unit": "score"}
    return Measurement(
        evaluation_id=evaluation,
        metric=metric,
        definition=1,
        scope="[]",
        status="measured",
        value=value,
        low=value,
        high=value,
        parameters=json.dumps({}),
        seed=1,
        versions="{}",
        seconds=1.0,
        **fields,
    )


def test_every_version_of_the_source_is_there_whatever_its_name(world: World) -> None:
    second, other = world.register(4, epsilon="1.0"), of_another_name(world, 5)

    found = siblings(world, second)

    assert list(found) == [world.label, second, other]
    assert [one.claim.epsilon if one.claim else None for one in found.values()] == [2.0, 1.0, None]
    assert found[other].unclaimed == "the card claims no guarantee"
    assert {one.audited for one in found.values()} == {"not audited"}


def test_a_version_knows_which_audiences_have_it_and_no_recipient(world: World) -> None:
    released(world, world.label, to="Pricing team")
    second = world.register(4)

    found = siblings(world, second)

    assert found[world.label].audiences == ("internal",)
    assert found[second].audiences == ()
    for kind in ("privacy-utility", "tstr"):
        assert "Pricing team" not in render(report(world.home, second, kind), "md").decode()


def test_what_was_looked_at_before_another_was_chosen_is_a_candidate(world: World) -> None:
    lenient(world)
    budget(world, epsilon=9.0)
    second = world.register(4)
    chosen = Wanted(INTERNAL.use, INTERNAL.audience, None, (world.label,))
    submit(world.by("ada"), second, chosen)

    found = siblings(world, second)

    assert found[world.label].informed == (second,)
    assert found[world.label].candidate
    assert not found[second].candidate


def test_a_candidate_that_was_released_after_all_is_none(world: World) -> None:
    lenient(world)
    budget(world, epsilon=9.0)
    released(world, world.label)
    second = world.register(4)
    submit(world.by("ada"), second, Wanted(INTERNAL.use, INTERNAL.audience, None, (world.label,)))

    assert not siblings(world, second)[world.label].candidate


def test_only_figures_of_whole_tables_in_admissible_evaluations_are_compared(world: World) -> None:
    second = world.register(4)
    evaluated(world, world.label, "fidelity.quality", 0.9)
    evaluated(world, world.label, "fidelity.quality", 0.99, admissible=False)
    evaluated(world, world.label, "fidelity.shape", 0.7)
    evaluated(world, second, "fidelity.quality", 0.8)

    found = siblings(world, second)

    assert [one.value for one in found[world.label].measurements] == [0.9]
    assert [one.value for one in found[second].measurements] == [0.8]


def test_the_document_marks_this_version_among_all(world: World) -> None:
    second = world.register(4)

    page = render(report(world.home, second, "privacy-utility"), "md").decode()

    assert f"| {second} |" in page.replace("\\", "")
    assert "| this version; not released |" in page
    assert "| other version of the source; not released |" in page
