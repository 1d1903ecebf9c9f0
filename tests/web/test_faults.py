"""What happens to addresses and bodies that no page of ours makes, and to errors of our own."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from people import Office, gone_on, hired
from registries import After
from web.browsers import Browser, browser
from web.calls import CARD_FILE
from web.desks import Desktop
from world import World

from registry.web.headers import ALWAYS
from registry.workflow.context import Context
from registry.workflow.unpacked import require_small


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def root(office: Office) -> Browser:
    found = browser(office)
    found.sign_in("root")
    return found


@pytest.mark.parametrize("path", ["/me", "/api/v1/whoami"])
def test_an_error_that_nobody_foresaw_is_answered_with_every_header(
    root: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("what somebody typed")

    monkeypatch.setattr("registry.web.pages.me.own_sessions", broken)
    monkeypatch.setattr("registry.web.api.sessions.listing.whoami", broken)
    answer = root.get(path)

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] in answer.text
    assert "what somebody typed" not in answer.text


ADDRESSES = (
    *("/audit?actor=%00", "/audit/export?actor=%00", "/datasets/a%00b@1", "/sources/%00"),
    *("/policies/%00", "/enrol/%00/%00", "/login?next=%00", "/oidc/back?state=%00"),
    *("/audit/events/99999999999999999999", "/audit/events/0", "/review/R-99999999999999999999"),
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_that_no_database_could_look_up_is_the_fault_of_who_asks(
    root: Browser, path: str
) -> None:
    assert 400 <= root.client.get(path, follow_redirects=False).status_code < 500


def test_a_form_with_a_nul_is_the_fault_of_who_posts_it(office: Office, root: Browser) -> None:
    stranger = browser(office)
    for field in ("name", "password", "code", "next", "kept.a\0b"):
        assert stranger.post("/login", **{field: "a\0b"}).status_code == 422, field
    assert root.post("/me/sessions/99999999999999999999/end", "/me").status_code == 422
    assert root.post("/audit/events/99999999999999999999/proof", "/me").status_code == 422


def parts(megabytes: int) -> Iterator[bytes]:
    """A form of texts, of a megabyte each, that tells how much of it was taken."""
    taken.clear()
    for number in range(megabytes):
        head = f'--x\r\nContent-Disposition: form-data; name="{number}"\r\n\r\n'.encode()
        taken.append(1)
        yield head + b"a" * 1_000_000 + b"\r\n"
    yield b"--x--\r\n"


taken: list[int] = []
KIND = {"content-type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("path", ["/login", "/enrol", "/accounts", "/register", "/api/v1/datasets"])
def test_a_long_form_is_not_read_from_who_is_not_signed_in(office: Office, path: str) -> None:
    found = browser(office)
    answer = found.client.post(path, content=parts(30), headers=KIND, follow_redirects=False)

    assert answer.status_code in (303, 401, 403, 422)
    assert len(taken) < 3


def test_a_form_with_files_holds_few_and_short_texts_in_memory(office: Office) -> None:
    found = browser(office)
    found.sign_in("paula")
    seal = {"x-registry-seal": found.get("/api/v1/session").json()["seal"]}
    answer = found.client.post("/api/v1/datasets", content=parts(30), headers=KIND | seal)

    assert answer.status_code == 400
    assert "maximum size" in answer.text


def test_an_upload_through_the_api_has_the_limit_of_the_settings(office: Office) -> None:
    found = browser(office, replace(office.home.settings, upload_limit=1))
    found.sign_in("paula")
    seal = {"x-registry-seal": found.get("/api/v1/session").json()["seal"]}
    files = {name: (f"{name}.csv", b"a" * 600_000) for name in ("data", "card")}

    assert found.client.post("/api/v1/datasets", files=files, headers=seal).status_code == 413


def bomb(folder: Path, name: str) -> Path:
    """A small file that unpacks to a large table."""
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(b"age\n" + b"1\n" * 3_000_000))
    else:
        table = pa.table({f"c{one}": pa.array([1] * 100_000) for one in range(8)})
        pq.write_table(table, path)
    assert path.stat().st_size < 100_000
    return path


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.parquet"])
def test_a_small_file_that_unpacks_to_a_large_table_is_not_unpacked(
    world: World, tmp_path: Path, name: str
) -> None:
    path = bomb(tmp_path, name)
    desk = Desktop(replace(world.home, settings=replace(world.home.settings, upload_limit=1)))
    ada = desk.by("ada")
    with patch("registry.workflow.register.read_table") as read:
        called = ada.post("/datasets", files={"data": path.open("rb"), "card": CARD_FILE})
        seal = ada.client.headers["x-registry-seal"]
        posted = ada.client.post(
            "/register",
            data={"seal": seal},
            files={"table": path.open("rb"), "card_file": CARD_FILE},
        )

    for answer in (called, posted):
        assert answer.status_code == 422
        assert "too large once it is unpacked" in answer.text
    assert not read.called
    desk.close()


@pytest.mark.parametrize("name", ["table.csv.gz", "table.parquet", "junk.csv.gz", "junk.parquet"])
def test_what_unpacks_to_little_or_is_no_table_is_left_to_its_reader(
    tmp_path: Path, home: Context, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"junk")
    if name == "table.csv.gz":
        path.write_bytes(gzip.compress(b"age\n1\n"))
    elif name == "table.parquet":
        pq.write_table(pa.table({"age": [1]}), path)

    require_small(home.settings, path)
