"""The state of a version as of any moment is what the log said by then, and now what stands."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from clocks import SettableClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select
from world import World, build

from registry.errors import NotFound, RegistryError
from registry.policy.facts import Context as Wanted
from registry.records import (
    Account,
    Dataset,
    DatasetVersion,
    Meaning,
    Release,
    Request,
    SignOff,
    Source,
    WaiverRecord,
)
from registry.settings import Settings
from registry.store.database import reading
from registry.workflow.auditing.fold import Standing
from registry.workflow.auditing.state import standing, state
from registry.workflow.context import open_context
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit

STEPS = ("submit", "approve", "approve-second", "reject", "return", "release", "revoke", "publish")


def recorded(session: Session, label: str) -> dict[str, Any]:
    """What the records say of a version now, in the words of `Standing`."""
    name, _, number = label.partition("@")
    version, source = session.exec(
        select(DatasetVersion, Source)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .join(Source, Source.id == Dataset.source_id)
        .where(Dataset.name == name, DatasetVersion.number == int(number))
    ).one()
    names = {row.id: row.pseudonym for row in session.exec(select(Account))}
    requests = session.exec(select(Request).where(Request.version_id == version.id)).all()
    return {
        "state": version.state,
        "source": (source.name, source.state, source.classification),
        "digests": (version.file_digest, version.content_digest, version.card_digest),
        "registered": (names[version.registered_by], version.registered_at),
        "requests": {
            f"R-{one.id}": (
                one.state,
                (one.use, one.audience, one.jurisdiction),
                one.decision_digest,
                (names[one.submitted_by], one.submitted_at, one.approved_at),
                sorted(
                    (row.event_seq, names[row.account_id], row.role, row.meaning)
                    for row in session.exec(select(SignOff).where(SignOff.request_id == one.id))
                ),
            )
            for one in requests
        },
        "releases": {
            f"R-{row.request_id}": (
                row.state,
                (row.recipient, row.use, row.expires_on, row.agreement, row.file_digest),
                (names[row.released_by], row.released_at, row.revoked_at, row.revoked_reason),
            )
            for row in session.exec(select(Release))
            if row.request_id in {one.id for one in requests}
        },
        "waivers": {
            f"W-{row.id}": (row.policy_id, row.rule, row.until, row.ended_at)
            for row in session.exec(select(WaiverRecord))
            if row.version_id == version.id
        },
    }


def told(found: Standing) -> dict[str, Any]:
    """The same of what was folded."""
    return {
        "state": found.state,
        "source": (found.source, found.source_state, found.classification),
        "digests": (found.file, found.content, found.card),
        "registered": (found.registered_by, found.registered_at),
        "requests": {
            key: (
                one.state,
                (one.use, one.audience, one.jurisdiction),
                one.decision,
                (one.submitted_by, one.submitted_at, one.approved_at),
                [(row.seq, row.by, row.role, row.meaning) for row in one.signed],
            )
            for key, one in found.requests.items()
        },
        "releases": {
            key: (
                one.state,
                (one.recipient, one.use, one.expires, one.agreement, one.file),
                (one.by, one.at, one.ended_at, one.reason),
            )
            for key, one in found.releases.items()
        },
        "waivers": {
            key: (one.policy, one.rule, one.until, one.ended_at)
            for key, one in found.waivers.items()
        },
    }


def step(world: World, what: str, number: int) -> None:
    """One step of somebody's; that it may be refused is part of the history."""
    request = f"R-{1 + number % 3}"
    if what == "submit":
        submit(
            world.by("ada"), world.label, Wanted("research", "internal", ("DE", "NO")[number % 2])
        )
    elif what == "approve":
        sign(world.by("stefan"), request, Meaning.APPROVE)
    elif what == "approve-second":
        sign(world.by("paula"), request, Meaning.APPROVE)
    elif what == "reject":
        sign(world.by("paula"), request, Meaning.REJECT, reason="not now")
    elif what == "return":
        sign(world.by("stella"), request, Meaning.RETURN, reason="say more")
    elif what == "release":
        release(world.by("carla"), request, Terms(f"lab-{number % 2}"))
    elif what == "revoke":
        revoke(world.by("carla"), f"REL-{1 + number % 2}", "no longer needed")
    else:
        world.publish(f"1.{number}.0", ("2.5", "1.0")[number % 2])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    history=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=5, max_size=25)
)
def test_after_any_history_the_log_tells_what_the_records_hold(
    history: list[tuple[str, int]],
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, clock = tmp_path_factory.mktemp("history"), SettableClock()
    (folder / "registry.db").write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{folder / 'registry.db'}"
    home = open_context(Settings(folder, url, "local", None), clock)
    world = build(home, folder)
    moments: list[tuple[str, dict[str, Any]]] = []
    for what, number in history:
        clock.advance(hours=1)
        with contextlib.suppress(RegistryError):
            step(world, what, number)
        with reading(home.engine) as session:
            moments.append((home.now(), recorded(session, world.label)))
    with reading(home.engine) as session:
        assert told(standing(session, world.label)) == moments[-1][1]
        for at, then in moments:
            assert told(standing(session, world.label, at.replace("Z", "+00:00"))) == then
    home.engine.dispose()


def test_now_is_the_same_from_the_log_as_from_the_records(world: World) -> None:
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("research-lab"))
    revoke(world.by("carla"), "REL-1", "no longer needed")
    world.submit(wanted=Wanted("research", "internal", "DE"))

    with reading(world.home.engine) as session:
        assert told(standing(session, world.label)) == recorded(session, world.label)


def test_the_state_as_of_a_day_is_what_was_known_on_that_day(
    world: World, clock: SettableClock
) -> None:
    request = world.submit()
    clock.advance(days=1)
    world.approve(request)
    clock.advance(days=1)
    release(world.by("carla"), request, Terms("research-lab", expires_on="2026-03-10"))
    clock.advance(days=30)

    def request_state(day: str) -> object:
        (only,) = state(world.home, world.label, day)["requests"]  # type: ignore[misc, attr-defined]
        return only["state"]

    def release_states(day: str | None) -> list[object]:
        rows: Any = state(world.home, world.label, day)["releases"]
        return [(one["release"], one["state"]) for one in rows]

    assert [request_state(f"2026-03-0{day}") for day in (2, 3, 4)] == [
        "submitted",
        "approved",
        "released",
    ]
    assert release_states("2026-03-03") == []
    assert release_states("2026-03-10") == [("REL-1", "in-force")]
    assert release_states("2026-03-11") == [("REL-1", "expired")]
    assert release_states(None) == [("REL-1", "expired")]


def test_a_length_of_the_log_is_a_moment_too(world: World) -> None:
    with reading(world.home.engine) as session:
        last = standing(session, world.label).last
    world.submit()
    assert state(world.home, world.label, str(last))["requests"] == []


def test_a_version_that_was_not_there_yet_is_not_found(world: World, clock: SettableClock) -> None:
    with pytest.raises(NotFound):
        state(world.home, world.label, "2026-03-01")
    with pytest.raises(NotFound):
        state(world.home, "claims@9")
