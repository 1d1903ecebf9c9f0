"""Waivers: signed exceptions that the policy allows, that end, and that hide no margin."""

from datetime import timedelta

import pytest
from registries import After
from sqlalchemy import text
from world import INTERNAL, World, build

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted, PolicyDenied
from registry.records import Meaning, Role
from registry.store.database import writing
from registry.workflow.add_account import add_account
from registry.workflow.check import check
from registry.workflow.context import Context
from registry.workflow.query import Question, query
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify
from registry.workflow.waive import Asked, end, waive
from registry.workflow.waiver_listing import listed, portfolio, shown

TERMS = """\
  waivers: {allowed: [DP-001], maxDuration: P30D, approver: privacy-officer}
  approvals:
"""


def strict_rules(home: Context) -> None:
    """Version 1 claims epsilon 2; the house now asks for at most 1 and lets that be waived."""
    world = build(home, home.settings.folder)
    source = (world.folder / "policy-1.0.0.yaml").read_text().replace("lte: 3.0", "lte: 1.0")
    (world.folder / "policy-1.0.0.yaml").write_text(source)
    world.publish_edited("2.0.0", "  approvals:\n", TERMS)


@pytest.fixture
def strict(home: Context, after: After) -> World:
    after(strict_rules)
    return World(home, home.settings.folder)


def asked(world: World, **changes: str) -> Asked:
    day = (world.home.clock() + timedelta(days=20)).date().isoformat()
    facts = {
        "rule": "DP-001",
        "reason": "the next run is under way",
        "owner": "head of claims",
        "control": "inside the enclave only",
        "until": day,
    }
    return Asked(**{**facts, **changes})


def test_a_waived_rule_keeps_its_outcome_and_its_margin(strict: World) -> None:
    before = check(strict.home, strict.label, INTERNAL)
    waive(strict.by("paula"), strict.label, asked(strict))

    after = check(strict.home, strict.label, INTERNAL)

    (rule,) = (one for one in after.findings if one.rule == "DP-001")
    assert (before.outcome, after.outcome) == ("deny", "allow")
    assert (rule.outcome, rule.verdict, rule.waiver, rule.margin) == ("waived", "fail", "W-1", -1.0)
    assert after.waivers == ("W-1",)
    assert "over by 1" in rule.message


def test_a_waiver_opens_the_way_to_a_release_and_its_end_closes_it(strict: World) -> None:
    waive(strict.by("paula"), strict.label, asked(strict))
    add_account(strict.by("admin"), "petra", [Role.PRIVACY_OFFICER])
    request = strict.submit()
    strict.approve(request, "stefan", "petra")
    end(strict.by("petra"), "W-1", "the control lapsed")

    with pytest.raises(Conflict, match="void"):
        release(strict.by("carla"), request, Terms("Pricing team"))

    assert check(strict.home, strict.label, INTERNAL).outcome == "deny"


def test_who_waived_a_rule_does_not_approve_the_result(strict: World) -> None:
    waive(strict.by("paula"), strict.label, asked(strict))
    request = strict.submit()

    with pytest.raises(NotPermitted, match="waived DP-001"):
        sign(strict.by("paula"), request, Meaning.APPROVE)


@pytest.mark.parametrize("name", ["stefan", "carla"])
def test_only_the_role_that_the_policy_names_waives(strict: World, name: str) -> None:
    with pytest.raises(NotPermitted, match="may not waive"):
        waive(strict.by(name), strict.label, asked(strict))


@pytest.mark.parametrize("name", ["ada", "admin", "amir"])
def test_engineers_admins_and_auditors_waive_nothing(strict: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        waive(strict.by(name), strict.label, asked(strict))


def test_who_put_a_version_forward_cannot_waive_for_it(world: World) -> None:
    """The requester with a second hat."""
    add_account(world.by("admin"), "olga", [Role.ENGINEER, Role.PRIVACY_OFFICER])
    submit(world.by("olga"), world.label, INTERNAL)
    world.publish_edited("2.0.0", "  approvals:\n", TERMS)

    with pytest.raises(NotPermitted, match="olga put forward claims@1"):
        waive(world.by("olga"), world.label, asked(world))


def test_a_policy_without_terms_lets_nothing_be_waived(world: World) -> None:
    with pytest.raises(PolicyDenied, match="lets no rule be waived"):
        waive(world.by("paula"), world.label, asked(world))


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"rule": "DP-002"}, InvalidInput, "no policy in effect has a rule 'DP-002'"),
        ({"policy": "other"}, InvalidInput, "no policy in effect of other"),
        ({"until": "2020-01-01"}, InvalidInput, "is in the past"),
        ({"until": "tomorrow"}, InvalidInput, "is no day"),
        ({"until": "2099-01-01"}, PolicyDenied, "longer than P30D"),
        ({"reason": " "}, InvalidInput, "needs a reason"),
        ({"owner": ""}, InvalidInput, "needs a owner"),
        ({"control": ""}, InvalidInput, "needs a control"),
    ],
)
def test_what_is_not_said_or_not_allowed_is_refused(
    strict: World, changes: dict[str, str], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        waive(strict.by("paula"), strict.label, asked(strict, **changes))

    assert listed(strict.home, every=True) == []


def test_waivers_are_listed_by_their_end_and_counted(strict: World) -> None:
    soon = (strict.home.clock() + timedelta(days=3)).date().isoformat()
    waive(strict.by("paula"), strict.label, asked(strict))
    waive(strict.by("paula"), strict.label, asked(strict, until=soon))

    assert [row["waiver"] for row in listed(strict.home)] == ["W-2", "W-1"]
    assert [row["waiver"] for row in listed(strict.home, "7d")] == ["W-2"]
    assert portfolio(strict.home) == {
        "in_force": 2,
        "versions": 1,
        "ending_within_30_days": 2,
        "releases_resting_on_one": 0,
    }
    with pytest.raises(InvalidInput, match="no number of days"):
        listed(strict.home, "a week")


def test_an_ended_waiver_ends_once_and_stays_readable(strict: World) -> None:
    waive(strict.by("paula"), strict.label, asked(strict))
    end(strict.by("stefan"), "w-1", "met since")

    with pytest.raises(Conflict, match="ended already"):
        end(strict.by("stefan"), "W-1", "again")

    assert listed(strict.home) == []
    row = shown(strict.home, "W-1")
    assert (row["state"], row["ended_by"], row["ended_reason"]) == ("ended", "stefan", "met since")


def test_granting_ending_and_refusals_are_in_the_trail(strict: World) -> None:
    with pytest.raises(NotPermitted):
        waive(strict.by("stefan"), strict.label, asked(strict))
    waive(strict.by("paula"), strict.label, asked(strict))
    end(strict.by("paula"), "W-1", "met")

    facts = [row["fact"] for row in query(strict.home, Question())]

    assert facts[-3:] == ["attempt.refused", "waiver.granted", "waiver.ended"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE waiver SET until = '2099-01-01'",
        "UPDATE waiver SET rule = 'DP-009'",
        "UPDATE waiver SET reason = 'another'",
        "UPDATE waiver SET approved_at = '2020-01-01T00:00:00.000000Z'",
        "UPDATE waiver SET ended_at = '2020-01-01T00:00:00.000000Z'",
        "DELETE FROM waiver",
    ],
)
def test_an_edited_or_deleted_waiver_is_found(strict: World, change: str) -> None:
    waive(strict.by("paula"), strict.label, asked(strict))
    verify(strict.home)
    with writing(strict.home.engine) as session:
        session.connection().execute(text(change))

    with pytest.raises(IntegrityFailure, match="waiver"):
        verify(strict.home)


def test_who_waives_first_and_puts_forward_later_waives_for_nobody(strict: World) -> None:
    """The same two hats in the other order."""
    add_account(strict.by("admin"), "olga", [Role.ENGINEER, Role.PRIVACY_OFFICER])
    waive(strict.by("olga"), strict.label, asked(strict))
    submit(strict.by("olga"), strict.label, INTERNAL)

    assert check(strict.home, strict.label, INTERNAL).outcome == "deny"
    assert listed(strict.home) == []
    assert shown(strict.home, "W-1")["state"] == "void"
    assert "had a hand in" in str(shown(strict.home, "W-1")["void_because"])


def test_a_waiver_ends_with_the_major_version_it_was_signed_under(strict: World) -> None:
    waive(strict.by("paula"), strict.label, asked(strict))
    assert check(strict.home, strict.label, INTERNAL).outcome == "allow"

    strict.publish_edited("3.0.0", "  approvals:\n", TERMS)

    assert check(strict.home, strict.label, INTERNAL).outcome == "deny"
    assert listed(strict.home) == []
    (row,) = listed(strict.home, every=True)
    assert row["state"] == "void"
    assert "which is 3.0.0 now" in str(shown(strict.home, "W-1")["void_because"])
