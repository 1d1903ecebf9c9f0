"""Policies ask whether a claim is contradicted by its audits, on both databases."""

import json
from typing import Any

import pytest
from contracts.budgeting import budget, released
from contracts.test_bundle import causes, create
from contracts.test_dp_audits import MANY, ONE, answers, file_of
from pydantic import ValidationError
from sqlalchemy import text
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import PolicyDenied, RegistryError, Undecided
from registry.policy.decision import Decision, Finding
from registry.store.database import reading
from registry.workflow.amend import amend
from registry.workflow.bulk import recorded
from registry.workflow.check import check
from registry.workflow.dp_audits.design import Asked
from registry.workflow.dp_audits.find import audit_label
from registry.workflow.dp_audits.plan import plan_audit
from registry.workflow.dp_audits.submit import submit_scores
from registry.workflow.evidence_file import EvidenceFile
from registry.workflow.export_evidence import export_evidence
from registry.workflow.offline import Files, check_offline
from registry.workflow.recheck import recheck
from registry.workflow.verify import verify

SOUND = "    - {id: AUD-001, check: {metric: dp.contradicted, lte: 0}}\n  approvals:"
DEMANDED = "    - {id: AUD-002, check: {metric: dp.lower_bound, lte: 3}}\n  approvals:"


def ruled(world: World, rule: str) -> None:
    world.publish_edited("1.1.0", "  approvals:", rule)


def audit(world: World, epsilon: float, asked: Asked = MANY) -> None:
    row = plan_audit(world.by("eve"), world.label, asked)
    scores = file_of(world, answers(asked.method, epsilon))
    submit_scores(world.by("eve"), audit_label(row), scores)


def finding(world: World, rule: str) -> Finding:
    decision = check(world.by("ada"), world.label, INTERNAL)
    (found,) = [one for one in decision.findings if one.rule == rule]
    return found


def test_a_rule_that_demands_an_audit_is_undecided_where_there_is_none(world: World) -> None:
    ruled(world, DEMANDED)
    plan_audit(world.by("eve"), world.label, MANY)

    found = finding(world, "AUD-002")

    assert found.outcome == "missing"
    assert "no audit of the claim has scores" in found.message
    with pytest.raises(Undecided):
        world.submit()


@pytest.mark.parametrize("asked", [MANY, ONE], ids=["many", "one"])
def test_an_audit_that_was_scored_is_what_such_a_rule_reads(world: World, asked: Asked) -> None:
    ruled(world, DEMANDED)
    audit(world, 2.0, asked)

    found = finding(world, "AUD-002")

    assert found.outcome == "pass"
    assert isinstance(found.observed, float) and 0 < found.observed < 2


def test_a_contradicted_claim_is_denied_and_a_sound_one_is_not(world: World) -> None:
    ruled(world, SOUND)
    assert finding(world, "AUD-001").observed == 0

    audit(world, 4.0)

    assert (finding(world, "AUD-001").outcome, finding(world, "AUD-001").observed) == ("fail", 1)
    with pytest.raises(PolicyDenied, match="AUD-001"):
        world.submit()


def test_one_that_contradicts_stands_beside_those_that_do_not(world: World) -> None:
    ruled(world, SOUND)
    audit(world, 4.0)
    audit(world, 2.0, ONE)

    assert finding(world, "AUD-001").observed == 1


def test_a_claim_amended_to_what_the_audit_leaves_is_sound_again(world: World) -> None:
    ruled(world, SOUND)
    audit(world, 4.0)
    larger = read_card((CARD % {"epsilon": "9.0"}).encode(), "c")
    smaller = read_card((CARD % {"epsilon": "0.5"}).encode(), "c")

    amend(world.by("ada"), world.label, smaller, "misread")
    assert finding(world, "AUD-001").observed == 1
    amend(world.by("ada"), world.label, larger, "the accountant said so")

    assert finding(world, "AUD-001").observed == 0


def _bound(world: World) -> float:
    (row,) = [one for one in _evidence(world) if one.metric == "dp.lower_bound"]
    assert row.value is not None
    return float(row.value)


def _evidence(world: World) -> Any:
    return export_evidence(world.home, world.label).measurements


def test_a_claim_contradicted_under_a_request_does_not_get_out(world: World) -> None:
    ruled(world, SOUND)
    request = world.submit()
    audit(world, 4.0)

    with pytest.raises(RegistryError):
        world.approve(request)


def test_a_released_version_that_becomes_contradicted_is_flagged(world: World) -> None:
    ruled(world, SOUND)
    released(world, world.label)
    assert recheck(world.home)[0].flags == ()

    audit(world, 4.0)

    flags = recheck(world.home)[0].flags
    assert [(one.kind, one.about) for one in flags] == [("evidence", "AUD-001")]
    assert verify(world.home).events > 0


def test_rows_that_are_gone_do_not_let_a_contradicted_claim_out(world: World) -> None:
    ruled(world, SOUND)
    audit(world, 4.0)
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM dp_audit"))

    with pytest.raises(PolicyDenied, match="AUD-001"):
        world.submit()


def test_a_bundle_carries_what_the_policy_read_of_the_audits(world: World) -> None:
    ruled(world, DEMANDED)
    audit(world, 2.0)
    audit(world, 2.0, ONE)
    budget(world, epsilon=9.0)
    released(world, world.label)

    made = create(world, world.label)

    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))


def from_files(world: World, epsilon: str) -> Decision:
    """What a check without the registry decides, on the evidence as it was written out."""
    (world.folder / "policies").mkdir()
    for name, said in (
        ("evidence.json", export_evidence(world.home, world.label).model_dump_json(by_alias=True)),
        ("card.yaml", CARD % {"epsilon": epsilon}),
        ("policies/p.yaml", (world.folder / "policy-1.1.0.yaml").read_text()),
    ):
        (world.folder / name).write_text(said)
    files = Files(*(world.folder / name for name in ("card.yaml", "evidence.json", "policies")))
    return check_offline(files, INTERNAL, world.home.clock(), "not known").decision


def test_a_check_from_files_reads_the_audits_of_the_evidence_file(world: World) -> None:
    ruled(world, DEMANDED)
    audit(world, 2.0)

    found = from_files(world, "2.0")

    assert found.outcome == "allow"
    assert found.digest == check(world.home, world.label, INTERNAL).digest


def test_what_audits_show_of_one_claim_is_not_known_of_another(world: World) -> None:
    ruled(world, DEMANDED)
    audit(world, 2.0)

    found = from_files(world, "2.5")

    assert found.outcome == "undecided"
    assert "another guarantee than the card" in str(found.findings)


@pytest.mark.parametrize(
    "changes", [{"holdout": True}, {"claim": None}, {"reckonedAt": None}, {"audience": "partner"}]
)
def test_a_figure_of_an_audit_says_for_what_and_when_and_for_no_audience(
    world: World, changes: dict[str, object]
) -> None:
    file = json.loads(export_evidence(world.home, world.label).model_dump_json(by_alias=True))
    (place,) = [
        at for at, one in enumerate(file["measurements"]) if one["metric"] == "dp.contradicted"
    ]
    file["measurements"][place] |= changes

    with pytest.raises(ValidationError, match="beside a budget"):
        EvidenceFile.model_validate_json(json.dumps(file))


def test_what_if_reads_the_same_of_many_versions_as_the_gate_of_one(world: World) -> None:
    audit(world, 4.0)
    other = world.register(4, epsilon="0.5")

    with reading(world.home.engine) as session:
        found = {one.label: one for chunk in recorded(session, ()) for one in chunk}

    shown = {
        label: {one.metric: one.value for one in version.evidence if one.id.startswith("dp-audits")}
        for label, version in found.items()
    }
    assert shown[other] == {"dp.contradicted": 0}
    assert shown[world.label] == {"dp.contradicted": 1, "dp.lower_bound": _bound(world)}
