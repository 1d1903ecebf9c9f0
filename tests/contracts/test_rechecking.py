"""Releases in force are decided on once more, listed by what people look for, and superseded."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from registries import After
from sqlmodel import select
from world import World, build

from registry.errors import Conflict, InvalidInput
from registry.policy.facts import Context as Wanted
from registry.records import Agreement, DatasetVersion, Role
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.agreements import end_agreement
from registry.workflow.context import Context
from registry.workflow.listing import releases
from registry.workflow.query import Question, query
from registry.workflow.recheck import recheck
from registry.workflow.release import Released, Terms, release
from registry.workflow.release_listing import Wanted as Filter
from registry.workflow.release_listing import release_shown, releases_wanted
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify
from registry.workflow.waive import Asked, end, waive

PARTNER = Wanted("model-development", "partner", None)


def two_releases(home: Context) -> None:
    """REL-1 inside until 31 May, and REL-2 to a partner under DUA-1 until 1 April."""
    world = build(home, home.settings.folder)
    world.agree("DUA-1", "Partner Lab")
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    world.approve(world.submit(wanted=PARTNER))
    release(world.by("carla"), "R-2", Terms("Partner Lab", agreement="DUA-1"))


@pytest.fixture
def shared(home: Context, after: After) -> World:
    after(two_releases)
    return World(home, home.settings.folder)


def flagged(world: World) -> dict[str, list[tuple[str, str]]]:
    return {
        one.release: [(flag.kind, flag.about) for flag in one.flags]
        for one in recheck(world.home)
        if one.flags
    }


def logged(world: World) -> list[object]:
    return [event["fact"] for event in query(world.home, Question(action="recheck"))]


def test_what_holds_is_not_flagged_and_nothing_is_recorded(shared: World) -> None:
    seen: list[tuple[str, int, int]] = []

    found = recheck(shared.home, lambda *now: seen.append(now))

    assert [(one.release, one.flags) for one in found] == [("REL-1", ()), ("REL-2", ())]
    assert seen == [("REL-1", 0, 2), ("REL-2", 1, 2)]
    assert logged(shared) == []


def test_a_stricter_policy_flags_what_it_would_no_longer_allow(shared: World) -> None:
    shared.publish_edited("2.0.0", "lte: 3.0", "lte: 1.0")

    assert flagged(shared) == {"REL-1": [("policy", "DP-001")], "REL-2": [("policy", "DP-001")]}
    assert [row["state"] for row in releases(shared.home)] == ["in-force", "in-force"]


def test_shorter_terms_flag_what_was_given_for_longer(shared: World) -> None:
    shared.publish_edited("2.0.0", "expiresAfter: P90D", "expiresAfter: P10D")

    assert flagged(shared) == {"REL-1": [("terms", "expiry")]}


def test_another_agreement_asked_for_flags_what_stands_under_none(shared: World) -> None:
    shared.publish_edited("2.0.0", "audience: internal,", "audience: internal, agreement: NDA-2,")

    assert flagged(shared) == {"REL-1": [("agreement", "NDA-2")]}


def test_an_agreement_that_ended_flags_what_stands_under_it(shared: World) -> None:
    end_agreement(shared.by("carla"), "A-1", "terminated")

    assert flagged(shared) == {"REL-2": [("agreement", "DUA-1")]}


def stored(world: World) -> Path:
    with reading(world.home.engine) as session:
        return world.home.file_of(session.exec(select(DatasetVersion)).one())


def _changed(world: World) -> None:
    path = stored(world)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")


def _gone(world: World) -> None:
    stored(world).unlink()


@pytest.mark.parametrize(("spoil", "about"), [(_changed, "changed"), (_gone, "gone")])
def test_a_file_that_is_not_there_as_released_is_flagged(
    shared: World, spoil: Callable[[World], None], about: str
) -> None:
    spoil(shared)

    assert flagged(shared) == {"REL-1": [("file", about)], "REL-2": [("file", about)]}


def test_a_document_that_is_gone_is_flagged(shared: World) -> None:
    with reading(shared.home.engine) as session:
        (shared.home.objects / session.exec(select(Agreement.path)).one()).unlink()

    assert flagged(shared) == {"REL-2": [("agreement", "document")]}


def test_a_waiver_that_ended_flags_what_rested_on_it(world: World) -> None:
    rules = world.folder / "policy-1.0.0.yaml"
    rules.write_text(rules.read_text().replace("lte: 3.0", "lte: 1.0"))
    terms = "  waivers: {allowed: [DP-001], maxDuration: P365D, approver: privacy-officer}\n"
    world.publish_edited("2.0.0", "  approvals:\n", terms + "  approvals:\n")
    asked = Asked("DP-001", "next run", "head of claims", "enclave only", "2026-12-31", None, None)
    waive(world.by("paula"), "claims@1", asked)
    add_account(world.by("admin"), "petra", [Role.PRIVACY_OFFICER])
    world.approve(world.submit(), "stefan", "petra")
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    assert flagged(world) == {}

    end(world.by("paula"), "W-1", "no longer needed")

    assert flagged(world) == {"REL-1": [("waiver", "DP-001")]}
    (event,) = query(world.home, Question(action="recheck"))
    assert "head" not in str(event["details"])


def test_a_flag_is_recorded_once_and_again_when_it_changes(shared: World) -> None:
    path = stored(shared)
    kept = path.read_bytes()
    for _ in range(3):
        _changed_once(path, kept)
        flagged(shared)
    assert logged(shared) == ["release.flagged", "release.flagged"]

    path.write_bytes(kept)

    for _ in range(2):
        assert flagged(shared) == {}
    assert logged(shared)[2:] == ["release.cleared", "release.cleared"]
    path.unlink()
    flagged(shared)
    assert logged(shared)[4:] == ["release.flagged", "release.flagged"]
    assert verify(shared.home).events > 0


def _changed_once(path: Path, kept: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(kept + b"\n")


def test_what_is_over_is_not_rechecked(shared: World) -> None:
    revoke(shared.by("carla"), "REL-1", "a flaw was found")
    shared.home.clock.advance(days=31)  # type: ignore[attr-defined]

    assert recheck(shared.home) == []


def test_a_store_that_is_gone_flags_everything_and_stops_at_nothing(shared: World) -> None:
    shutil.rmtree(shared.home.objects)

    assert set(flagged(shared)) == {"REL-1", "REL-2"}


def labels(world: World, **wanted: str) -> list[object]:
    return [row["release"] for row in releases_wanted(world.home, Filter(**wanted))]


def test_releases_are_found_by_recipient_source_state_and_end(shared: World) -> None:
    assert labels(shared) == ["REL-1", "REL-2"]
    assert labels(shared, to="Partner Lab") == ["REL-2"]
    assert labels(shared, source="hospital") == ["REL-1", "REL-2"]
    assert labels(shared, source="elsewhere") == []
    assert labels(shared, expiring="30d") == []  # 1 April is over on 2 April
    assert labels(shared, expiring="31d") == ["REL-2"]
    assert labels(shared, expiring="P91D") == ["REL-2", "REL-1"]
    assert labels(shared, state="in-force", to="Pricing team") == ["REL-1"]


def test_the_state_of_a_release_is_that_of_today(shared: World) -> None:
    shared.home.clock.advance(days=31)  # type: ignore[attr-defined]

    assert labels(shared, state="expired") == ["REL-2"]
    assert labels(shared, state="in-force") == ["REL-1"]
    assert labels(shared, expiring="365d") == ["REL-1"]


@pytest.mark.parametrize("wanted", [{"state": "lost"}, {"expiring": "soon"}])
def test_what_is_no_filter_is_bad_input(shared: World, wanted: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        labels(shared, **wanted)


def next_version(world: World, to: str = "Pricing team", supersedes: str = "REL-1") -> Released:
    request = world.submit(world.register(40))
    world.approve(request)
    return release(world.by("carla"), request, Terms(to, supersedes=supersedes))


def test_a_newer_version_supersedes_and_both_stay_readable(shared: World) -> None:
    given = next_version(shared)

    assert (given.label, given.supersedes) == ("REL-3", "REL-1")
    rows = {row["release"]: (row["state"], row["superseded_by"]) for row in releases(shared.home)}
    assert rows["REL-1"] == ("superseded", "REL-3")
    assert rows["REL-3"] == ("in-force", None)
    assert release_shown(shared.home, "rel-1")["recipient"] == "Pricing team"
    assert labels(shared, state="superseded") == ["REL-1"]
    assert verify(shared.home).events > 0


@pytest.mark.parametrize(
    ("to", "old", "said"),
    [
        ("Somebody else", "REL-1", "REL-1 is to 'Pricing team'"),
        ("Pricing team", "REL-2", "REL-2 is to 'Partner Lab'"),
    ],
)
def test_only_the_same_recipients_release_is_superseded(
    shared: World, to: str, old: str, said: str
) -> None:
    with pytest.raises(Conflict, match=said):
        next_version(shared, to, old)

    assert [row["state"] for row in releases(shared.home)] == ["in-force", "in-force"]
    assert verify(shared.home).events > 0


def test_neither_the_same_version_nor_what_is_over_is_superseded(shared: World) -> None:
    request = shared.submit()
    shared.approve(request)
    with pytest.raises(Conflict, match="REL-1 is of claims@1"):
        release(shared.by("carla"), request, Terms("Pricing team", supersedes="REL-1"))
    revoke(shared.by("carla"), "REL-1", "a flaw was found")

    with pytest.raises(Conflict, match="REL-1 is revoked"):
        next_version(shared)


def test_a_superseded_release_can_still_be_recalled(shared: World) -> None:
    next_version(shared)

    assert revoke(shared.by("carla"), "REL-1", "delete it").release == "REL-1"

    rows = {row["release"]: row for row in releases(shared.home)}
    assert (rows["REL-1"]["state"], rows["REL-1"]["superseded_by"]) == ("revoked", "REL-3")
    assert release_shown(shared.home, "REL-1")["recall_state"] == "outstanding"
    assert verify(shared.home).events > 0
