"""An agreement binds whom it names, on its days, as the very document that was recorded."""

import json

import pytest
from sqlmodel import select
from world import World

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted, PolicyDenied
from registry.log.canonical import digest_bytes
from registry.policy.facts import Context as Wanted
from registry.records import Agreement, Recipient
from registry.store import events
from registry.store.database import reading
from registry.workflow.agreement_listing import agreement, agreements
from registry.workflow.agreements import Document, add_agreement, end_agreement
from registry.workflow.listing import releases
from registry.workflow.recipient_listing import recipients
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.release import Released, Terms, release
from registry.workflow.verify import verify

PARTNER = Wanted("model-development", "partner", None)


@pytest.fixture
def approved(world: World) -> World:
    """The world with R-1 approved for partners, who need DUA-1 and get thirty days."""
    world.approve(world.submit(wanted=PARTNER))
    return world


def give(world: World, to: str = "Partner Lab", **terms: str) -> Released:
    return release(world.by("carla"), "R-1", Terms(to, **{"agreement": "DUA-1", **terms}))


def denied(world: World, said: str, **terms: str) -> None:
    with pytest.raises(PolicyDenied, match=said) as caught:
        give(world, **terms)
    assert caught.value.exit_code == 1
    assert releases(world.home) == []
    assert last(world)["fact"] == "attempt.refused"


def last(world: World) -> dict[str, object]:
    with reading(world.home.engine) as session:
        return dict(json.loads([event.body for event in events.stored(session)][-1]))


def test_the_document_is_kept_by_its_digest_with_parties_and_days(world: World) -> None:
    label = world.agree("DUA-1", "Partner Lab", "Other Lab")

    row = agreement(world.home, label)
    body = (world.folder / "DUA-1-2026-01-01-2026-12-31.pdf").read_bytes()
    assert row["digest"] == digest_bytes(body)
    assert row["parties"] == ["Other Lab", "Partner Lab"]
    assert (row["state"], row["until"], row["releases"]) == ("in force", "2026-12-31", [])
    with reading(world.home.engine) as session:
        path = session.exec(select(Agreement.path)).one()
    assert (world.home.objects / path).read_bytes() == body
    assert verify(world.home).events > 0


def test_a_release_stands_under_the_recorded_document(approved: World) -> None:
    label = approved.agree("DUA-1", "Partner Lab")

    given = give(approved)

    assert (given.agreement, given.expires_on) == ("DUA-1", "2026-04-01")
    assert agreement(approved.home, label)["releases"] == ["REL-1"]
    assert verify(approved.home).events > 0


def test_a_name_that_nobody_recorded_binds_nobody(approved: World) -> None:
    denied(approved, "the agreement 'DUA-1' is not recorded")


def test_an_agreement_with_somebody_else_does_not_bind(approved: World) -> None:
    approved.agree("DUA-1", "Other Lab")

    denied(approved, "the agreement 'DUA-1' is not with 'Partner Lab'")


@pytest.mark.parametrize(
    ("since", "until", "state"),
    [("2025-01-01", "2026-03-01", "expired"), ("2026-03-03", "2026-12-31", "not yet in force")],
)
def test_an_agreement_binds_on_its_days_only(
    approved: World, since: str, until: str, state: str
) -> None:
    approved.agree("DUA-1", "Partner Lab", since=since, until=until)

    denied(approved, f"with 'Partner Lab' is {state}")


@pytest.mark.parametrize("day", ["2026-03-02"])
def test_both_days_of_an_agreement_are_included(approved: World, day: str) -> None:
    approved.agree("DUA-1", "Partner Lab", since=day, until=day)

    assert give(approved).expires_on == day


def test_an_agreement_that_ended_binds_no_longer(approved: World) -> None:
    label = approved.agree("DUA-1", "Partner Lab")
    end_agreement(approved.by("carla"), label, "terminated")

    denied(approved, "with 'Partner Lab' is ended")

    assert agreements(approved.home) == []
    with pytest.raises(Conflict, match="A-1 is ended already"):
        end_agreement(approved.by("carla"), label, "again")
    assert verify(approved.home).events > 0


def test_a_release_ends_with_its_agreement_at_the_latest(approved: World) -> None:
    approved.agree("DUA-1", "Partner Lab", until="2026-03-10")

    denied(approved, "later than the agreement A-1 holds", expires_on="2026-03-11")

    assert give(approved).expires_on == "2026-03-10"


def test_of_several_the_one_that_holds_longest_counts(approved: World) -> None:
    approved.agree("DUA-1", "Partner Lab", until="2026-03-10")
    approved.agree("DUA-1", "Partner Lab", until="2026-03-20")
    approved.agree("DUA-1", "Other Lab", until="2026-12-31")

    assert give(approved).expires_on == "2026-03-20"


def test_a_document_changed_in_the_store_binds_nobody(approved: World) -> None:
    approved.agree("DUA-1", "Partner Lab")
    with reading(approved.home.engine) as session:
        path = approved.home.objects / session.exec(select(Agreement.path)).one()
    path.chmod(0o644)
    path.write_text("other terms")

    with pytest.raises(Exception, match="not the one that was registered"):
        give(approved)

    assert releases(approved.home) == []


def test_an_agreement_no_policy_asks_for_must_be_recorded_all_the_same(world: World) -> None:
    world.approve(world.submit())
    with pytest.raises(NotFound, match="'NDA-7' is not recorded"):
        give(world, agreement="NDA-7")

    world.agree("NDA-7", "Partner Lab")

    assert give(world, agreement="NDA-7").agreement == "NDA-7"


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "amir", "admin"])
def test_a_compliance_officer_alone_records_and_ends_agreements(world: World, name: str) -> None:
    label = world.agree("DUA-1")
    file = world.folder / "other.pdf"
    file.write_text("x")
    with pytest.raises(NotPermitted):
        add_agreement(
            world.by(name), Document("D", file, ("Partner Lab",), "2026-01-01", "2026-02-01")
        )
    with pytest.raises(NotPermitted):
        end_agreement(world.by(name), label, "because")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parties": ()}, "needs a party"),
        ({"parties": (" ",)}, "cannot be the name of a party"),
        ({"valid_from": "soon"}, "no day"),
        ({"valid_until": "2025-12-31"}, "end .* before it begins"),
        ({"name": "a\nb"}, "cannot be the name of a document"),
        ({"file": "nowhere.pdf"}, "no document to record"),
        ({"file": "empty.pdf"}, "no document to record"),
    ],
)
def test_what_is_no_agreement_is_bad_input(
    world: World, changes: dict[str, object], said: str
) -> None:
    (world.folder / "dua.pdf").write_text("signed")
    (world.folder / "empty.pdf").write_text("")
    given: dict[str, object] = {
        "name": "DUA-1",
        "file": "dua.pdf",
        "parties": ("Partner Lab",),
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        **changes,
    }
    given["file"] = world.folder / str(given["file"])

    with pytest.raises(InvalidInput, match=said):
        add_agreement(world.by("carla"), Document(**given))  # type: ignore[arg-type]

    assert agreements(world.home, every=True) == []


def test_the_same_document_is_recorded_once(world: World) -> None:
    world.agree("DUA-1")

    with pytest.raises(Conflict, match="recorded already, as A-1"):
        world.agree("DUA-1")


def test_a_name_that_several_agreements_bear_is_ambiguous(world: World) -> None:
    world.agree("DUA-1", "Partner Lab")
    world.agree("DUA-1", "Other Lab", until="2027-01-01")

    with pytest.raises(Conflict, match="A-1, A-2"):
        end_agreement(world.by("carla"), "DUA-1", "which?")


def test_a_recipient_is_recorded_at_the_first_release_and_known_to_be_out_of_reach(
    world: World,
) -> None:
    world.approve(world.submit())

    given = release(world.by("carla"), "R-1", Terms("  Pricing team "))

    assert (given.recipient, given.reachable) == ("Pricing team", False)
    (row,) = recipients(world.home)
    assert (row["recipient"], row["contact"]) == ("Pricing team", None)
    assert verify(world.home).events > 0


def test_a_recorded_recipient_is_not_recorded_again(world: World) -> None:
    world.approve(world.submit())
    add_recipient(world.by("carla"), "Pricing team", Reach(contact="recall@team.example"))

    assert release(world.by("carla"), "R-1", Terms("Pricing team")).reachable
    assert len(recipients(world.home)) == 1
    with pytest.raises(Conflict, match="recorded already"):
        add_recipient(world.by("carla"), "Pricing team", Reach())


def test_a_contact_is_in_no_event_and_can_be_erased(world: World) -> None:
    contact, url = "kim.berg@partner.example", "https://partner.example/hook?token=quiet"
    secret = world.folder / "secret"
    secret.write_text("0123456789abcdef0123\n")
    carla = world.by("carla")
    add_recipient(carla, "Partner Lab", Reach(contact, url, secret))

    with reading(world.home.engine) as session:
        logged = b"".join(event.body for event in events.stored(session))
        columns = str(session.exec(select(Recipient)).one().model_dump())
    kept = world.folder / "secrets" / "recipient-1.key"
    assert not any(
        word in logged for word in (b"kim", b"partner.example", b"quiet", b"0123456789abcdef")
    )
    assert "0123456789abcdef" not in columns
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("0123456789abcdef0123", 0o600)
    assert verify(world.home).events > 0

    add_recipient(carla, "Partner Lab", Reach(forget=True))

    assert recipients(world.home)[0]["contact"] is None
    assert verify(world.home).events > 0


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (Reach(webhook="http://partner.example/hook"), "over TLS only"),
        (Reach(webhook="ftp://partner.example/hook"), "over TLS only"),
        (Reach(webhook="https://kim:pw@partner.example/"), "no address of a webhook"),
        (Reach(webhook="https://[::1/"), "no address of a webhook"),
        (Reach(webhook="https://partner.example/hook"), "needs a secret"),
        (Reach(contact=" "), "cannot be a contact"),
        (Reach(contact="kim", forget=True), "at once"),
    ],
)
def test_what_cannot_reach_a_recipient_is_bad_input(world: World, reach: Reach, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        add_recipient(world.by("carla"), "Partner Lab", reach)

    assert recipients(world.home) == []


def test_a_secret_too_short_to_sign_with_is_bad_input(world: World) -> None:
    secret = world.folder / "secret"
    secret.write_text("short\n")
    with pytest.raises(InvalidInput, match="5 bytes"):
        add_recipient(world.by("carla"), "Partner Lab", Reach(None, "https://p.example/", secret))


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "amir", "admin"])
def test_a_compliance_officer_alone_records_recipients(world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        add_recipient(world.by(name), "Partner Lab", Reach(contact="a@b.example"))
