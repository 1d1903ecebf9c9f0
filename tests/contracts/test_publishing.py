"""Publishing: by an owner, with a version that says what changed, and never against a base."""

import json

import pytest
from sqlmodel import select
from world import INTERNAL, World

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Event, Meaning, Role
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.check import check
from registry.workflow.publish_policy import publish_policy
from registry.workflow.sign import sign

BASE = """\
apiVersion: registry/v1
kind: PolicyBase
metadata: {id: baseline, version: %(version)s, owners: [privacy-office]}
spec:
  uses: {allow: [model-development, research]}
  sharing: [{audience: internal, expiresAfter: P90D}]
  rules:
    - {id: DP-001, check: {metric: dp.epsilon, lte: %(limit)s}, severity: critical}
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P60D
"""
CHILD = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: team, version: %(version)s, owners: [privacy-office]}
spec:
  extends: [{id: baseline, version: "^1"}]
  match: {}
  uses: {allow: [model-development]}
  sharing: [{audience: internal, expiresAfter: P30D}]
  rules:
    - {id: DP-002, check: {metric: dp.delta, lte: %(delta)s}, severity: critical}
  approvals:
    quorum: [{role: steward, min: 1}, {role: privacy-officer, min: 1}]
    validFor: P60D
"""


def publish(world: World, text: str, name: str, by: str = "carla") -> None:
    path = world.folder / name
    path.write_text(text)
    publish_policy(world.by(by), path)


def base(world: World, version: str, limit: str) -> None:
    publish(world, BASE % {"version": version, "limit": limit}, f"baseline-{version}.yaml")


def child(world: World, version: str = "1.0.0", delta: str = "1e-5") -> None:
    publish(world, CHILD % {"version": version, "delta": delta}, f"team-{version}.yaml")


def last_event(world: World) -> dict[str, object]:
    with reading(world.home.engine) as session:
        event = session.exec(select(Event).order_by(Event.seq.desc())).first()  # type: ignore[attr-defined]
        assert event
        details: dict[str, object] = json.loads(event.body)["details"]
        return details


@pytest.mark.parametrize(
    ("version", "limit", "demanded"),
    [("1.1.0", "4.0", "major"), ("1.0.1", "2.0", "minor"), ("1.0.1", "4.0", "major")],
)
def test_a_version_that_says_too_little_is_refused(
    world: World, version: str, limit: str, demanded: str
) -> None:
    with pytest.raises(Conflict, match=r"rules\.DP-001\.check\.lte") as caught:
        world.publish(version, limit)

    assert f"a {demanded} version above 1.0.0" in str(caught.value)


@pytest.mark.parametrize(("version", "limit"), [("2.0.0", "4.0"), ("1.1.0", "2.0")])
def test_the_differences_are_recorded_with_the_publication(
    world: World, version: str, limit: str
) -> None:
    world.publish(version, limit)

    direction = "loosened" if limit == "4.0" else "tightened"
    assert last_event(world)["changes"] == [
        {
            "direction": direction,
            "where": "rules.DP-001.check.lte",
            "what": f"lte 3 became lte {limit[0]}",
        }
    ]


def test_of_owners_who_are_accounts_one_publishes(world: World) -> None:
    add_account(world.by("admin"), "cora", [Role.COMPLIANCE_OFFICER])
    owned = (BASE % {"version": "1.0.0", "limit": "3.0"}).replace(
        "owners: [privacy-office]", "owners: [cora]"
    )

    with pytest.raises(NotPermitted, match="carla does not own baseline"):
        publish(world, owned, "owned.yaml")
    publish(world, owned, "owned.yaml", by="cora")


def test_the_rules_of_a_base_hold_under_the_policy_that_extends_it(world: World) -> None:
    base(world, "1.0.0", "1.5")
    child(world)

    found = check(world.home, world.label, INTERNAL)

    (inherited,) = (
        one for one in found.findings if one.policy and one.policy.id == "team" and one.origin
    )
    assert (inherited.rule, inherited.outcome, inherited.margin) == ("DP-001", "fail", -0.5)
    assert inherited.origin is not None
    assert inherited.origin.id == "baseline"
    assert [one.id for one in found.bases] == ["baseline"]
    assert "baseline" not in [one.id for one in found.policies]


def test_a_policy_is_refused_while_its_base_is_not_published(world: World) -> None:
    with pytest.raises(InvalidInput, match="baseline \\^1, which is not there"):
        child(world)


def test_a_policy_that_loosens_its_base_is_refused_with_the_place(world: World) -> None:
    base(world, "1.0.0", "1.5")
    loose = (CHILD % {"version": "1.0.0", "delta": "1e-5"}).replace(
        "  rules:\n", "  rules:\n    - {id: DP-001, check: {metric: dp.epsilon, lte: 2.0}}\n"
    )

    with pytest.raises(InvalidInput, match=r"loosens baseline 1\.0\.0.*\n.*DP-001\.check\.lte"):
        publish(world, loose, "loose.yaml")


def test_a_base_cannot_be_tightened_past_a_policy_that_extends_it(world: World) -> None:
    base(world, "1.0.0", "1.5")
    child(world)
    shorter = (BASE % {"version": "1.1.0", "limit": "1.5"}).replace("P90D", "P10D")

    with pytest.raises(InvalidInput, match=r"baseline 1\.1\.0 cannot take effect"):
        publish(world, shorter, "shorter.yaml")


def test_a_new_major_version_of_a_base_leaves_those_who_extend_the_old_one_alone(
    world: World,
) -> None:
    base(world, "1.0.0", "1.5")
    child(world)
    base(world, "2.0.0", "9.0")

    found = check(world.home, world.label, INTERNAL)

    assert [(one.id, one.version) for one in found.bases] == [("baseline", "1.0.0")]


def test_authors_of_a_policy_do_not_sign_under_it_within_its_window(world: World) -> None:
    """Published before the data came, so that only the window can object."""
    add_account(world.by("admin"), "olga", [Role.COMPLIANCE_OFFICER, Role.STEWARD])
    window = "validFor: P60D\n    authorWindow: P90D"
    source = (world.folder / "policy-1.0.0.yaml").read_text()
    text = source.replace("validFor: P60D", window).replace("version: 1.0.0", "version: 1.1.0")
    publish(world, text, "windowed.yaml", by="olga")
    world.home.clock.advance(days=30)  # type: ignore[attr-defined]
    request = world.submit(world.register(9))

    with pytest.raises(NotPermitted, match="within the 90 days"):
        sign(world.by("olga"), request, Meaning.APPROVE)

    world.home.clock.advance(days=61)  # type: ignore[attr-defined]
    later = world.submit(world.register(10))
    assert sign(world.by("olga"), later, Meaning.APPROVE).still_needed == {"privacy-officer": 1}


def test_nobody_becomes_an_owner_by_saying_so(world: World) -> None:
    add_account(world.by("admin"), "cora", [Role.COMPLIANCE_OFFICER])
    text = BASE % {"version": "1.0.0", "limit": "3.0"}
    publish(world, text.replace("[privacy-office]", "[cora]"), "owned.yaml", by="cora")
    later = text.replace("version: 1.0.0", "version: 1.0.1")

    for owners in ("[carla]", "[privacy-office]"):
        taken = later.replace("[privacy-office]", owners)
        with pytest.raises(NotPermitted, match="carla does not own baseline"):
            publish(world, taken, "taken.yaml")
    publish(world, later, "given-back.yaml", by="cora")
