"""An audit of a claim is planned before it is scored, scored once, and stands in the log."""

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from unit.ledger.honest import scores
from world import CARD, World

from registry.card import read_card
from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotFound, NotPermitted
from registry.ledger.contradiction import ManyRuns, OneRun, Scored
from registry.ledger.wording import left_over
from registry.log.canonical import digest_bytes
from registry.records import DpAudit
from registry.store import events
from registry.store.database import reading
from registry.workflow.amend import amend
from registry.workflow.dp_audits.design import Asked
from registry.workflow.dp_audits.listing import audits
from registry.workflow.dp_audits.plan import plan_audit
from registry.workflow.dp_audits.submit import submit_scores
from registry.workflow.listing import version
from registry.workflow.verify import verify
from registry.workflow.withdraw_version import withdraw_version

MANY = Asked("many-run", 0.05, "log-likelihood ratio", 300, 300, thresholds=(0.5,))
ONE = Asked("one-run", 0.05, "distance to closest row", records=300, thresholds=(0.0,))
# All 300 hits of 300 show a rate of s^(1/300) at least, none of 300 the rest of it at most, where s
# is a side of the half of alpha that the first audit of a version has.
GREATEST = math.log(0.0125 ** (1 / 300) / (1 - 0.0125 ** (1 / 300)))
PLANS = {"many-run": ManyRuns(300, 300, (0.5,), 0.05), "one-run": OneRun(300, 300, 0.0, 0.05)}


def facts(world: World) -> list[dict[str, object]]:
    with reading(world.home.engine) as session:
        return [dict(json.loads(event.body)) for event in events.stored(session)]


def file_of(
    world: World, rows: list[Scored], *, dataset: str | None = None, name: str = "scores.csv"
) -> Path:
    path = world.folder / name
    content = dataset or str(version(world.home, world.label)["content_digest"])
    lines = [f"{int(one.member)},{one.score!r}" for one in rows]
    path.write_text("\n".join([f"# dataset: {content}", "member,score", *lines]) + "\n")
    return path


def answers(method: str, epsilon: float) -> list[Scored]:
    """Randomised response at ``epsilon``, as the plan of that method wants it."""
    return scores(PLANS[method], epsilon, random.Random(5))


def done(world: World, asked: Asked, epsilon: float) -> DpAudit:
    plan_audit(world.by("ada"), world.label, asked)
    return submit_scores(world.by("ada"), "AUD-1", file_of(world, answers(asked.method, epsilon)))


def test_a_plan_is_in_the_log_before_any_score(world: World) -> None:
    row = plan_audit(world.by("ada"), "claims@1", MANY)

    told = facts(world)[-1]
    assert (told["fact"], told["dataset"]) == ("dp-audit.planned", "claims@1")
    assert told["details"] == {
        "content": version(world.home, "claims@1")["content_digest"],
        "generator": "mst 1.0",
        "epsilon": 2,
        "delta": 1e-6,
        "method": "many-run",
        "design": {
            "members": 300,
            "nonMembers": 300,
            "thresholds": [0.5],
            "privacyUnit": "person",
            "neighbouringRelation": "add-remove",
        },
        "alpha": 0.05,
        "note": "log-likelihood ratio",
    }
    assert row.event_seq == told["seq"]
    (shown,) = audits(world.home, "AUD-1")
    assert (shown["verdict"], shown["at_least"]) == ("no scores yet", None)
    assert str(shown["scores_of"]).endswith("member 0: they are left out")
    assert float(str(shown["up_to"])) == pytest.approx(GREATEST, abs=1e-3)
    assert verify(world.home).events == told["seq"]


@pytest.mark.parametrize("asked", [MANY, ONE], ids=["many", "one"])
def test_scores_of_twice_the_claimed_epsilon_contradict_it(world: World, asked: Asked) -> None:
    row = done(world, asked, 4.0)

    assert row.verdict == "CONTRADICTED"
    assert row.bound is not None and 2.0 < row.bound < 4.0
    shown = version(world.home, "claims@1")
    assert shown["epsilon_claim"] == "CONTRADICTED"
    assert shown["dp_audits"] == [
        f"AUD-1, {asked.method}: CONTRADICTED, epsilon is at least {left_over(row.bound)} where "
        "epsilon 2 is claimed"
    ]
    assert verify(world.home).events > 0


@pytest.mark.parametrize("asked", [MANY, ONE], ids=["many", "one"])
def test_scores_of_the_claimed_epsilon_do_not(world: World, asked: Asked) -> None:
    row = done(world, asked, 2.0)

    assert row.verdict == "not contradicted"
    shown = version(world.home, "claims@1")
    assert shown["epsilon_claim"] == "not contradicted"
    assert "it could have shown up to" in str(shown["dp_audits"])
    assert verify(world.home).events > 0


def test_the_log_holds_the_digest_of_the_scores_and_what_they_came_to(world: World) -> None:
    row = done(world, MANY, 4.0)

    told = facts(world)[-1]
    body = (world.folder / "scores.csv").read_bytes()
    assert told["fact"] == "dp-audit.submitted"
    assert told["details"] == {
        "audit": "AUD-1",
        "plan": row.event_seq,
        "scores": digest_bytes(body),
        "counts": json.loads(row.counts or ""),
        "bound": row.bound,
        "verdict": "CONTRADICTED",
    }


def test_a_version_that_nobody_audited_is_said_to_be_that(world: World) -> None:
    plan_audit(world.by("ada"), "claims@1", MANY)

    shown = version(world.home, "claims@1")

    assert shown["epsilon_claim"] == "not audited"
    assert "no scores yet" in str(shown["dp_audits"])


@pytest.mark.parametrize(
    ("epsilon", "standing"), [("2.1", "CONTRADICTED"), ("9.0", "not contradicted")]
)
def test_amending_a_claim_holds_the_scores_against_the_new_one(
    world: World, epsilon: str, standing: str
) -> None:
    done(world, MANY, 4.0)

    card = read_card((CARD % {"epsilon": epsilon}).encode(), "card.yaml")
    amend(world.by("ada"), "claims@1", card, "misread")

    assert version(world.home, "claims@1")["epsilon_claim"] == standing
    assert audits(world.home, "claims@1")[0]["verdict"] == "CONTRADICTED"


RHO = """guarantee:
  variant: zcdp
  rho: %s
  mechanism: other
  privacyUnit: person
  neighbouringRelation: add-remove
"""


@pytest.mark.parametrize(
    ("guarantee", "standing"),
    [(RHO % "0.0001", "CONTRADICTED"), (RHO % "2.0", "not contradicted"), ("", "CONTRADICTED")],
)
def test_a_claim_in_other_terms_or_none_is_no_way_out_of_the_flag(
    world: World, guarantee: str, standing: str
) -> None:
    done(world, MANY, 4.0)

    card = CARD.partition("guarantee:")[0] + guarantee
    amend(world.by("ada"), "claims@1", read_card(card.encode(), "card.yaml"), "as rho")

    assert version(world.home, "claims@1")["epsilon_claim"] == standing


def test_an_audit_at_a_delta_of_0_is_held_against_a_rho_too(world: World) -> None:
    claim = CARD.replace("approximate", "pure").replace("gaussian", "other")
    pure = claim.replace("  delta: 1e-6\n", "") % {"epsilon": "2.0"}
    amend(world.by("ada"), "claims@1", read_card(pure.encode(), "card.yaml"), "pure after all")
    done(world, MANY, 4.0)

    card = CARD.partition("guarantee:")[0] + RHO % "0.0001"
    amend(world.by("ada"), "claims@1", read_card(card.encode(), "card.yaml"), "as rho")

    assert version(world.home, "claims@1")["epsilon_claim"] == "CONTRADICTED"


def test_a_claim_by_replacement_is_audited_by_many_runs_with_another_in_place(
    world: World,
) -> None:
    card = (CARD % {"epsilon": "2.0"}).replace("add-remove", "replace-one")
    amend(world.by("ada"), "claims@1", read_card(card.encode(), "card.yaml"), "misread")

    with pytest.raises(InvalidInput, match="the claim is by replace-one"):
        plan_audit(world.by("ada"), "claims@1", ONE)
    plan_audit(world.by("ada"), "claims@1", MANY)

    (shown,) = audits(world.home, "AUD-1")
    assert str(shown["scores_of"]).endswith("those of another person are in their place")


def test_a_plan_and_its_scores_repeated_under_their_keys_are_recorded_once(world: World) -> None:
    first, second = (replace(world.by("ada"), key=key) for key in ("plan", "scores"))
    plans = [plan_audit(first, "claims@1", MANY) for _ in range(2)]
    path = file_of(world, answers("many-run", 4.0))

    found = [submit_scores(second, "AUD-1", path) for _ in range(2)]

    assert [one.id for one in plans] == [1, 1]
    assert [one.verdict for one in found] == ["CONTRADICTED"] * 2
    assert len(audits(world.home, "claims@1")) == 1


def test_a_later_audit_that_finds_nothing_does_not_clear_the_flag(world: World) -> None:
    done(world, MANY, 4.0)
    plan_audit(world.by("paula"), "claims@1", MANY)
    submit_scores(world.by("paula"), "AUD-2", file_of(world, answers("many-run", 0.5)))

    assert version(world.home, "claims@1")["epsilon_claim"] == "CONTRADICTED"
    assert [row["verdict"] for row in audits(world.home, "claims@1")] == [
        "CONTRADICTED",
        "not contradicted",
    ]


def unchanged(world: World, before: list[dict[str, object]]) -> None:
    """Nothing but a refusal was recorded since."""
    assert [one for one in facts(world)[len(before) :] if one["fact"] != "attempt.refused"] == []
    assert verify(world.home).events > 0


def test_a_second_submission_is_a_conflict_and_changes_nothing(world: World) -> None:
    done(world, MANY, 4.0)
    before, first = facts(world), audits(world.home, "AUD-1")

    with pytest.raises(Conflict, match="AUD-1 has its scores already"):
        submit_scores(world.by("ada"), "AUD-1", file_of(world, answers("many-run", 0.5)))

    unchanged(world, before)
    assert audits(world.home, "AUD-1") == first


ROWS = [Scored(True, 1.0)] * 300 + [Scored(False, 0.0)] * 300


@pytest.mark.parametrize(
    ("asked", "rows", "said"),
    [
        (MANY, ROWS[1:], "there are 299 members and 300 others"),
        (MANY, [*ROWS, ROWS[0]], "there are 301 members and 300 others"),
        (MANY, [], "there are 0 members and 0 others"),
        (ONE, ROWS[:299], "there are 299 records"),
        (ONE, ROWS[:300], "300 of 300 records are members, which no fair coin does"),
    ],
)
def test_scores_that_were_not_planned_are_refused(
    world: World, asked: Asked, rows: list[Scored], said: str
) -> None:
    plan_audit(world.by("ada"), "claims@1", asked)
    before = facts(world)

    with pytest.raises(InvalidInput, match=said):
        submit_scores(world.by("ada"), "AUD-1", file_of(world, rows))

    assert facts(world) == before
    assert audits(world.home, "AUD-1")[0]["scores"] is None


def test_scores_of_another_dataset_are_refused(world: World) -> None:
    plan_audit(world.by("ada"), "claims@1", MANY)
    other = str(version(world.home, world.register(4))["content_digest"])
    before = facts(world)

    with pytest.raises(InvalidInput, match="of another dataset than AUD-1 is"):
        submit_scores(world.by("ada"), "AUD-1", file_of(world, ROWS, dataset=other))

    assert facts(world) == before


def test_a_version_that_claims_nothing_has_nothing_to_contradict(world: World) -> None:
    card = CARD[: CARD.index("guarantee:")].encode()
    amend(world.by("ada"), "claims@1", read_card(card, "card.yaml"), "no claim after all")

    with pytest.raises(InvalidInput, match="states no epsilon with its delta"):
        plan_audit(world.by("ada"), "claims@1", MANY)


def test_a_withdrawn_version_is_not_audited(world: World) -> None:
    withdraw_version(world.by("carla"), "claims@1", "by mistake")

    with pytest.raises(Conflict, match="was withdrawn"):
        plan_audit(world.by("ada"), "claims@1", MANY)


@pytest.mark.parametrize("label", ["AUD-7", "A-1", "R-1"])
def test_an_audit_that_was_never_planned_is_not_found(world: World, label: str) -> None:
    with pytest.raises(NotFound, match="there is no audit"):
        submit_scores(world.by("ada"), label, file_of(world, ROWS))


@pytest.mark.parametrize("name", ["stefan", "carla", "amir", "admin"])
def test_only_engineers_and_privacy_officers_plan_and_submit(world: World, name: str) -> None:
    plan_audit(world.by("paula"), "claims@1", MANY)

    with pytest.raises(NotPermitted):
        plan_audit(world.by(name), "claims@1", MANY)
    with pytest.raises(NotPermitted):
        submit_scores(world.by(name), "AUD-1", file_of(world, ROWS))

    with reading(world.home.engine) as session:
        assert len(session.exec(select(DpAudit)).all()) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("verdict = 'not contradicted'", "AUD-1: its result is not what the log records"),
        ("bound = 0.5", "AUD-1: its result is not what the log records"),
        ("counts = '[0, 0]'", "AUD-1: its result is not what the log records"),
        ("submitted_at = NULL", "AUD-1: its result is not what the log records"),
        ("alpha = 0.4", "it is not what the log records"),
        ("epsilon = 9.0", "it is not what the log records"),
        ("note = 'other'", "it is not what the log records"),
    ],
)
def test_an_audit_that_was_changed_behind_the_log_is_noticed(
    world: World, change: str, said: str
) -> None:
    done(world, MANY, 4.0)
    with world.home.engine.begin() as connection:
        connection.execute(text(f"UPDATE dp_audit SET {change}"))

    with pytest.raises(IntegrityFailure, match=said):
        verify(world.home)


def test_an_audit_that_was_deleted_is_noticed(world: World) -> None:
    done(world, MANY, 4.0)
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM dp_audit"))

    with pytest.raises(IntegrityFailure, match=r"dp-audit of event .*: the log records it"):
        verify(world.home)


def test_scores_that_the_log_tells_of_another_plan_are_noticed(world: World) -> None:
    done(world, MANY, 4.0)
    other = plan_audit(world.by("ada"), world.label, MANY)
    with world.home.engine.begin() as connection:
        moved = text("UPDATE dp_audit SET event_seq = :seq WHERE id = 1")
        connection.execute(moved, {"seq": other.event_seq})

    with pytest.raises(IntegrityFailure, match="AUD-1: the log records its scores of another plan"):
        verify(world.home)


def test_each_further_audit_of_a_version_has_a_smaller_share_of_alpha(world: World) -> None:
    for _ in range(3):
        plan_audit(world.by("ada"), world.label, MANY)

    levels = [row["level"] for row in audits(world.home, world.label)]

    assert levels == [pytest.approx(0.05 / part) for part in (2, 6, 12)]


def test_audits_planned_later_do_not_clear_what_an_earlier_one_showed(world: World) -> None:
    done(world, MANY, 4.0)
    before = version(world.home, "claims@1")["dp_audits"]

    for _ in range(20):
        plan_audit(world.by("ada"), world.label, MANY)

    shown = version(world.home, "claims@1")
    assert shown["epsilon_claim"] == "CONTRADICTED"
    told: object = shown["dp_audits"]
    assert isinstance(told, list) and told[:1] == before


def test_a_row_that_is_gone_does_not_clear_the_flag(world: World) -> None:
    done(world, MANY, 4.0)
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM dp_audit"))

    assert version(world.home, "claims@1")["epsilon_claim"] == "CONTRADICTED"
