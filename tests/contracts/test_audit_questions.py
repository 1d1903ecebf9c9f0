"""The questions an auditor asks, answered from the log."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from clocks import SettableClock
from sqlalchemy import text
from world import World

from registry.errors import InvalidInput, NotFound, NotPermitted, RegistryError
from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Role
from registry.workflow.auditing.approvals import approvals
from registry.workflow.auditing.asking import Question
from registry.workflow.auditing.denials import denials
from registry.workflow.auditing.doings import doings
from registry.workflow.auditing.releases_to import releases_to
from registry.workflow.auditing.state import state
from registry.workflow.auditing.used_source import used_source
from registry.workflow.auditing.waived import waived
from registry.workflow.people.roles import grant_role
from registry.workflow.query import query
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.waive import Asked, end, waive

Rows = list[dict[str, Any]]
WAIVERS = """\
  waivers: {allowed: [DP-001], maxDuration: P30D, approver: privacy-officer}
  approvals:
"""


@pytest.fixture
def lived(world: World, clock: SettableClock) -> World:
    """Two days: two releases, the first of them revoked, and a refusal to sign."""
    first = world.submit()
    with pytest.raises(RegistryError):
        sign(world.by("ada"), first, Meaning.APPROVE)
    world.approve(first)
    release(world.by("carla"), first, Terms("research-lab"))
    clock.advance(days=1)
    second = world.submit(wanted=Wanted("research", "internal", "DE"))
    world.approve(second)
    release(world.by("carla"), second, Terms("other-lab"))
    revoke(world.by("carla"), "REL-1", "no longer needed")
    return world


def listed(rows: Iterable[Any]) -> Rows:
    return list(rows)


def facts(world: World, **filters: Any) -> list[str]:
    return [str(one["fact"]) for one in query(world.home, Question(**filters))]


def test_an_approval_names_who_when_under_which_policy_and_on_which_evidence(
    lived: World,
) -> None:
    found = listed(approvals(lived.home, Question(dataset="claims@1")))

    assert [(one["actor"], one["role"], one["meaning"], one["request"]) for one in found] == [
        ("stefan", "steward", "approve", "R-1"),
        ("paula", "privacy-officer", "approve", "R-1"),
        ("stefan", "steward", "approve", "R-2"),
        ("paula", "privacy-officer", "approve", "R-2"),
    ]
    assert {tuple(one["policies"]) for one in found} == {("house-rules 1.0.0",)}
    assert {one["statement_kept"] for one in found} == {"as signed"}
    assert all(str(one["decision"]).startswith("sha256:") for one in found)


def test_approvals_are_narrowed_by_person_policy_and_time(lived: World) -> None:
    assert len(listed(approvals(lived.home, Question(actor="paula")))) == 2
    assert len(listed(approvals(lived.home, Question(since="2026-03-03")))) == 2
    assert len(listed(approvals(lived.home, Question(until="2026-03-02")))) == 2
    assert len(listed(approvals(lived.home, Question(policy="house-rules")))) == 4
    assert listed(approvals(lived.home, Question(policy="house-rule"))) == []


def test_a_statement_that_was_altered_afterwards_is_not_quoted(lived: World) -> None:
    with lived.home.engine.begin() as connection:
        connection.execute(text("UPDATE signoff SET statement = :it"), {"it": b'{"policies":[]}'})

    found = listed(approvals(lived.home, Question()))

    assert {one["statement_kept"] for one in found} == {"altered"}
    assert {tuple(one["policies"]) for one in found} == {()}


def test_a_refusal_is_shown_with_the_attempt_that_succeeded_afterwards(lived: World) -> None:
    (found,) = listed(denials(lived.home, Question(dataset="claims@1", action="approve"))) or [{}]
    assert (found["actor"], found["outcome"], found["retried"]) == ("ada", "forbidden", 1)
    assert found["done_by"] == "stefan"


def test_what_was_refused_and_never_done_says_so(world: World) -> None:
    world.publish("1.1.0", "1.0")
    for _ in range(3):
        with pytest.raises(RegistryError):
            world.submit()
    world.publish("2.0.0", "3.0")
    with pytest.raises(RegistryError):
        world.submit(wanted=Wanted("re-identification", "internal", None))
    world.submit()

    found = listed(denials(world.home, Question(action="submit")))

    assert [(one["outcome"], one["retried"], one["then"][:4]) for one in found] == [
        ("denied", 3, "done"),
        ("denied", 2, "done"),
        ("denied", 1, "done"),
        ("denied", 0, "neve"),
    ]


def test_a_refusal_of_one_day_is_followed_up_beyond_that_day(
    world: World, clock: SettableClock
) -> None:
    world.publish("1.1.0", "1.0")
    with pytest.raises(RegistryError):
        world.submit()
    clock.advance(days=2)
    world.publish("2.0.0", "3.0")
    world.submit()

    (found,) = listed(denials(world.home, Question(until="2026-03-02", action="submit")))

    assert str(found["done_at"]).startswith("2026-03-04")


def test_all_releases_to_a_recipient_and_how_they_ended(lived: World) -> None:
    (only,) = releases_to(lived.home, "research-lab")
    assert (only["release"], only["dataset"], only["state"]) == ("REL-1", "claims@1", "revoked")
    assert (only["ended_by"], only["reason"]) == ("carla", "no longer needed")
    assert [one["recipient"] for one in releases_to(lived.home, None)] == [
        "research-lab",
        "other-lab",
    ]
    with pytest.raises(NotFound, match="the log knows no recipient 'research'"):
        releases_to(lived.home, "research")


def test_releases_are_shown_as_they_stood_on_a_day(lived: World, clock: SettableClock) -> None:
    (then,) = releases_to(lived.home, None, "2026-03-02")
    assert then["state"] == "in-force"
    clock.advance(days=200)
    assert [one["state"] for one in releases_to(lived.home, None)] == ["revoked", "expired"]


def test_all_that_used_a_source(lived: World) -> None:
    lived.register(8)
    found = listed(used_source(lived.home, "hospital"))

    assert {one["dataset"] for one in found} == {None, "claims@1", "claims@2"}
    assert [one["fact"] for one in found][:2] == ["source.added", "source.confirmed"]
    assert {one["kind"] for one in found} == {
        *("source", "version", "request", "release", "recall"),
    }
    with pytest.raises(NotFound):
        listed(used_source(lived.home, "hospita"))


def test_all_waivers_with_why_and_how_they_ended(world: World, clock: SettableClock) -> None:
    world.publish_edited("2.0.0", "  approvals:\n", WAIVERS)
    day = (clock() + timedelta(days=20)).date().isoformat()
    said = Asked("DP-001", "the next run is under way", "head of claims", "enclave only", day)
    waive(world.by("paula"), "claims@1", said)
    waive(world.by("paula"), "claims@1", said)
    end(world.by("paula"), "W-1", "the run is here")

    found = waived(world.home)

    assert [(one["waiver"], one["state"], one["actor"]) for one in found] == [
        ("W-1", "ended", "paula"),
        ("W-2", "in force", "paula"),
    ]
    assert (found[0]["reason"], found[0]["ended_reason"]) == (
        "the next run is under way",
        "the run is here",
    )
    clock.advance(days=40)
    assert [one["state"] for one in waived(world.home, "claims")] == ["ended", "expired"]
    world.register(8)
    assert waived(world.home, "claims@2") == []


def test_what_somebody_did_between_two_dates(lived: World) -> None:
    summary, rows = doings(lived.home, Question(actor="carla", since="2026-03-03"))

    assert [(one["action"], one["outcome"], one["events"]) for one in summary] == [
        ("release", "done", 2),
        ("revoke", "done", 2),
    ]
    assert [one["fact"] for one in rows] == [
        *("recipient.added", "release.granted", "release.revoked", "recall.issued"),
    ]
    _, page = doings(lived.home, Question(actor="carla", since="2026-03-03", limit=1))
    last = page[-1]["seq"]
    assert isinstance(last, int)
    _, rest = doings(lived.home, Question(actor="carla", since="2026-03-03", after=last))
    assert [*page, *rest] == rows


def test_the_filters_find_what_names_a_thing_and_what_belongs_to_it(lived: World) -> None:
    assert facts(lived, fact="release.granted") == ["release.granted"] * 2
    received = facts(lived, recipient="research-lab")
    assert received.count("recipient.added") == 1
    assert [one for one in received if one != "recipient.added"] == facts(lived, request="R-1")
    assert facts(lived, release="REL-1") == facts(lived, request="R-1")
    assert set(facts(lived, policy="house-rules")) >= {"policy.published", "request.submitted"}
    assert "account.added" not in facts(lived, policy="house-rules")
    assert facts(lived, source="hospital")[:3] == [
        "source.added",
        "source.confirmed",
        "dataset.registered",
    ]
    with pytest.raises(InvalidInput, match=r"'release\.granted', the nearest"):
        facts(lived, fact="release.grante")
    with pytest.raises(NotFound, match="no source 'hospita'"):
        facts(lived, source="hospita")


def test_as_of_asks_the_log_as_it_was_then(lived: World) -> None:
    whole = facts(lived)
    assert facts(lived, as_of="2026-03-01") == []
    assert facts(lived, as_of="2026-03-02").count("release.granted") == 1
    assert facts(lived, as_of="5") == whole[:5]
    with pytest.raises(InvalidInput):
        facts(lived, as_of="yesterday")
    with pytest.raises(InvalidInput, match=f"expected: a number up to {len(whole)}"):
        facts(lived, as_of=str(len(whole) + 1))


def test_the_state_counts_what_was_refused_on_the_requests_of_a_version(lived: World) -> None:
    assert state(lived.home, "claims@1")["refused"] == 1


def test_days_in_the_wrong_order_are_not_answered_with_nothing(lived: World) -> None:
    assert facts(lived, since="2026-03-02", until="2026-03-02")
    with pytest.raises(InvalidInput, match="--since before --until"):
        facts(lived, since="2026-03-03", until="2026-03-02")


def test_a_refusal_names_what_it_was_at_and_is_followed_up_by_that(lived: World) -> None:
    for label in ("REL-1", "rel-2"):
        with pytest.raises(NotPermitted):
            revoke(lived.by("ada"), label, "not mine to end")
    for name in ("stefan", "paula"):
        with pytest.raises(NotPermitted):
            grant_role(lived.by("ada"), name, Role.AUDITOR)
    revoke(lived.by("carla"), "REL-2", "no longer needed")

    revoked = listed(denials(lived.home, Question(action="revoke")))
    granted = listed(denials(lived.home, Question(action="grant-role")))
    details = [one["details"] for one in query(lived.home, Question(action="grant-role"))]

    assert [one["then"][:4] for one in revoked] == ["neve", "done"]
    assert [one["about"] for one in revoked] == ["REL-1", "REL-2"]
    assert [one["about"] for one in granted] == ["stefan", "paula"]
    assert [one["retried"] for one in granted] == [0, 0]
    assert len({one["account"] for one in details if isinstance(one, dict)}) == 2
    assert "paula" not in str(details)
    assert facts(lived, release="REL-2")[-3:] == [
        "attempt.refused",
        "release.revoked",
        "recall.issued",
    ]


def test_pages_joined_are_the_whole_answer_in_either_order(lived: World) -> None:
    for filters in ({}, {"since": "2026-03-02"}, {"actor": "paula"}, {"dataset": "claims"}):
        whole = list(query(lived.home, Question(**filters)))  # type: ignore[arg-type]
        joined: Rows = []
        while True:
            after = joined[-1]["seq"] if joined else None
            page = list(
                query(lived.home, Question(**filters, limit=3, after=after))  # type: ignore[arg-type]
            )
            if not page:
                break
            joined += page
        assert joined == whole


def test_a_name_asks_for_all_its_versions_and_for_no_longer_name(world: World) -> None:
    world.register(8)
    about = {one["dataset"] for one in query(world.home, Question(dataset="claims"))}
    assert about == {"claims@1", "claims@2"}


@pytest.mark.parametrize(
    ("name", "nearest"), [("claim", "claims"), ("claims@", "claims@1"), ("claims@7", "claims@1")]
)
def test_a_dataset_that_the_log_never_knew_is_named_with_the_nearest(
    world: World, name: str, nearest: str
) -> None:
    for ask in (query, approvals, denials):
        with pytest.raises(NotFound, match=f"no dataset {name!r}") as caught:
            listed(ask(world.home, Question(dataset=name)))
        assert f"{nearest!r}, the nearest" in str(caught.value)
    with pytest.raises(NotFound, match="no dataset"):
        waived(world.home, name)


def test_a_dataset_has_the_refusals_that_name_only_its_request(lived: World) -> None:
    refused = list(query(lived.home, Question(dataset="claims@1", action="approve")))

    assert [one["outcome"] for one in refused].count("forbidden") == 1
    assert refused[0]["dataset"] is None
    assert facts(lived, dataset="claims") == facts(lived, dataset="claims@1")


def test_every_question_is_answered_as_the_log_then_stood(lived: World) -> None:
    granted = [one["seq"] for one in query(lived.home, Question(fact="release.granted"))]
    for then in ("2026-03-02", str(granted[0])):
        question = Question(as_of=then)
        assert len(listed(approvals(lived.home, question))) == 2
        assert len(listed(denials(lived.home, question))) == 1
        (one,) = releases_to(lived.home, None, then)
        assert (one["release"], one["state"]) == ("REL-1", "in-force")
        assert [row["what"] for row in used_source(lived.home, "hospital", then)][-1] == (
            "research-lab"
        )
        summary, rows = doings(lived.home, Question(actor="carla", as_of=then))
        assert rows[-1]["fact"] == "release.granted"
        assert sum(int(str(row["events"])) for row in summary) == len(rows)
    (before, _) = releases_to(lived.home, None)
    assert before["state"] == "revoked"


def test_a_refusal_as_of_a_day_is_not_told_what_came_later(
    world: World, clock: SettableClock
) -> None:
    world.publish("1.1.0", "1.0")
    with pytest.raises(RegistryError):
        world.submit()
    clock.advance(days=2)
    world.publish("2.0.0", "3.0")
    world.submit()

    (then,) = listed(denials(world.home, Question(as_of="2026-03-02", action="submit")))
    (now,) = listed(denials(world.home, Question(until="2026-03-02", action="submit")))

    assert (then["then"], str(now["then"])[:4]) == ("never done", "done")
