"""The desk under mixed load while its workers are killed: nothing signed is lost or doubled.

REGISTRY_SOAK_MINUTES says how long; half an hour where it does not.
"""

import os
import random
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from acceptance.cli import REGISTRY
from conftest import real_table
from databases import renamed, run_on
from people import Office
from registries import key_of
from served import lived
from soak import desk_people as people
from soak.desk_server import Now, Running, Server, free_port
from sqlmodel import select
from world import CARD

from registry.card import read_card
from registry.records import Release, ReleaseState, Request, SignOff
from registry.settings import Proof, Settings
from registry.store.database import open_engine, reading
from registry.web.cookies import SESSION
from registry.workflow.context import Context
from registry.workflow.register import register

MINUTES = float(os.environ.get("REGISTRY_SOAK_MINUTES", "30"))
SEED = 20_261_201
WORKERS, SPARED, VERSIONS = 4, 2, 12
WARM = 60.0
"""Seconds until what is loaded at its first use is loaded; not weighed."""
GROWTH = 1.10
"""The last third may hold a tenth more than the first: what malloc keeps back differs by a few per
cent from hour to hour. At some ten requests a second a worker, ten kilobytes lost at each would be
more than that within half an hour.
"""
SETTINGS = 'mode = "signed-in"\ndatabase_url = "{url}"\nlog_key = "{key}"\norigin = "{origin}"\n'
PLACES = ["DE", "FR", "AT", "IT", "ES", "NL"]
Deed = Callable[[people.Sitter], None]


@dataclass
class Desk:
    """A running server over a registry on PostgreSQL, and its people."""

    server: Server
    served: Running
    ledger: people.Ledger

    def sitter(self, name: str, at: int) -> people.Sitter:
        """Somebody signed in; ``at`` makes their dice their own."""
        person = self.served.office.people[name]
        body = {"name": name, "password": person.given_password, "code": self.served.code(name)}
        answer = httpx.post(f"{self.served.url}/api/v1/session", json=body, timeout=60)
        assert answer.status_code == 201, answer.text
        given = [one.split(";")[0] for one in answer.headers.get_list("set-cookie")]
        (cookie,) = (one for one in given if one.startswith(f"{SESSION}="))
        rng, url = random.Random(SEED + at), self.served.url
        seal = answer.json()["seal"]
        return people.Sitter(name, person.given_passphrase, cookie, seal, url, self.ledger, rng)


@pytest.fixture
def desk(postgres_server: str, tmp_path: Path) -> Iterator[Desk]:
    run_on(postgres_server, "DROP DATABASE IF EXISTS soaked")
    run_on(postgres_server, "CREATE DATABASE soaked TEMPLATE empty")
    url = renamed(postgres_server, "soaked")
    prepared = lived(tmp_path, url)
    written = {"url": url, "key": key_of(tmp_path), "origin": prepared.origin}
    (tmp_path / "registry.toml").write_text(SETTINGS.format(**written))
    settings = Settings(tmp_path, url, "signed-in", None)
    settings = replace(settings, log_key=key_of(tmp_path), origin=prepared.origin)
    clock = Now()
    home = Context(settings, open_engine(url), clock, None)
    staff = {name: replace(one, clock=clock) for name, one in prepared.people.items()}
    office = Office(home, clock, staff)
    server = Server(tmp_path, free_port(), WORKERS)
    served = Running(f"http://127.0.0.1:{server.port}", office)
    try:
        _await_workers(server, served.url)
        yield Desk(server, served, people.Ledger())
    finally:
        if server.process.poll() is None:
            server.stop()
        home.engine.dispose()


def _await_workers(server: Server, url: str) -> None:
    for _ in range(600):
        assert server.process.poll() is None, server.log.read_text()
        try:
            if httpx.get(f"{url}/readyz").status_code == 200 and len(server.pids()) == WORKERS:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server never answered")


def versions(desk: Desk, ada: Context) -> list[str]:
    """Versions to put forward."""
    labels = []
    for seed in range(10, 10 + VERSIONS):
        data = desk.served.folder / f"synthetic-{seed}.csv"
        real_table(seed).to_csv(data, index=False)
        card = read_card((CARD % {"epsilon": "2.0"}).encode(), "card.yaml")
        labels.append(register(ada, data, card).label)
    return labels


def first_signatures(desk: Desk, ada: people.Sitter, signers: list[people.Sitter]) -> None:
    """The first signature of a session takes a one-time code; the later ones do not."""
    body = {"version": "claims@1", "use": "research", "audience": "internal"}
    request = ada.call("/requests", body, "the first").json()["request"]
    for one in signers:
        tag = one.get(f"/api/v1/requests/{request}")
        assert tag is not None
        said = {"passphrase": one.passphrase, "code": desk.served.code(one.name)}
        signed = {"meaning": "approve", "reason": f"soak {one.name}", **said}
        path = f"/requests/{request}/signatures"
        answer = one.call(path, signed, f"the first of {one.name}", tag.headers["etag"])
        assert answer.status_code == 201, answer.text
        desk.ledger.done.add(f"soak {one.name}")


@pytest.mark.soak
def test_under_load_and_kills_nothing_signed_is_lost_or_doubled(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    names = ("ada", "stefan", "paula", "carla", "eva")
    ada, stefan, paula, carla, eva = (desk.sitter(name, at) for at, name in enumerate(names))
    labels = versions(desk, _acting(desk, ada))
    first_signatures(desk, ada, [stefan, paula])
    for one in (stefan, paula, carla, eva):
        one.client.close()  # each goes on in other windows
    deeds: list[tuple[people.Sitter, Deed, float]] = [
        (ada, lambda one: people.submit(one, labels, PLACES), 0.5),
        *((_twin(one, at), people.sign, 0.2) for at in (1, 2) for one in (stefan, paula)),
        (_twin(carla, 1), people.release, 0.5),
        (_twin(carla, 2), people.revoke, 2.0),
        *((_twin(eva, at), people.read, 0.2) for at in range(4)),
    ]

    over, failed = threading.Event(), list[BaseException]()
    threads = [threading.Thread(target=_go_on, args=(*one, over, failed)) for one in deeds]
    trouble = (over, random.Random(SEED), SPARED)
    threads.append(threading.Thread(target=desk.server.trouble, args=trouble))
    for thread in threads:
        thread.start()
    over.wait(60 * MINUTES)
    over.set()
    for thread in threads:
        thread.join(120)

    assert failed == []
    assert desk.server.kills >= MINUTES
    assert len(desk.server.pids()) == WORKERS, "a killed worker was not replaced"
    assert desk.ledger.wrong == []
    assert desk.server.stop() in (0, -15)
    _require_recorded(desk)
    log = desk.server.log.read_text()
    assert '"level": "error"' not in log and '"level": "critical"' not in log
    told = [REGISTRY, "-C", str(desk.served.folder), "audit", "verify"]
    verified = subprocess.run(told, capture_output=True, text=True, check=False, timeout=600)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    record_property("endurance", _said(desk))
    _require_flat(desk.server)


def _acting(desk: Desk, ada: people.Sitter) -> Context:
    return desk.served.office.holding(Proof(session=ada.cookie.split("=", 1)[1]), "ada")


def _twin(one: people.Sitter, at: int) -> people.Sitter:
    """The same session in another window."""
    return replace(one, rng=random.Random(f"{SEED} {one.name} {at}"))


def _go_on(
    who: people.Sitter,
    deed: Deed,
    pause: float,
    over: threading.Event,
    failed: list[BaseException],
) -> None:
    try:
        while not over.wait(pause * who.rng.uniform(0.5, 1.5)):
            deed(who)
    except Exception as error:
        failed.append(error)
        over.set()
    finally:
        who.client.close()


def _thirds(sizes: list[int]) -> tuple[float, float]:
    """The medians of the first and of the last third, in megabytes, once it is warm."""
    warm = sizes[min(int(WARM), len(sizes) // 4) :]
    third = len(warm) // 3
    return statistics.median(warm[:third]) / 1e6, statistics.median(warm[-third:]) / 1e6


def _require_flat(server: Server) -> None:
    """The median of the last third is no more than `GROWTH` times that of the first."""
    assert len(server.sizes) == SPARED
    for first, last in map(_thirds, server.sizes.values()):
        assert last <= GROWTH * first, f"{first:.1f} MB grew to {last:.1f} MB"


def _require_recorded(desk: Desk) -> None:
    """Each acknowledged deed is there once, each unacknowledged one at most once."""
    ledger = desk.ledger
    with reading(desk.served.office.home.engine) as session:
        reasons = Counter(session.exec(select(SignOff.reason)))
        released = Counter(f"R-{one}" for one in session.exec(select(Release.request_id)))
        revoked = select(Release.id).where(Release.state == ReleaseState.REVOKED)
        ended = {f"REL-{one}" for one in session.exec(revoked)}
        states = dict(session.exec(select(Request.id, Request.state)).all())
    assert len(ledger.done) > 10 * MINUTES, "there was hardly a load"
    assert {said: reasons[said] for said in ledger.done if reasons[said] != 1} == {}
    assert {said: reasons[said] for said in ledger.unheard if reasons[said] > 1} == {}
    assert set(reasons) <= ledger.done | ledger.unheard
    assert {one for one in ledger.released if released[one] != 1} == set()
    assert {one for one in released if states[int(one[2:])] != "released"} == set()
    assert ledger.revoked <= ended


def _said(desk: Desk) -> str:
    ledger, server = desk.ledger, desk.server
    thirds = map(_thirds, server.sizes.values())
    sizes = "; ".join(f"{first:.0f}, then {last:.0f} MB" for first, last in thirds)
    return (
        f"{MINUTES:g} minutes, {server.kills} workers killed, {ledger.cut} connections cut, "
        f"{sum(ledger.answers.values())} answers {dict(sorted(ledger.answers.items()))}, "
        f"{len(ledger.done)} signatures, {len(ledger.released)} releases, "
        f"{len(ledger.revoked)} revocations; survivors held {sizes}"
    )
