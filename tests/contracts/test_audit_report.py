"""The audit report tells what happened in a period, and whether the record of it holds."""

from dataclasses import replace
from pathlib import Path

import pytest
from contracts.budgeting import RESEARCH, released
from sqlalchemy import text as sql
from world import World

from registry.errors import IntegrityFailure, InvalidInput, NotPermitted
from registry.records import Role
from registry.reports.rendering.render import render
from registry.store.database import writing
from registry.workflow.auditing.anchor import anchor
from registry.workflow.auditing.places.files import Folder
from registry.workflow.disclose import disclose
from registry.workflow.people.roles import grant_role
from registry.workflow.release import Terms, release
from registry.workflow.reports.audit import Period, audit
from registry.workflow.revoke import revoke

MARCH = Period("2026-03-01", "2026-03-31")


def later(world: World, days: int) -> None:
    world.home.clock.advance(days=days)  # type: ignore[attr-defined]


def text(world: World, period: Period = MARCH) -> str:
    return render(audit(world.home, period)[0], "md").decode().replace("\\", "")


def part(page: str, title: str) -> str:
    return page.partition(f"## {title}")[2].partition("\n## ")[0]


def test_a_release_stands_with_its_basis_its_policies_and_who_signed(world: World) -> None:
    released(world, world.label)

    found = part(text(world), "Releases and their basis")

    for words in ("REL-1", "claims@1", "Pricing team", "house-rules 1.0.0", "sha256:", "R-1"):
        assert words in found
    assert "stefan (steward), paula (privacy officer)" in found


def test_what_was_signed_before_the_period_is_the_basis_of_a_release_in_it(
    world: World,
) -> None:
    request = world.submit()
    world.approve(request)
    later(world, 30)
    release(world.by("carla"), request, Terms("Pricing team"))

    page = text(world, Period("2026-04-01", "2026-04-30"))

    assert "stefan (steward), paula (privacy officer)" in part(page, "Releases and their basis")
    assert "Nobody signed anything." in part(page, "Sign-offs")


def test_a_release_is_told_as_it_stood_at_the_end_and_its_end_where_it_happened(
    world: World,
) -> None:
    released(world, world.label)
    later(world, 40)
    revoke(world.by("carla"), "REL-1", "a flaw was found")

    march, april = text(world), text(world, Period("2026-04-01", "2026-04-30"))

    assert "in force | 2026-03-02" in part(march, "Releases and their basis")
    assert "a flaw was found" not in march
    assert "Release revoked" in part(april, "Revocations, recalls and withdrawals")
    assert "a flaw was found" in april and "Nothing was released." in april


def test_denied_and_forbidden_attempts_stand_apart_with_why_and_what_came_of_them(
    world: World,
) -> None:
    weak = world.register(4, epsilon="9.0")
    with pytest.raises(Exception, match="denied"):
        world.submit(weak, RESEARCH)
    with pytest.raises(NotPermitted):
        revoke(world.by("ada"), "REL-1", "out of spite")

    page = text(world)

    assert "submit | claims@2 | denied | DP-001 | never done" in part(page, "Denials")
    refused = part(page, "Attempts that were not permitted or failed")
    assert "ada | revoke | REL-1 | forbidden" in refused and "denied" not in refused


def test_policies_people_and_disclosures_are_told_with_who_and_when(world: World) -> None:
    world.publish("1.1.0", "2.5")
    grant_role(world.by("admin"), "eve", Role.STEWARD)
    disclose(world.by("paula"), world.label, "the ethics board asks")

    page = text(world)

    assert "tightened rules.DP-001.check.lte: lte 3 became lte 2.5" in part(page, "Policy changes")
    assert "Role granted | eve, steward" in part(page, "People, roles and keys")
    said = part(page, "Budgets, agreements and disclosures")
    assert "Figures disclosed | claims@1 | the ethics board asks" in said


def test_events_before_and_after_the_period_are_left_out(world: World) -> None:
    later(world, 60)

    page = text(world, Period("2026-04-01", "2026-04-30"))

    assert "The log has no event of this period." in page
    assert "0 events of the log are of this period." in page


def test_the_log_at_both_ends_and_what_lies_outside(world: World, tmp_path: Path) -> None:
    bare = part(text(world), "Whether the record holds")
    folder = tmp_path / "held"
    folder.mkdir()
    later(world, 1)
    anchor(world.by("amir"), Folder(folder))
    later(world, 1)
    held = part(text(world), "Whether the record holds")

    assert "lie under no checkpoint outside" in bare and "none was put outside" in bare
    assert "The trail is not contradicted" in bare
    assert "1 of the " in held.partition("Exposed: ")[2]
    assert f"file {folder}" in held
    assert "Before it began | 2026-03-01 00:00:00 UTC | 0 | none was signed" in held


def test_a_trail_that_does_not_verify_is_said_first_and_ends_the_command(world: World) -> None:
    released(world, world.label)
    with writing(world.home.engine) as session:
        session.execute(sql("UPDATE release SET recipient = 'Somebody else'"))

    document, failure = audit(world.home, MARCH)

    assert isinstance(failure, IntegrityFailure)
    page = render(document, "md").decode()
    assert "The trail does not verify" in part(page, "Whether the record holds")
    assert "release" in part(page, "Whether the record holds")


def test_a_period_that_is_not_over_ends_now(world: World) -> None:
    page = text(world, Period("2026-03-01", "2026-12-31"))

    assert "The period is not over: it ends here at 2026-03-02 09:00:00 UTC." in page
    assert "not over" not in text(world, Period("2026-02-01", "2026-02-28"))


@pytest.mark.parametrize(
    ("first", "last"), [("2026-03-31", "2026-03-01"), ("yesterday", "2026-03-01")]
)
def test_a_period_without_a_day_in_it_is_wrong_usage(world: World, first: str, last: str) -> None:
    with pytest.raises(InvalidInput):
        audit(world.home, Period(first, last))


def test_a_token_without_the_scope_of_reports_gets_none(world: World) -> None:
    identity = world.by("ada").identity
    assert identity is not None
    robot = replace(world.home, identity=replace(identity, scopes=frozenset({"check"})))

    with pytest.raises(NotPermitted, match="not good for `report`"):
        audit(robot, MARCH)
