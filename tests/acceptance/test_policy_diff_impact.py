"""``registry policy diff`` and ``impact``, and ``registry explain``, as a person meets them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from acceptance.cli import Desk, Ran, build_registry, run
from conftest import real_table
from world import INTERNAL, POLICY, World

from evaluators.catalogue import CATALOGUE
from registry.clock import stamp
from registry.policy.facts import Context as Wanted
from registry.records import Evaluation, Measurement
from registry.store.database import reading, writing
from registry.workflow.budgets.ledger import claim_in
from registry.workflow.bulk import recorded
from registry.workflow.check import check
from registry.workflow.dp_audits.told import evidence_of_audits
from registry.workflow.evidence import evaluation_digest, stored_facts
from registry.workflow.find import row_id, version_labelled
from registry.workflow.gate import evidence_of, subject_of
from registry.workflow.impact import impact
from registry.workflow.publish_policy import publish_policy
from registry.workflow.waivers import waivers_of

ASKED = ("--use", "model-development", "--audience", "internal")
FLAGS = (
    *("--source", "hospital", "--target", "visited", "--generator", "mst"),
    *("--generator-version", "1.0", "--family", "marginal-based-dp", "--delta", "1e-6"),
    *("--mechanism", "gaussian", "--privacy-unit", "person", "--relation", "add-remove"),
)
BASE = """\
apiVersion: registry/v1
kind: PolicyBase
metadata: {id: org-baseline, version: %(version)s, owners: [privacy-office]}
spec:
  uses: {allow: [model-development]}
  sharing: [{audience: internal}]
  rules:
    - {id: ORG-001, check: {metric: dp.epsilon, lte: %(limit)s}}
  approvals: {quorum: [{role: steward, min: 2}], validFor: P90D}
"""
CHILD = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: local-rules, version: 1.0.0, owners: [privacy-office]}
spec:
  extends: [{id: org-baseline, version: "^1"}]
  match: {}
  uses: {allow: [model-development]}
  sharing: [{audience: internal}]
  approvals: {quorum: [{role: steward, min: 2}], validFor: P90D}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    return Desk.copied(built, tmp_path / "desk")


def fine(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return ran.out


def policy(desk: Desk, version: str, limit: str = "3.0", **replaced: str) -> str:
    """A file with the house rules, changed."""
    text = POLICY % {"version": version, "limit": limit}
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return desk.write(f"house-{version}-{limit}.yaml", text)


def register(desk: Desk, name: str, epsilon: str, seed: int) -> None:
    data = Path(desk.path(f"{name}-{seed}.csv"))
    real_table(seed).to_csv(data, index=False)
    fine(desk.run("register", str(data), "--name", name, "--epsilon", epsilon, *FLAGS, by="ada"))


def checked(desk: Desk, *labels: str) -> None:
    for label in labels:
        desk.run("check", label, *ASKED)


# Diff


def test_a_looser_policy_needs_a_major_version_and_is_told_which(desk: Desk) -> None:
    ran = desk.run("policy", "diff", policy(desk, "1.0.0"), policy(desk, "1.1.0", "4.0"))

    assert ran.code == 1
    assert "rules.DP-001.check.lte  loosened   lte 3 became lte 4" in ran.out
    assert "a major version is demanded, a minor version is made" in ran.err
    assert "metadata.version 2.0.0 or higher" in ran.err


@pytest.mark.parametrize(("version", "limit"), [("2.0.0", "4.0"), ("1.1.0", "2.5")])
def test_a_version_that_says_what_changed_is_enough(desk: Desk, version: str, limit: str) -> None:
    fine(desk.run("policy", "diff", policy(desk, "1.0.0"), policy(desk, version, limit)))


def test_two_files_are_compared_without_a_registry(desk: Desk, tmp_path: Path) -> None:
    before, after = policy(desk, "1.0.0"), policy(desk, "1.1.0", "2.5")

    found = run("-C", str(tmp_path), "policy", "diff", before, after, "--format", "json")

    told = json.loads(fine(found))
    assert told["changes"] == [
        {
            "where": "rules.DP-001.check.lte",
            "direction": "tightened",
            "what": "lte 3 became lte 2.5",
        }
    ]
    assert (told["demanded"], told["made"], told["suffices"]) == ("minor", "minor", True)


def test_the_policy_in_effect_is_compared_by_its_id(desk: Desk) -> None:
    ran = desk.run("policy", "diff", "house-rules", policy(desk, "1.0.1", "2.5"), "-q")

    assert (ran.code, ran.out) == (1, "rules.DP-001.check.lte\n")
    assert "metadata.version 1.1.0 or higher" in ran.err


def test_a_name_that_is_neither_file_nor_policy_names_the_nearest(desk: Desk) -> None:
    ran = desk.run("policy", "diff", "house-rule", policy(desk, "1.1.0"))

    assert ran.code == 2
    assert "'house-rules', the nearest that is known" in ran.err


def test_two_policies_are_not_two_versions_of_one(desk: Desk) -> None:
    other = desk.write("base.yaml", BASE % {"version": "1.0.0", "limit": "3"})

    ran = desk.run("policy", "diff", policy(desk, "1.0.0"), other)

    assert ran.code == 2
    assert "two versions of one policy" in ran.err


def test_a_base_is_looked_for_beside_the_file(desk: Desk, tmp_path: Path) -> None:
    files = []
    for name, limit in (("old", "3"), ("new", "2")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "base.yaml").write_text(BASE % {"version": "1.0.0", "limit": limit})
        (folder / "child.yaml").write_text(CHILD)
        files.append(str(folder / "child.yaml"))

    ran = desk.run("policy", "diff", *files)

    assert "rules.ORG-001.check.lte  tightened  lte 3 became lte 2" in ran.out


# Impact


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """Datasets with an epsilon of 2.0, 1.0 and 5.0, checked; and a version nobody asked for."""
    register(desk, "visits", "1.0", 11)
    register(desk, "scans", "5.0", 12)
    register(desk, "scans", "5.0", 13)
    checked(desk, "claims@1", "visits@1", "scans@1")
    return desk


def test_who_is_no_longer_allowed_is_told_with_the_rule_and_both_margins(asked: Desk) -> None:
    ran = asked.run("policy", "impact", policy(asked, "1.1.0", "1.5"), "--format", "json")

    found = json.loads(fine(ran))
    assert (found["versions"], found["unasked"], found["decisions"]) == (4, 1, 3)
    assert found["outcomes"] == {"allow -> allow": 1, "allow -> deny": 1, "deny -> deny": 1}
    assert found["datasets"]["claims"] == {"allow -> deny": 1}
    (turned,) = found["turned"]
    assert (turned["version"], turned["before"], turned["after"]) == ("claims@1", "allow", "deny")
    assert [
        (one["rule"], one["margin_before"], one["margin_after"]) for one in turned["rules"]
    ] == [("DP-001", 1.0, -0.5)]


def test_a_looser_policy_allows_what_was_denied(asked: Desk) -> None:
    ran = asked.run("policy", "impact", policy(asked, "2.0.0", "9.0"), "--format", "csv")

    header, row = fine(ran).splitlines()
    assert header.startswith("version,use,audience,jurisdiction,before,after,rule")
    assert row == "scans@1,model-development,internal,,deny,allow,DP-001,,-2.0,4.0"


@pytest.mark.parametrize(
    ("limit", "codes"),
    [
        ("1.5", {"new-deny": 1, "any": 1, "never": 0}),
        ("9.0", {"new-deny": 0, "any": 1, "never": 0}),
        ("3.0", {"new-deny": 0, "any": 0, "never": 0}),
    ],
)
def test_it_fails_on_what_it_is_told_to(asked: Desk, limit: str, codes: dict[str, int]) -> None:
    file = policy(asked, "2.0.0", limit)

    for fail_on, code in codes.items():
        assert asked.run("policy", "impact", file, "--fail-on", fail_on).code == code
    assert asked.run("policy", "impact", file).code == 0


def test_every_version_is_asked_in_the_context_given(asked: Desk) -> None:
    ran = asked.run(
        "policy", "impact", policy(asked, "2.0.0", "9.0"), "--use", "research",
        "--audience", "internal", "-q",
    )  # fmt: skip

    assert fine(ran).splitlines() == ["scans@1", "scans@2"]
    assert "4 decisions on 4 versions" in ran.err


def test_half_a_context_is_refused(asked: Desk) -> None:
    assert asked.run("policy", "impact", policy(asked, "2.0.0"), "--use", "research").code == 2


def test_a_new_policy_decides_beside_those_in_effect(asked: Desk) -> None:
    text = (POLICY % {"version": "1.0.0", "limit": "1.5"}).replace("house-rules", "second-rules")

    ran = asked.run("policy", "impact", asked.write("second.yaml", text), "-q")

    assert fine(ran).splitlines() == ["claims@1"]


def test_a_changed_base_changes_what_extends_it(asked: Desk) -> None:
    for name, text in (("base", BASE % {"version": "1.0.0", "limit": "3"}), ("child", CHILD)):
        fine(asked.run("policy", "publish", asked.write(f"{name}.yaml", text), by="carla"))
    tighter = asked.write("newer.yaml", BASE % {"version": "1.1.0", "limit": "1.5"})

    ran = asked.run("policy", "impact", tighter, "--format", "ndjson")

    turned = json.loads(fine(ran))
    assert (turned["version"], turned["rule"]) == ("claims@1", "ORG-001")
    assert turned["rules"][0]["policy"] == "local-rules"


def test_nothing_is_recorded(asked: Desk) -> None:
    before = asked.recorded()

    asked.run("policy", "impact", policy(asked, "1.1.0", "1.5"))
    asked.run("explain", "scans@1", *ASKED)

    assert asked.recorded() == before


def test_of_two_files_with_one_policy_none_is_taken(asked: Desk) -> None:
    ran = asked.run("policy", "impact", policy(asked, "2.0.0"), policy(asked, "3.0.0"))

    assert ran.code == 2
    assert "are both the policy house-rules" in ran.err


Figure = tuple[str, Sequence[str], float | None]
SHAPES = [("fidelity.shape", [column], 0.9) for column in ("age", "cost", "plan", "visited")]


def record(world: World, label: str, figures: Iterable[Figure], **facts: object) -> None:
    """Store an evaluation as if it had been run; a figure of None could not be measured."""
    with writing(world.home.engine) as session:
        found = version_labelled(session, label)
        evaluation = Evaluation(
            **{
                "version_id": row_id(found.version),
                "digest": "",
                "seed": 1,
                "admissible": True,
                "target": "visited",
                "training_digest": found.source.training_content_digest,
                "holdout_digest": found.source.holdout_content_digest,
                "synthetic_digest": found.version.content_digest,
                "histograms": "{}",
                "evaluated_by": 1,
                "evaluated_at": stamp(world.home.clock()),
                "confirmed_at": stamp(world.home.clock()),
                "seconds": 1.0,
                **facts,
            }
        )
        rows = [measurement(*figure) for figure in figures]
        evaluation.digest = evaluation_digest(evaluation, map(stored_facts, rows))
        session.add(evaluation)
        session.flush()
        for row in rows:
            row.evaluation_id = row_id(evaluation)
            session.add(row)


def measurement(metric: str, scope: Sequence[str], value: float | None) -> Measurement:
    return Measurement(
        evaluation_id=0,
        metric=metric,
        definition=CATALOGUE[metric].definition,
        scope=json.dumps(list(scope)),
        status="not-measurable" if value is None else "measured",
        value=value,
        low=value,
        high=value,
        interval="none",
        n=1000,
        direction="higher",
        unit="share",
        parameters="{}",
        seed=1,
        versions="{}",
        cause="too few rows" if value is None else None,
        seconds=0.1,
    )


def many(world: World) -> None:
    """Versions with gaps, with gaps that were filled, with results that differ, with none."""
    world.register(4, epsilon="1.0")
    world.register(5)
    world.register(6)
    record(world, "claims@1", [*SHAPES, ("sdmetrics.quality", [], 0.8)])
    record(world, "claims@2", [*SHAPES[1:], ("fidelity.shape", ["age"], None)])
    record(world, "claims@2", [("fidelity.shape", ["age"], 0.7)])
    record(world, "claims@2", [("fidelity.shape", ["age"], 0.1)], admissible=False)
    record(world, "claims@3", [("sdmetrics.quality", [], None)], holdout_digest="")
    record(world, "claims@3", [*SHAPES, ("sdmetrics.quality", [], 0.6)], kinds='{"age": "ordinal"}')


def test_what_is_read_in_bulk_is_what_the_gate_reads(world: World) -> None:
    many(world)
    metrics = {"fidelity.shape", "sdmetrics.quality"}

    with reading(world.home.engine) as session:
        chunks = list(recorded(session, metrics, at_once=3))
        for version in (one for chunk in chunks for one in chunk):
            found = version_labelled(session, version.label)
            assert version.subject == subject_of(session, found)
            audited = evidence_of_audits(session, version.subject, claim_in(found.version.card))
            read = [*evidence_of(session, found), *audited]
            assert sorted(version.evidence, key=repr) == sorted(read, key=repr)
            assert list(version.waivers) == waivers_of(session, found)

    assert [[one.label for one in chunk] for chunk in chunks] == [
        ["claims@1", "claims@2", "claims@3"],
        ["claims@4"],
    ]


def test_a_replay_comes_out_as_the_gate_decides_once_the_policy_is_in_effect(
    world: World,
) -> None:
    many(world)
    labels = [f"claims@{number}" for number in range(1, 5)]
    contexts = [INTERNAL, Wanted("research", "partner", "DE"), Wanted("research", "public", None)]
    before = {
        (one, wanted): check(world.home, one, wanted) for one in labels for wanted in contexts
    }
    rule = "{id: FID-001, check: {metric: fidelity.shape, forEach: column, gte: 0.8}}"
    path = world.folder / "stricter.yaml"
    text = (POLICY % {"version": "1.1.0", "limit": "1.5"}).replace(
        "  rules:", f"  rules:\n    - {rule}"
    )
    path.write_text(text)

    found = impact(world.home, [path])
    publish_policy(world.by("carla"), path)

    after = {(one, wanted): check(world.home, one, wanted) for one in labels for wanted in contexts}
    assert found.decisions == len(after)
    turned = {(one.label, one.context): (one.flip.before, one.flip.after) for one in found.turned}
    assert turned == {
        key: (before[key].outcome, after[key].outcome)
        for key in after
        if before[key].outcome != after[key].outcome
    }
    assert len(turned) >= 2


# Explain


def test_a_denied_version_is_explained_and_the_exit_code_is_0(asked: Desk) -> None:
    out = fine(asked.run("explain", "scans@1", *ASKED))

    assert "scans@1 for model-development, internal: DENIED" in out
    assert "house-rules 1.0.0 governs" in out
    assert "DP-001: dp.epsilon is 5; the nearest that passes is 3" in out
    assert "decided on that: ALLOWED" in out


def test_it_is_one_command_under_two_names(asked: Desk) -> None:
    arguments = ("scans@1", *ASKED, "--format", "json")

    assert fine(asked.run("explain", *arguments)) == fine(
        asked.run("policy", "explain", *arguments)
    )


def test_the_nearest_context_that_is_allowed_is_named(asked: Desk) -> None:
    ran = asked.run(
        "explain", "claims@1", "--use", "re-identification", "--audience", "public",
        "--format", "json",
    )  # fmt: skip

    found = json.loads(fine(ran))
    assert {(one["use"], one["audience"]) for one in found["contexts"]} == {
        (use, audience)
        for use in ("model-development", "research")
        for audience in ("internal", "partner")
    }
    assert all(one["changed"] == ["use", "audience"] for one in found["contexts"])


def test_a_policy_that_does_not_match_is_listed_with_the_reason(asked: Desk) -> None:
    text = (POLICY % {"version": "1.0.0", "limit": "1.5"}).replace("house-rules", "second-rules")
    text = text.replace("match: {}", "match: {all: [{audience: [partner]}]}")
    fine(asked.run("policy", "publish", asked.write("second.yaml", text), by="carla"))

    out = fine(asked.run("explain", "scans@1", *ASKED))

    assert "second-rules 1.0.0 does not: match.all[0]: audience is internal, not partner" in out


def test_an_allowed_version_has_nothing_to_be_changed(asked: Desk) -> None:
    found = json.loads(fine(asked.run("explain", "visits@1", *ASKED, "--format", "json")))

    assert found["outcome"] == "allow"
    assert (found["evidence"], found["contexts"], found["waivable"]) == (None, None, None)
    assert [one["governs"] for one in found["trace"]] == [True]
