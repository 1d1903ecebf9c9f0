"""A release: the very file that was registered, on terms no wider than what was approved."""

import shutil
from pathlib import Path

import pytest
from sqlmodel import select
from world import World

from registry.errors import (
    Conflict,
    IntegrityFailure,
    InvalidInput,
    NotPermitted,
    PolicyDenied,
    RegistryError,
    Unavailable,
)
from registry.policy.facts import Context as Wanted
from registry.records import DatasetVersion
from registry.store.database import reading
from registry.workflow.listing import releases, requests
from registry.workflow.query import Question, query
from registry.workflow.release import Released, Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify

PARTNER = Wanted("model-development", "partner", None)


@pytest.fixture
def approved(world: World) -> World:
    """The world with R-1 approved."""
    world.approve(world.submit())
    return world


def give(world: World, request: str = "R-1", **terms: str) -> Released:
    return release(world.by("carla"), request, Terms("Pricing team", **terms))


def refused(
    world: World, kind: type[RegistryError], code: int, state: str = "approved", **terms: str
) -> RegistryError:
    """The release is refused with ``kind``: nothing is released, and the refusal is on record."""
    with pytest.raises(kind) as caught:
        give(world, **terms)
    assert type(caught.value) is kind
    assert caught.value.exit_code == code
    assert releases(world.home) == []
    assert [row["state"] for row in requests(world.home, every=True)] == [state]
    granted = [event["fact"] for event in query(world.home, Question())]
    assert "release.granted" not in granted
    assert verify(world.home).events == len(granted)
    return caught.value


def last(world: World) -> dict[str, object]:
    return list(query(world.home, Question()))[-1]


def stored_file(world: World, number: int = 1) -> Path:
    with reading(world.home.engine) as session:
        found = session.exec(select(DatasetVersion).where(DatasetVersion.number == number)).one()
        return world.home.file_of(found)


def test_a_stored_file_is_named_by_its_digest_and_cannot_be_written(approved: World) -> None:
    released = give(approved)

    path = stored_file(approved)
    assert released.path == str(path)
    assert released.file_digest == f"sha256:{path.name.removesuffix('.csv')}"
    assert path.is_relative_to(approved.home.objects)
    assert path.stat().st_mode & 0o222 == 0


def rewrite(path: Path) -> None:
    path.chmod(0o644)
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])


def test_a_file_changed_in_the_store_is_not_released(approved: World) -> None:
    rewrite(stored_file(approved))

    error = refused(approved, IntegrityFailure, 6)

    assert "not the one that was registered" in error.what
    assert last(approved)["outcome"] == "tampered"


def test_a_file_gone_from_the_store_is_not_released(approved: World) -> None:
    stored_file(approved).unlink()

    refused(approved, Unavailable, 3)

    assert last(approved)["outcome"] == "failed"


def test_a_store_that_is_gone_releases_nothing(approved: World) -> None:
    shutil.rmtree(approved.home.objects)

    refused(approved, Unavailable, 3)


def test_a_file_put_back_byte_for_byte_is_released(approved: World) -> None:
    path = stored_file(approved)
    kept = path.read_bytes()
    rewrite(path)
    refused(approved, IntegrityFailure, 6)

    path.write_bytes(kept)

    assert give(approved).label == "REL-1"


@pytest.fixture
def referenced(world: World) -> World:
    """The world with R-1 approved for a version that stayed where it was."""
    label = world.register(60, reference=True)
    world.approve(world.submit(label))
    return world


def test_a_referenced_file_is_released_from_where_it_is(referenced: World) -> None:
    assert give(referenced).path == str(referenced.folder / "synthetic-60.csv")
    assert stored_file(referenced, 2) == referenced.folder / "synthetic-60.csv"


def test_a_referenced_file_that_changed_is_not_released(referenced: World) -> None:
    rewrite(referenced.folder / "synthetic-60.csv")

    refused(referenced, IntegrityFailure, 6)


def test_a_referenced_file_that_is_gone_is_not_released(referenced: World) -> None:
    (referenced.folder / "synthetic-60.csv").unlink()

    refused(referenced, Unavailable, 3)


def test_an_approval_holds_to_the_end_of_its_validity(approved: World) -> None:
    approved.home.clock.advance(days=60)

    assert give(approved).label == "REL-1"


def test_an_approval_older_than_its_validity_has_lapsed(approved: World) -> None:
    approved.home.clock.advance(days=60, seconds=1)

    error = refused(approved, Conflict, 5, state="lapsed")

    assert "valid for 60 days" in error.what
    assert (last(approved)["fact"], last(approved)["outcome"]) == ("request.lapsed", "conflict")
    assert approved.submit() == "R-2"


def test_a_request_that_nobody_approved_is_not_released(world: World) -> None:
    request = world.submit()
    refused(world, Conflict, 5, state="submitted")
    world.approve(request, "stefan")
    refused(world, Conflict, 5, state="submitted")


def test_a_request_marked_approved_without_sign_offs_is_not_released(world: World) -> None:
    world.approve(world.submit(), "stefan")
    with world.home.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE request SET state = 'approved', approved_at = '{world.home.now()}'"
        )

    with pytest.raises(Conflict) as caught:
        give(world)

    assert (caught.value.what, caught.value.expected) == (
        "R-1 lacks sign-offs",
        "1 privacy-officer",
    )
    assert releases(world.home) == []
    with pytest.raises(IntegrityFailure, match="request R-1"):
        verify(world.home)


def test_without_an_expiry_the_longest_the_policy_allows_holds(approved: World) -> None:
    assert give(approved).expires_on == "2026-05-31"  # 90 days after 2 March


@pytest.mark.parametrize("expires_on", ["2026-03-02", "2026-04-01", "2026-05-31"])
def test_an_expiry_within_what_the_policy_allows_holds(approved: World, expires_on: str) -> None:
    assert give(approved, expires_on=expires_on).expires_on == expires_on


@pytest.mark.parametrize("expires_on", ["2026-06-01", "2099-12-31"])
def test_an_expiry_later_than_the_policy_allows_is_denied(approved: World, expires_on: str) -> None:
    error = refused(approved, PolicyDenied, 1, expires_on=expires_on)

    assert error.expected == "2026-05-31 at most"


@pytest.mark.parametrize("expires_on", ["2026-03-01", "1999-01-01", "soon", "2026-02-30", ""])
def test_an_expiry_in_the_past_or_none_at_all_is_bad_input(
    approved: World, expires_on: str
) -> None:
    refused(approved, InvalidInput, 2, expires_on=expires_on)


@pytest.mark.parametrize("recipient", ["", "  "])
def test_a_release_needs_a_recipient(approved: World, recipient: str) -> None:
    with pytest.raises(InvalidInput, match="needs a recipient"):
        release(approved.by("carla"), "R-1", Terms(recipient))


def test_a_release_is_for_the_use_that_was_approved(approved: World) -> None:
    refused(approved, PolicyDenied, 1, use="research")

    assert give(approved, use="model-development").use == "model-development"


@pytest.mark.parametrize("agreement", [{}, {"agreement": "DUA-2"}, {"agreement": "dua-1"}])
def test_a_partner_gets_nothing_without_the_agreement(
    world: World, agreement: dict[str, str]
) -> None:
    world.approve(world.submit(wanted=PARTNER))

    error = refused(world, PolicyDenied, 1, **agreement)

    assert "DUA-1" in error.what


def test_a_partner_under_the_agreement_gets_a_release_until_the_policys_day(world: World) -> None:
    world.agree("DUA-1", "Pricing team")
    world.approve(world.submit(wanted=PARTNER))

    assert give(world, agreement="DUA-1").expires_on == "2026-04-01"
    (row,) = releases(world.home)
    assert (row["audience"], row["agreement"]) == ("partner", "DUA-1")


def test_a_request_is_released_once(approved: World) -> None:
    give(approved)

    with pytest.raises(Conflict, match="R-1 is released") as caught:
        release(approved.by("carla"), "R-1", Terms("Somebody else"))

    assert caught.value.exit_code == 5
    assert [row["recipient"] for row in releases(approved.home)] == ["Pricing team"]


def test_a_compliance_officer_revokes_a_release_once(approved: World) -> None:
    give(approved)

    revoke(approved.by("carla"), "REL-1", "a flaw was found")

    (row,) = releases(approved.home)
    assert (row["state"], row["revoked_reason"]) == ("revoked", "a flaw was found")
    told = [(event["fact"], event["dataset"]) for event in query(approved.home, Question())][-2:]
    assert told == [("release.revoked", "claims@1"), ("recall.issued", "claims@1")]
    with pytest.raises(Conflict, match="REL-1 is revoked already") as caught:
        revoke(approved.by("carla"), "REL-1", "again")
    assert caught.value.exit_code == 5
    assert releases(approved.home) == [row]
    assert verify(approved.home).events > 0


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "amir", "admin"])
def test_nobody_else_revokes(approved: World, name: str) -> None:
    give(approved)

    with pytest.raises(NotPermitted):
        revoke(approved.by(name), "REL-1", "a flaw was found")

    assert [row["state"] for row in releases(approved.home)] == ["in-force"]


def test_a_release_is_in_force_through_its_last_day_and_expired_after_it(approved: World) -> None:
    give(approved)

    for days, state in ((0, "in-force"), (90, "in-force"), (1, "expired")):
        approved.home.clock.advance(days=days)
        assert [row["state"] for row in releases(approved.home)] == [state]


def test_a_release_revoked_behind_the_log_does_not_come_back(approved: World) -> None:
    give(approved)
    revoke(approved.by("carla"), "REL-1", "a flaw was found")
    with approved.home.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE release SET state = 'in-force'")

    with pytest.raises(IntegrityFailure, match="REL-1: how it stands is not what the log records"):
        verify(approved.home)
