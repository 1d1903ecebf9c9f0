"""People at the command line of a signed-in registry: they enrol, sign in, and are told apart."""

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from acceptance.cli import Ran, run, spawn

from registry.workflow.people.totp import code_at, step_of


@dataclass
class House:
    """A registry in which people sign in, each at a desk of their own."""

    folder: Path
    config: Path
    second: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)

    def run(self, name: str, *arguments: str, **environment: str) -> Ran:
        """A command at the desk of ``name``; all that it prints is remembered."""
        given = {"XDG_CONFIG_HOME": str(self.config / name), **environment}
        ran = run("-C", str(self.folder), "--no-input", *arguments, **given)
        self.said.append(ran.out + ran.err)
        return ran

    def enrol(self, name: str, code: str) -> dict[str, str]:
        ran = self.run(
            name,
            *("keys", "enrol", name, "--format", "json"),
            REGISTRY_ENROLMENT=code,
            REGISTRY_NEW_PASSWORD=self.password(name),
            REGISTRY_NEW_PASSPHRASE=self.passphrase(name),
        )
        assert ran.code == 0, ran.err
        shown: dict[str, str] = json.loads(ran.out)
        letters = parse_qs(urlparse(shown["authenticator"]).query)["secret"][0]
        self.second[name] = base64.b32decode(letters)
        self.steps.pop(name, None)
        self.said.remove(ran.out + ran.err)  # what is shown once, to one person
        return shown

    def login(self, name: str, **changes: str) -> Ran:
        given = {"REGISTRY_PASSWORD": self.password(name), "REGISTRY_CODE": self.code(name)}
        return self.run(name, "login", name, **{**given, **changes})

    def code(self, name: str) -> str:
        """A code that was not used yet: of now, or of the step ahead where that one was."""
        step = max(step_of(datetime.now(UTC)), self.steps.get(name, 0) + 1)
        self.steps[name] = step
        return code_at(self.second[name], step)

    def password(self, name: str) -> str:
        return f"{name} comes in by the side door"

    def passphrase(self, name: str) -> str:
        return f"{name} keeps a key under the mat"

    def session(self, name: str) -> str:
        return self.kept(name, "session")

    def kept(self, name: str, kind: str) -> str:
        (file,) = (self.config / name / "registry").glob(f"{kind}-*.json")
        assert file.stat().st_mode & 0o777 == 0o600
        secret: str = json.loads(file.read_text())[kind]
        return secret


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "registry", tmp_path / "config")


def begun(house: House) -> None:
    """The first admin and a compliance officer are enrolled and signed in."""
    made = run("init", str(house.folder), "--admin", "root", "--signed-in")
    assert made.code == 0, made.err
    house.enrol("root", made.out.strip())
    assert house.login("root").code == 0
    added = house.run(
        "root",
        *("accounts", "add", "carla", "--role", "compliance-officer", "--enrol", "-q"),
    )
    house.enrol("carla", added.out.strip())
    assert house.login("carla").code == 0


def test_people_enrol_sign_in_say_who_they_are_and_sign_out(house: House) -> None:
    begun(house)
    codes = []
    for name, role in (("stefan", "steward"), ("paula", "privacy-officer")):
        added = house.run("root", "accounts", "add", name, "--role", role, "--enrol", "-q")
        codes.append(added.out.strip())
        key = house.enrol(name, codes[-1])["key"]
        assert house.login(name).code == 0
        waiting = json.loads(house.run(name, "whoami", "--format", "json").out)
        assert (waiting["name"], waiting["roles"]) == (name, [])
        assert house.run("root", "keys", "approve", name, "--key", key).code == 4
        assert house.run("carla", "keys", "approve", name, "--key", key).code == 0

    for name, role in (("root", "admin"), ("stefan", "steward"), ("paula", "privacy-officer")):
        found = json.loads(house.run(name, "whoami", "--format", "json").out)
        assert (found["name"], found["roles"]) == (name, [role])
        assert found["authentication"].startswith("password and one-time code; signing key ")

    people = ("root", "carla", "stefan", "paula")
    secrets = [house.kept(name, kind) for name in people for kind in ("session", "device")]
    assert house.run("root", "audit", "verify").code == 0
    for name in ("root", "carla", "stefan", "paula"):
        assert house.run(name, "logout").code == 0
        assert house.run(name, "whoami").code == 4
        (left,) = (house.config / name).rglob("*.json")
        assert left.name.startswith("device-")
    assert house.run("auditor", "audit", "verify").code == 0
    _require_hidden(house, secrets, codes)


def _require_hidden(house: House, kept: list[str], codes: list[str]) -> None:
    """No secret is in the database, in its log, or in anything that was printed."""
    people = list(house.second)
    typed = [word for name in people for word in (house.password(name), house.passphrase(name))]
    second = [base64.b32encode(one).decode() for one in house.second.values()]
    with closing(sqlite3.connect(house.folder / "registry.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        dumped = "\n".join(connection.iterdump())
    stored = b"".join(file.read_bytes() for file in house.folder.rglob("*") if file.is_file())
    printed = "\n".join(house.said)

    for secret in (*typed, *second, *kept):
        assert secret not in printed
    for secret in (*typed, *second, *kept, *codes, *(code.replace("-", "") for code in codes)):
        assert secret.encode() not in stored
        assert secret not in dumped
    for raw in house.second.values():
        assert raw not in stored


def test_a_wrong_password_a_wrong_code_and_an_unknown_name_end_alike(house: House) -> None:
    begun(house)

    wrong = house.login("carla", REGISTRY_PASSWORD="not the password")
    late = house.login("carla", REGISTRY_CODE="000000")
    unknown = house.run("x", "login", "nobody", REGISTRY_PASSWORD="p", REGISTRY_CODE="000000")
    silent = house.run("x", "login", "carla")

    assert (wrong.code, late.code, unknown.code, silent.code) == (4, 4, 4, 4)
    assert wrong.err == late.err == unknown.err
    assert "nobody can be asked for it" in silent.err
    events = house.run("root", "audit", "query", "--action", "login", "--outcome", "forbidden")
    assert events.out.count("attempt.refused") == 3


def test_who_signed_in_at_their_own_desk_gets_in_there_while_somebody_else_guesses(
    house: House,
) -> None:
    begun(house)
    for _ in range(6):
        guess = {"REGISTRY_PASSWORD": "not the password", "REGISTRY_CODE": "000000"}
        assert house.run("mallory", "login", "carla", **guess).code == 4

    right = {"REGISTRY_PASSWORD": house.password("carla"), "REGISTRY_CODE": house.code("carla")}
    assert house.run("elsewhere", "login", "carla", **right).code == 4
    assert house.run("carla", "login", "carla", **right).code == 0


def test_a_claimed_name_is_refused_and_a_session_is_taken_from_the_environment(
    house: House,
) -> None:
    begun(house)
    session = house.session("carla")

    claimed = house.run("carla", "whoami", "--as", "root")
    carried = house.run("x", "whoami", "-q", REGISTRY_SESSION=session)
    spoiled = house.run("x", "whoami", REGISTRY_SESSION=session[:-2])

    assert (claimed.code, "a claimed name is not a signature" in claimed.err) == (4, True)
    assert (carried.code, carried.out) == (0, "carla\n")
    assert (spoiled.code, "the session is unknown" in spoiled.err) == (4, True)
    assert session[:-2] not in spoiled.err


def test_a_reset_ends_what_was_and_a_second_person_vouches_for_what_comes(house: House) -> None:
    begun(house)
    added = house.run("root", "accounts", "add", "amy", "--role", "admin", "--enrol", "-q")
    key = house.enrol("amy", added.out.strip())["key"]
    assert house.run("carla", "keys", "approve", "amy", "--key", key).code == 0
    assert house.login("amy").code == 0

    reset = house.run("root", "accounts", "reset-password", "amy", "-q")
    assert house.run("amy", "whoami").code == 4
    key = house.enrol("amy", reset.out.strip())["key"]
    assert house.login("amy").code == 0

    assert house.run("amy", "keys", "approve", "amy", "--key", key).code == 4
    assert house.run("root", "keys", "approve", "amy", "--key", key).code == 4
    assert house.run("carla", "keys", "approve", "amy", "--key", key).code == 0
    states = json.loads(house.run("amy", "keys", "list", "amy", "--format", "json").out)
    assert [row["state"] for row in states] == ["destroyed", "active"]
    assert house.run("root", "audit", "verify").code == 0


def test_a_key_is_not_approved_unseen(house: House) -> None:
    begun(house)
    added = house.run("root", "accounts", "add", "amy", "--role", "admin", "--enrol", "-q")
    house.enrol("amy", added.out.strip())

    refused = house.run("carla", "keys", "approve", "amy")

    assert refused.code == 2
    assert "face to face" in refused.err
    assert "`registry keys list amy` shows the key that waits" in refused.err
    (waiting,) = json.loads(house.run("carla", "keys", "list", "amy", "--format", "json").out)
    assert waiting["state"] == "pending"


def test_keys_roles_passwords_and_accounts_change_at_the_command_line(house: House) -> None:
    begun(house)
    passphrase = {"REGISTRY_PASSPHRASE": house.passphrase("carla")}
    rotated = house.run(
        "carla",
        *("keys", "rotate", "-q"),
        REGISTRY_CODE=house.code("carla"),
        REGISTRY_NEW_PASSPHRASE="under another mat now",
        **passphrase,
    )
    assert rotated.code == 0, rotated.err
    changed = house.run(
        "carla",
        *("password", "change"),
        REGISTRY_PASSWORD=house.password("carla"),
        REGISTRY_NEW_PASSWORD="by the front door now",
    )
    assert changed.code == 0, changed.err

    granted = house.run("root", "roles", "grant", "carla", "steward")
    taken = house.run("root", "roles", "revoke", "carla", "steward")
    itself = house.run("root", "roles", "grant", "root", "steward")
    revoked = house.run(
        *("carla", "keys", "revoke", "carla", "--reason", "stolen"),
        *("--compromised-since", "2020-01-01"),
    )
    ended = house.run("root", "accounts", "deactivate", "carla", "--reason", "left")

    assert (granted.code, taken.code, itself.code) == (0, 0, 4)
    assert (revoked.code, "between its making and now" in revoked.err) == (2, True)
    assert ended.code == 0
    assert house.run("carla", "whoami").code == 4
    assert "deactivated" in house.run("root", "accounts", "list").out
    assert house.run("root", "audit", "verify").code == 0


def test_a_service_shows_its_token_and_does_what_it_is_good_for(house: House) -> None:
    begun(house)
    assert house.run("root", "accounts", "add", "ci", "--role", "service").code == 0
    create = ("tokens", "create", "--account", "ci", "--scope", "verify", "--days", "30", "-q")
    token = house.run("root", *create).out.strip()
    shown = {"REGISTRY_TOKEN": token}

    assert house.run("ci", "whoami", "-q", **shown).out == "ci\n"
    assert house.run("ci", "audit", "verify", **shown).code == 0
    check = ("check", "claims@1", "--use", "research", "--audience", "internal")
    refused = house.run("ci", *check, **shown)
    assert (refused.code, "the token is not good for `check`" in refused.err) == (4, True)
    signed = house.run("ci", "approve", "R-1", "--reason", "read", **shown)
    assert signed.code == 4

    number = token.split("_")[1]
    assert token not in house.run("root", "tokens", "list").out
    assert house.run("root", "tokens", "revoke", number).code == 0
    ended = house.run("ci", "audit", "verify", **shown)
    assert (ended.code, "was revoked" in ended.err) == (4, True)
    assert token not in refused.err + ended.err
    both = house.run("root", *create, "--expires", "2027-01-01")
    assert both.code == 2


def test_a_process_without_a_terminal_asks_for_nothing(house: House) -> None:
    begun(house)

    done = spawn("-C", str(house.folder), "login", "carla")

    assert done.returncode == 4
    assert "REGISTRY_PASSWORD" in done.stderr


def test_a_registry_in_local_mode_is_switched_and_not_back(house: House) -> None:
    assert run("init", str(house.folder), "--admin", "root").code == 0
    issued = house.run("root", "accounts", "enrol", "root", "-q", "--as", "root")
    house.enrol("root", issued.out.strip())

    assert house.run("root", "accounts", "add", "x", "--role", "admin", "--as", "root").code == 4
    (house.folder / "registry.toml").write_text('mode = "signed-in"\n')
    assert house.login("root").code == 0
    assert house.run("root", "whoami", "-q").out == "root\n"
