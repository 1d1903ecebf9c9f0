"""A revocation recalls: the notice, its delivery, what is outstanding, and the answer to it."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hooks import hook
from registries import After
from sqlalchemy import text
from sqlmodel import select
from world import World, build

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted
from registry.log.canonical import canonical
from registry.log.webhook import is_signed, signed
from registry.records import Recall
from registry.store import events
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.listing import releases
from registry.workflow.query import Question, query
from registry.workflow.recalls.acknowledge import Answer, acknowledge
from registry.workflow.recalls.listing import recalls
from registry.workflow.recalls.post import Posted, post
from registry.workflow.recalls.resend import resend
from registry.workflow.recipient_listing import recipients
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify
from registry.workflow.webhooks import addresses
from registry.workflow.webhooks.pinned import Place

SECRET = b"f2b1a0c9d8e7f6a5b4c3d2e1"


def one_release(home: Context) -> None:
    """The world with REL-1 to the Pricing team, of whom nothing is known but the name."""
    world = build(home, home.settings.folder)
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))


@pytest.fixture
def released(home: Context, after: After) -> World:
    """The registry, whose owner lets recalls go to this machine."""
    after(one_release)
    return World(guarded(home, private=True), home.settings.folder)


def guarded(home: Context, *, private: bool) -> Context:
    return replace(home, settings=replace(home.settings, private_webhooks=private))


def reached(world: World, url: str) -> None:
    """The Pricing team gets a webhook."""
    file = world.folder / "given-secret"
    file.write_bytes(SECRET + b"\n")
    add_recipient(world.by("carla"), "Pricing team", Reach("kim@team.example", url, file))


def impatient(place: Place, secret: bytes, body: bytes) -> Posted:
    return post(place, secret, body, timeout=2.0, sleep=lambda _: None)


def here(server: socket.socket) -> Place:
    return Place(f"http://127.0.0.1:{server.getsockname()[1]}/", "127.0.0.1")


def facts(world: World) -> list[object]:
    return [event["fact"] for event in query(world.home, Question())]


def last_details(world: World) -> dict[str, object]:
    details = list(query(world.home, Question()))[-1]["details"]
    assert isinstance(details, dict)
    return details


def code_of(world: World) -> str:
    with reading(world.home.engine) as session:
        return session.exec(select(Recall.code)).one()


def test_a_notice_says_what_is_recalled_why_and_what_to_do(released: World) -> None:
    found = revoke(released.by("carla"), "REL-1", "a flaw was found")

    path = Path(found.notice)
    said = json.loads(path.read_bytes())
    assert path == released.folder / "recalls" / "REL-1-1.json"
    assert path.read_bytes() == canonical(said)
    assert path.stat().st_mode & 0o777 == 0o600
    (row,) = releases(released.home)
    expected = ("REL-1", "claims@1", row["file_digest"], "Pricing team", "a flaw was found")
    assert tuple(said[key] for key in ("release", "dataset", "file", "recipient", "reason")) == (
        expected
    )
    assert said["by"] == released.by("carla").identity.pseudonym  # type: ignore[union-attr]
    assert said["at"] == released.home.now()
    assert len(said["todo"]) == 3
    assert said["code"] == code_of(released)
    assert facts(released)[-2:] == ["release.revoked", "recall.issued"]
    assert verify(released.home).events > 0


def test_without_a_webhook_the_notice_is_for_sending_by_hand(released: World) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")
    released.home.clock.advance(days=9)  # type: ignore[attr-defined]

    (row,) = recalls(released.home)

    assert (row["state"], row["delivery"], row["age_days"], row["contact"]) == (
        "outstanding",
        "by hand",
        9,
        None,
    )


def test_a_webhook_is_sent_the_notice_with_its_signature(released: World) -> None:
    with hook() as there:
        reached(released, there.url)
        found = revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)

    ((headers, body),) = there.got
    assert body == Path(found.notice).read_bytes()
    assert headers["content-type"] == "application/json"
    assert is_signed(SECRET, body, headers["x-registry-signature"])
    assert found.delivery == "delivered"
    assert facts(released)[-1] == "recall.delivered"
    assert last_details(released)["attempts"] == 1
    (row,) = recalls(released.home)
    assert (row["state"], row["delivery"]) == ("outstanding", "delivered")
    assert verify(released.home).events > 0


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        signed(b"another secret", b"{}"),
        signed(SECRET, b"{ }"),
        "sha256=\u00e9",
    ],
)
def test_a_signature_by_anything_else_is_none(header: str | None) -> None:
    assert is_signed(SECRET, b"{}", signed(SECRET, b"{}"))
    assert not is_signed(SECRET, b"{}", header)


def test_an_answer_that_may_pass_is_tried_again(released: World) -> None:
    with hook(503, 429, 200) as there:
        reached(released, there.url)
        found = revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)

    assert (found.delivery, len(there.got)) == ("delivered", 3)
    assert last_details(released)["attempts"] == 3


@pytest.mark.parametrize(("status", "attempts"), [(500, 4), (404, 1), (302, 1), (307, 1), (408, 4)])
def test_what_does_not_arrive_is_recorded_with_its_cause_and_stays_outstanding(
    released: World, status: int, attempts: int
) -> None:
    with hook(status) as there:
        reached(released, there.url)
        found = revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)

    assert (found.delivery, found.cause) == ("failed", f"HTTP status {status}")
    assert len(there.got) == attempts
    assert last_details(released) == {
        "release": "REL-1",
        "number": 1,
        "attempts": attempts,
        "cause": f"HTTP status {status}",
    }
    (row,) = recalls(released.home)
    assert (row["delivery"], row["cause"]) == ("failed", f"HTTP status {status}")
    assert [row["state"] for row in releases(released.home)] == ["revoked"]
    assert verify(released.home).events > 0


def test_a_host_that_refuses_and_one_that_never_answers_fail_in_bounded_time(
    released: World,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        place = here(silent)
        pauses: list[float] = []
        assert post(place, SECRET, b"{}", timeout=0.05, sleep=pauses.append) == Posted(
            4, "no answer in time"
        )
        assert pauses == [0.5, 1.0, 2.0]
    assert post(place, SECRET, b"{}", sleep=lambda _: None) == Posted(
        4, "the connection was refused"
    )


def test_a_host_that_answers_a_byte_at_a_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("registry.workflow.recalls.post.LONGEST", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with taken, suppress(OSError):
                for _ in range(100):
                    taken.sendall(b"H")
                    time.sleep(0.1)

        Thread(target=drip, daemon=True).start()
        began = time.monotonic()

        assert post(here(server), SECRET, b"{}") == Posted(1, "no answer in time")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "localhost", "[::ffff:10.0.0.1]"],
)
def test_no_recall_is_to_go_to_where_only_the_server_reaches(released: World, host: str) -> None:
    inside = World(guarded(released.home, private=False), released.folder)

    with pytest.raises(NotPermitted, match="private address"):
        reached(inside, f"https://{host}/recalls")

    assert facts(released)[-1] == "attempt.refused"
    assert recipients(released.home)[0]["webhook"] is None


def test_a_host_that_is_not_known_today_is_recorded_all_the_same(released: World) -> None:
    reached(World(guarded(released.home, private=False), released.folder), "https://p.invalid/")

    assert recipients(released.home)[0]["webhook"] == "https://p.invalid/"


def test_a_host_that_moved_inside_is_not_sent_the_recall(
    released: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_resolved", lambda *_: ["93.184.215.14"])
    outside = World(guarded(released.home, private=False), released.folder)
    with hook() as there:
        reached(outside, f"https://moving.example:{there.port}/recalls")
        monkeypatch.setattr(addresses, "_resolved", lambda *_: ["93.184.215.14", "127.0.0.1"])
        found = revoke(outside.by("carla"), "REL-1", "a flaw was found", impatient)

    assert (found.delivery, found.cause) == ("failed", "the webhook's host has a private address")
    assert there.got == []
    assert last_details(released)["attempts"] == 0
    assert [row["state"] for row in releases(released.home)] == ["revoked"]


def test_a_recall_goes_to_the_address_that_was_looked_at_and_by_no_proxy(
    released: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with hook() as there:
        place = Place(f"http://nowhere.invalid:{there.port}/recalls", "127.0.0.1")

        assert post(place, SECRET, b"{}", sleep=lambda _: None) == Posted(1, None)

    ((headers, _),) = there.got
    assert headers["host"] == f"nowhere.invalid:{there.port}"


def test_a_recall_that_failed_is_sent_again_byte_for_byte(released: World) -> None:
    with hook(500) as there:
        reached(released, there.url)
        revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)
        there.answers = [204]
        found = resend(released.by("carla"), "REL-1", impatient)

    assert found.delivery == "delivered"
    assert len({body for _, body in there.got}) == 1
    assert recalls(released.home)[0]["delivery"] == "delivered"
    assert verify(released.home).events > 0


def test_a_failure_after_it_arrived_does_not_undo_that_it_arrived(released: World) -> None:
    with hook(200, 500) as there:
        reached(released, there.url)
        revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)
        assert resend(released.by("carla"), "REL-1", impatient).delivery == "failed"

    assert recalls(released.home)[0]["delivery"] == "delivered"
    assert verify(released.home).events > 0


def _gone(path: Path) -> None:
    path.unlink()


def _open_to_all(path: Path) -> None:
    path.chmod(0o644)


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [(_gone, "cannot be read"), (_open_to_all, "others can read the secret")],
)
def test_without_a_secret_of_its_own_nothing_is_sent(
    released: World, spoil: Callable[[Path], None], cause: str
) -> None:
    with hook() as there:
        reached(released, there.url)
        spoil(released.folder / "secrets" / "recipient-1.key")
        found = revoke(released.by("carla"), "REL-1", "a flaw was found", impatient)

    assert (found.delivery, there.got) == ("failed", [])
    assert cause in str(found.cause)
    assert [row["state"] for row in releases(released.home)] == ["revoked"]


def test_a_notice_that_cannot_be_written_does_not_undo_the_revocation(released: World) -> None:
    (released.folder / "recalls").write_text("in the way")

    found = revoke(released.by("carla"), "REL-1", "a flaw was found")

    assert "cannot be written" in str(found.cause)
    assert [row["state"] for row in releases(released.home)] == ["revoked"]
    (released.folder / "recalls").unlink()
    assert Path(resend(released.by("carla"), "REL-1").notice).is_file()


def test_a_command_cut_off_before_it_sent_leaves_a_recall_to_send(
    released: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("registry.workflow.revoke.deliver", cut_off)
    with pytest.raises(KeyboardInterrupt):
        revoke(released.by("carla"), "REL-1", "a flaw was found")

    (row,) = recalls(released.home)
    assert (row["delivery"], row["notice"]) == ("not sent", None)
    resend(released.by("carla"), "REL-1")
    assert recalls(released.home)[0]["delivery"] == "by hand"


def test_a_release_revoked_before_there_were_recalls_is_given_a_notice(released: World) -> None:
    with released.home.engine.begin() as connection:
        connection.execute(text("UPDATE release SET state = 'revoked', revoked_reason = 'old'"))

    assert resend(released.by("carla"), "REL-1").recall == "REL-1-1"

    assert json.loads(Path(str(recalls(released.home)[0]["notice"])).read_bytes())["reason"] == (
        "old"
    )


def test_an_answer_with_the_code_of_the_notice_closes_the_recall_once(released: World) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")
    answer = Answer("Kim Berg", "letter by Kim of 3 March", f" {code_of(released).lower()} ")

    acknowledge(released.by("carla"), "REL-1", answer)

    assert recalls(released.home) == []
    (row,) = recalls(released.home, every=True)
    assert (row["state"], row["acknowledged_by"], row["evidence"]) == (
        "acknowledged",
        "Kim Berg",
        "letter by Kim of 3 March",
    )
    assert verify(released.home).events > 0
    with pytest.raises(Conflict, match="acknowledged already"):
        acknowledge(released.by("carla"), "REL-1", answer)
    with pytest.raises(Conflict, match="was acknowledged"):
        resend(released.by("carla"), "REL-1")


def test_who_answered_is_in_no_event(released: World) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")
    answer = Answer("Kim Berg", "letter by Kim of 3 March", code_of(released))
    acknowledge(released.by("carla"), "REL-1", answer)

    with reading(released.home.engine) as session:
        logged = b"".join(event.body for event in events.stored(session))
    assert b"Kim" not in logged
    assert code_of(released).encode() not in logged


@pytest.mark.parametrize("code", ["", "0000-0000-0000", "nonsense", "\u00e9"])
def test_another_code_closes_nothing_and_the_attempt_is_on_record(
    released: World, code: str
) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")

    with pytest.raises(NotPermitted, match="not the code"):
        acknowledge(released.by("carla"), "REL-1", Answer("Kim", "a call", code))

    assert facts(released)[-1] == "attempt.refused"
    assert len(recalls(released.home)) == 1


@pytest.mark.parametrize(("by", "evidence"), [("", "a letter"), ("Kim", "  ")])
def test_an_answer_needs_a_name_and_evidence(released: World, by: str, evidence: str) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")

    with pytest.raises(InvalidInput):
        acknowledge(released.by("carla"), "REL-1", Answer(by, evidence, code_of(released)))


def test_what_nobody_revoked_is_not_recalled(released: World) -> None:
    with pytest.raises(Conflict, match="in-force"):
        resend(released.by("carla"), "REL-1")
    with pytest.raises(Conflict, match="was not recalled"):
        acknowledge(released.by("carla"), "REL-1", Answer("Kim", "a letter", "x"))


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "amir", "admin"])
def test_a_compliance_officer_alone_recalls_and_acknowledges(released: World, name: str) -> None:
    revoke(released.by("carla"), "REL-1", "a flaw was found")
    with pytest.raises(NotPermitted):
        resend(released.by(name), "REL-1")
    with pytest.raises(NotPermitted):
        acknowledge(released.by(name), "REL-1", Answer("Kim", "a letter", code_of(released)))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE recall SET notice = :junk", "recall REL-1-1: it is not what its notice says"),
        ("UPDATE recall SET code = 'AAAA-AAAA-AAAA'", "it is not what its notice says"),
        ("UPDATE recall SET delivery = 'delivered'", "how it was delivered"),
        ("UPDATE recall SET acknowledged_at = '2026-03-02T09:00:00.000000Z'", "how it was ack"),
        ("UPDATE recall SET evidence = 'none'", "how it was acknowledged"),
        ("DELETE FROM recall", "recall of event .*: the log records it and it is gone"),
        ("UPDATE recipient SET contact = 'mallory@evil.example'", "recipient Pricing team"),
        ("UPDATE recipient SET webhook = 'https://evil.example/'", "recipient Pricing team"),
        ("DELETE FROM recipient", "recipient Pricing team: the log records it and it is gone"),
        ("UPDATE agreement SET valid_until = '2099-12-31'", "agreement of event"),
        ("UPDATE agreement SET parties = '[\"Mallory\"]'", "agreement of event"),
        ("UPDATE agreement SET digest = 'sha256:0'", "agreement of event"),
        ("UPDATE agreement SET ended_reason = 'x'", "agreement A-1: how it ended"),
        ("UPDATE release SET agreement_digest = 'sha256:0'", "release of R-1"),
        ("UPDATE release SET superseded_by = 7", "REL-1: how it stands"),
    ],
)
def test_what_is_changed_behind_the_log_is_noticed(
    released: World, statement: str, said: str
) -> None:
    released.agree("DUA-1")
    revoke(released.by("carla"), "REL-1", "a flaw was found")
    assert verify(released.home).events > 0
    given = {"junk": b'{"code":"x"}'} if ":junk" in statement else {}
    with released.home.engine.begin() as connection:
        assert connection.execute(text(statement), given).rowcount == 1

    with pytest.raises(IntegrityFailure, match=said):
        verify(released.home)
