"""Many people end the same thing at once: it ends once, and the log is whole."""

from collections import Counter
from itertools import count

from contracts.test_concurrency import ONE_WINS, THREADS, at_once, require_whole_log, submitted
from sqlmodel import select
from world import World

from registry.records import Recall
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.listing import releases, requests
from registry.workflow.recalls.acknowledge import Answer, acknowledge
from registry.workflow.recalls.listing import recalls
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.withdraw_source import withdraw_source


def test_many_revocations_and_answers_at_once_are_one_of_each(world: World) -> None:
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    crowd = ["carla"] * THREADS

    revoked = at_once(world, crowd, ["REL-1"], lambda who, it: revoke(who, it, "a flaw"))
    with reading(world.home.engine) as session:
        code = session.exec(select(Recall.code)).one()
    answer = Answer("Kim", "a letter", code)
    answered = at_once(world, crowd, ["REL-1"], lambda who, it: acknowledge(who, it, answer))

    assert revoked == answered == {"REL-1": ONE_WINS}
    assert len(recalls(world.home, every=True)) == 1
    require_whole_log(world)


def test_a_release_during_a_withdrawal_is_refused_or_recalled(world: World) -> None:
    labels = submitted(world, 12)
    for label in labels:
        world.approve(label)
    turns = count()

    def step(who: Context, label: str) -> object:
        if label == labels[6] and next(turns) == 0:
            return withdraw_source(who, "hospital", "asked", "consent")
        return release(who, label, Terms("Pricing team"))

    found = at_once(world, ["carla"] * 4, labels, step)

    assert [found[label]["done"] for label in labels[:6]] == [1] * 6
    assert found[labels[6]]["done"] in (1, 2)
    assert [found[label]["done"] for label in labels[7:]] == [0] * 5
    given = releases(world.home)
    assert {row["state"] for row in given} == {"revoked"}
    assert len(recalls(world.home)) == len(given)
    states = Counter(row["state"] for row in requests(world.home, every=True))
    assert states == {"released": len(given), "voided": 12 - len(given)}
    require_whole_log(world)
