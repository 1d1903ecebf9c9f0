"""Webhooks: told with what happens, signed, retried, and never to where only the server reaches."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from clocks import SettableClock
from contracts.budgeting import budget, released
from world import World

from registry.errors import InvalidInput, NotPermitted, PolicyDenied, Unavailable
from registry.log import webhook
from registry.policy.facts import Context as Wanted
from registry.store.database import writing
from registry.workflow.revoke import revoke
from registry.workflow.submit import submit
from registry.workflow.webhooks.addresses import outside
from registry.workflow.webhooks.deliver import MOST, deliver_due
from registry.workflow.webhooks.listing import deliveries
from registry.workflow.webhooks.manage import Added, add_webhook, redeliver, remove_webhook
from registry.workflow.webhooks.outbox import KINDS
from registry.workflow.webhooks.send import Message, send


class Listener:
    """Another system: keeps what it is sent, and answers with ``status``."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.location = 204, ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((dict(self.headers.items()), body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("location", outer.location)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/told"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def house(world: World) -> World:
    """The registry, whose owner lets messages go to this machine."""
    settings = replace(world.home.settings, private_webhooks=True)
    return replace(world, home=replace(world.home, settings=settings))


def told(house: World, listener: Listener, *kinds: str) -> Added:
    return add_webhook(house.by("admin"), listener.url, kinds)


def kinds_of(listener: Listener) -> list[str]:
    return [json.loads(body)["kind"] for _, body in listener.got]


def test_another_system_is_told_of_each_step(house: World, listener: Listener) -> None:
    told(house, listener)
    label = released(house, house.label)
    revoke(house.by("carla"), label, "consent withdrawn")

    done = deliver_due(house.home)

    assert kinds_of(listener) == ["submitted", "approved", "released", "revoked"]
    assert (done.delivered, done.failed) == (4, 0)
    assert deliver_due(house.home).delivered == 0


def test_a_denied_attempt_is_told_though_it_changed_nothing(
    house: World, listener: Listener
) -> None:
    told(house, listener, "denied")
    with pytest.raises(PolicyDenied):
        submit(house.by("ada"), house.label, Wanted("re-identification", "internal", None))

    deliver_due(house.home)

    assert kinds_of(listener) == ["denied"]


def test_only_the_kinds_asked_for_are_told(house: World, listener: Listener) -> None:
    told(house, listener, "approved")
    house.approve(house.submit())

    deliver_due(house.home)

    assert kinds_of(listener) == ["approved"]


def test_what_ends_soon_is_told_once(
    house: World, listener: Listener, clock: SettableClock
) -> None:
    told(house, listener, "expiring")
    released(house, house.label)
    deliver_due(house.home)
    assert kinds_of(listener) == []

    clock.advance(days=65)
    deliver_due(house.home)
    deliver_due(house.home)

    assert kinds_of(listener) == ["expiring"]


def test_a_budget_that_is_used_up_is_told_once(house: World, listener: Listener) -> None:
    told(house, listener, "budget exhausted")
    budget(house, epsilon=2.0)
    deliver_due(house.home)
    assert kinds_of(listener) == []

    released(house, house.label)
    deliver_due(house.home)
    deliver_due(house.home)

    assert kinds_of(listener) == ["budget exhausted"]
    assert json.loads(listener.got[0][1])["source"] == "hospital"


def test_there_are_seven_kinds_and_each_is_sent_above() -> None:
    kinds = ("submitted", "approved", "denied", "released", "expiring", "revoked")

    assert sorted(KINDS) == sorted((*kinds, "budget exhausted"))


def test_an_answer_that_points_elsewhere_is_not_followed(house: World, listener: Listener) -> None:
    told(house, listener)
    listener.status, listener.location = 307, listener.url
    house.submit()

    assert deliver_due(house.home).failed == 1

    assert len(listener.got) == 1
    assert deliveries(house.by("admin"))[0]["cause"] == "HTTP status 307"


def test_a_message_is_signed_with_its_time_and_number_and_is_no_other_later(
    house: World, listener: Listener
) -> None:
    secret = told(house, listener).secret.encode()
    house.submit()
    deliver_due(house.home)
    (headers, body), now = listener.got[0], int(house.home.clock().timestamp())

    assert webhook.is_fresh(secret, body, headers, now)
    assert not webhook.is_fresh(secret, body, headers, now + webhook.TOLERANCE + 1)
    assert not webhook.is_fresh(secret, body + b" ", headers, now)
    assert not webhook.is_fresh(b"another", body, headers, now)
    later = headers | {webhook.TIMESTAMP: str(now + 1)}
    assert not webhook.is_fresh(secret, body, later, now)
    assert not webhook.is_fresh(secret, body, headers | {webhook.DELIVERY: "99"}, now)


def test_what_is_not_taken_is_sent_again_later_each_time_and_at_last_given_up(
    house: World, listener: Listener, clock: SettableClock
) -> None:
    told(house, listener)
    listener.status = 503
    house.submit()

    pauses = []
    for _ in range(MOST):
        assert deliver_due(house.home).failed == 1
        assert deliver_due(house.home).failed == 0
        (row,) = deliveries(house.by("admin"))
        pauses.append(row["due_at"])
        clock.advance(hours=2)

    (row,) = deliveries(house.by("admin"))
    assert (row["state"], row["attempts"], row["cause"]) == ("failed", MOST, "HTTP status 503")
    assert pauses[-1] is None
    assert deliver_due(house.home).failed == 0

    listener.status = 200
    redeliver(house.by("admin"), 1)
    assert deliver_due(house.home).delivered == 1


def test_a_removed_webhook_is_told_nothing_more(house: World, listener: Listener) -> None:
    told(house, listener)
    house.submit()
    remove_webhook(house.by("admin"), "WH-1")

    deliver_due(house.home)

    assert listener.got == []
    assert deliveries(house.by("admin"))[0]["cause"] == "the webhook was removed"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "localhost", "[::ffff:10.0.0.1]"]
)
def test_no_message_goes_to_where_only_the_server_reaches(world: World, host: str) -> None:
    with pytest.raises(NotPermitted, match="private address"):
        add_webhook(world.by("admin"), f"https://{host}/told", ())


def test_a_host_that_moves_inside_is_not_sent_to(house: World, listener: Listener) -> None:
    told(house, listener)
    house.submit()
    outside = replace(house.home.settings, private_webhooks=False)

    deliver_due(replace(house.home, settings=outside))

    assert listener.got == []


@pytest.mark.parametrize(
    "address",
    [
        *("::127.0.0.1", "::a00:7", "64:ff9b::a00:7", "64:ff9b:1::1", "2002:a00:7::1"),
        *("fec0::1", "ff0e::1", "ff02::1", "fd00::1", "fe80::1", "2001:db8::1"),
        *("224.0.0.1", "239.255.255.250", "192.0.0.8", "0.0.0.0", "100.64.0.1", "255.255.255.255"),
    ],
)
def test_no_other_way_to_write_an_address_leads_inside(address: str) -> None:
    assert not outside(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"]
)
def test_what_is_out_in_the_internet_is_sent_to(address: str) -> None:
    assert outside(address)


@pytest.mark.parametrize(
    "url",
    [
        *("https://[", "https://h:99999/", "https://h:x/", "https://", "https://u:p@h/"),
        *(
            "https://h/a b",
            "https://h/\r\nx: y",
            "https://h\t/",
            "file:///etc/passwd",
            "gopher://h/",
        ),
    ],
)
def test_what_is_no_address_of_a_webhook_is_the_fault_of_who_gives_it(
    world: World, url: str
) -> None:
    with pytest.raises(InvalidInput):
        add_webhook(world.by("admin"), url, ())


@pytest.mark.parametrize("written", ["2130706433", "0x7f000001", "127.1", "017700000001", "0"])
def test_an_address_as_one_number_is_the_address_that_it_is(world: World, written: str) -> None:
    with pytest.raises((NotPermitted, Unavailable)):
        add_webhook(world.by("admin"), f"https://{written}/told", ())


def test_nobody_waits_to_write_while_a_host_is_looked_up(
    house: World, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = []

    def slow(*_: object) -> list[str]:
        with writing(house.home.engine, wait=False):
            free.append(True)
        return ["127.0.0.1"]

    monkeypatch.setattr("registry.workflow.webhooks.addresses._resolved", slow)
    told(house, listener)

    assert free == [True]


def test_who_answers_a_byte_at_a_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.workflow.webhooks.send.LONGEST", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with suppress(OSError):
                for _ in range(100):
                    taken.sendall(b"H")
                    time.sleep(0.1)

        Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        began = time.monotonic()
        cause = send(Message(url, "127.0.0.1", 1, b"{}"), b"secret", 0)

    assert cause == "no answer in time"
    assert time.monotonic() - began < 5


def test_a_redirect_is_not_followed(house: World, listener: Listener) -> None:
    told(house, listener)
    listener.status = 307
    house.submit()

    assert deliver_due(house.home).failed == 1
    assert len(listener.got) == 1


def test_one_that_takes_nothing_holds_up_nobody_else(house: World, listener: Listener) -> None:
    add_webhook(house.by("admin"), "http://127.0.0.1:9/told", ())
    told(house, listener)
    released(house, house.label)

    tally = deliver_due(house.home)

    assert (tally.delivered, tally.failed) == (3, 1)
