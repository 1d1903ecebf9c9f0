"""The document of a published policy tells its history, its waivers and what rests on it."""

from datetime import timedelta

import pytest
from world import INTERNAL, World

from registry.errors import NotFound
from registry.reports.rendering.render import render
from registry.workflow.release import Terms, release
from registry.workflow.reports.report import report
from registry.workflow.revoke import revoke
from registry.workflow.waive import Asked, end, waive

TERMS = """\
  waivers: {allowed: [DP-001], maxDuration: P30D, approver: privacy-officer}
  approvals:
"""


def text(world: World, about: str = "house-rules") -> str:
    return render(report(world.home, about, "policy"), "md").decode().replace("\\", "")


def released(world: World) -> None:
    request = world.submit(wanted=INTERNAL)
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))


def test_it_says_who_published_each_version_and_how_many_releases_each_decided(
    world: World,
) -> None:
    released(world)
    world.publish("1.1.0", "2.5")

    page = text(world)

    assert "| 1.1.0 (in effect) | 2026-03-02 09:00:00 UTC | carla | 0 | 0 |" in page
    assert "| 1.0.0 | 2026-03-02 09:00:00 UTC | carla | 1 | 1 |" in page
    assert "1 release rests on 2 published versions." in page


def test_a_release_that_is_over_was_decided_all_the_same(world: World) -> None:
    released(world)
    revoke(world.by("carla"), "REL-1", "a flaw was found")

    assert "| carla | 1 | 0 |" in text(world)


def test_the_change_log_goes_through_all_versions_the_newest_first(world: World) -> None:
    world.publish("1.1.0", "2.5")
    world.publish("2.0.0", "2.8")

    log = text(world).partition("## Change log")[2]

    assert log.index("### 2.0.0, after 1.1.0") < log.index("### 1.1.0, after 1.0.0")
    assert "lte 2.5 became lte 2.8" in log and "lte 3 became lte 2.5" in log
    assert "1 change, 1 loosening, 0 tightening, 0 of text" in log
    assert "### 1.0.0, the first" in log


def test_an_older_version_says_that_it_decides_no_more(world: World) -> None:
    world.publish("1.1.0", "2.5")

    old, new = text(world, "house-rules@1.0.0"), text(world, "house-rules@1.1.0")

    assert "Version 1.0.0 decides no more: version 1.1.0 is in effect." in old
    assert "decides no more" not in new
    assert "at most 3 |" in old and "at most 2.5 |" in new


def test_waivers_stand_with_reason_control_owner_and_how_they_ended(world: World) -> None:
    source = (world.folder / "policy-1.0.0.yaml").read_text().replace("lte: 3.0", "lte: 1.0")
    (world.folder / "policy-1.0.0.yaml").write_text(source)
    world.publish_edited("2.0.0", "  approvals:\n", TERMS)
    until = (world.home.clock() + timedelta(days=20)).date().isoformat()
    asked = Asked("DP-001", "the next run is under way", "head of claims", "enclave only", until)
    waive(world.by("paula"), world.label, asked)

    standing = text(world).partition("### No longer in force")[0]
    end(world.by("paula"), "W-1", "the rule is met")
    over = text(world).partition("### No longer in force")[2]

    for words in ("W-1", "the next run is under way", "enclave only (head of claims)", "paula"):
        assert words in standing and words in over
    assert "by paula: the rule is met" in over


def test_a_policy_or_version_that_was_not_published_is_named_with_the_nearest(
    world: World,
) -> None:
    with pytest.raises(NotFound, match="house-rule") as error:
        report(world.home, "house-rule", "policy")
    assert "house-rules" in str(error.value)
    with pytest.raises(NotFound, match=r"house-rules 9\.9\.9 was never published"):
        report(world.home, "house-rules@9.9.9", "policy")
