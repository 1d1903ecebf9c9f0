"""The log's key, its checkpoints and proofs from the command line, each as its reader meets it."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance.cli import Ran, run


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where the keys of these tests go."""
    return tmp_path / "config"


@pytest.fixture
def made(tmp_path: Path, keys: Path) -> Path:
    """A registry with four accounts, made from the command line."""
    folder = tmp_path / "Our Claims"
    assert call(keys, "init", str(folder)).code == 0
    for name in ("ada", "stefan", "paula"):
        add = ("accounts", "add", name, "--role", "auditor", "--as", "admin")
        assert call(keys, "-C", str(folder), *add).code == 0
    return folder


def call(keys: Path, *arguments: str, **environment: str) -> Ran:
    return run(*arguments, XDG_CONFIG_HOME=str(keys), **environment)


def settings(folder: Path) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((folder / "registry.toml").read_text())


def test_init_makes_a_key_outside_of_the_folder_that_its_owner_alone_may_read(
    made: Path, keys: Path
) -> None:
    found = settings(made)

    (place,) = keys.rglob("*.key")
    assert found["log_key"] == str(place)
    assert place.name == f"{found['origin']}.key"
    assert found["origin"].startswith("our-claims-")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    public = (made / "log.pub").read_text()
    assert public.startswith(found["origin"] + "+")
    assert public.count("\n") == 1
    assert not any("PRIVATE" in file.read_text(errors="ignore") for file in made.glob("*.*"))


def test_a_folder_that_is_removed_and_made_again_has_a_new_log_with_a_new_key(
    made: Path, keys: Path
) -> None:
    first = settings(made)["origin"]
    shutil.rmtree(made)

    assert call(keys, "init", str(made)).code == 0

    assert settings(made)["origin"] != first
    assert call(keys, "-C", str(made), "audit", "checkpoint").code == 0
    assert len(list(keys.rglob("*.key"))) == 2


def test_a_key_is_made_where_it_is_asked_for_and_never_over_another(
    tmp_path: Path, keys: Path
) -> None:
    place = tmp_path / "vault" / "log.key"
    assert call(keys, "init", str(tmp_path / "one"), "--log-key", str(place)).code == 0
    before = place.read_text()

    second = call(keys, "init", str(tmp_path / "two"), "--log-key", str(place))

    assert second.code == 5
    assert "there is a key already" in second.err
    assert place.read_text() == before
    assert not (tmp_path / "two" / "registry.toml").exists()
    assert not keys.exists()


def test_a_key_that_cannot_be_written_is_one_clear_error_and_leaves_no_registry(
    tmp_path: Path, keys: Path
) -> None:
    keys.write_text("a file where a folder should be")

    done = call(keys, "init", str(tmp_path / "new"))

    assert done.code == 2
    assert "--log-key" in done.err
    assert not (tmp_path / "new" / "registry.toml").exists()


def test_a_checkpoint_is_printed_as_a_signed_note_and_written_where_asked(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    printed = call(keys, "-C", str(made), "audit", "checkpoint")
    written = call(
        keys, "-C", str(made), "audit", "checkpoint", "-o", str(tmp_path / "out" / "cp.txt")
    )

    origin = settings(made)["origin"]
    lines = printed.out.split("\n")
    assert (printed.code, written.code) == (0, 0)
    assert lines[:2] == [origin, "4"]
    assert lines[4].startswith(f"\N{EM DASH} {origin} ")
    assert (tmp_path / "out" / "cp.txt").read_text() == printed.out
    verified = json.loads(call(keys, "-C", str(made), "audit", "verify", "--format", "json").out)
    assert (verified["events"], verified["checkpoint"], verified["root"]) == (4, 4, lines[2])


def test_the_key_is_named_by_the_environment_before_the_file(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere.key"
    Path(settings(made)["log_key"]).rename(moved)

    gone = call(keys, "-C", str(made), "audit", "checkpoint")
    named = call(keys, "-C", str(made), "audit", "checkpoint", REGISTRY_LOG_KEY=str(moved))

    assert (gone.code, named.code) == (3, 0)
    assert "REGISTRY_LOG_KEY" in gone.err


def test_an_event_is_shown_with_the_bytes_that_were_hashed(made: Path, keys: Path) -> None:
    shown = json.loads(call(keys, "-C", str(made), "audit", "show", "2", "--format", "json").out)
    absent = call(keys, "-C", str(made), "audit", "show", "99")

    import hashlib

    assert shown["digest"] == hashlib.sha256(b"\0" + shown["body"].encode()).hexdigest()
    assert json.loads(shown["body"])["seq"] == shown["seq"] == 2
    assert absent.code == 2
    assert "1 to 4" in absent.err


@pytest.fixture
def proof(made: Path, keys: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The proof of event 3 and the public key, in a folder with nothing else."""
    away = tmp_path / "away"
    away.mkdir()
    done = call(keys, "-C", str(made), "audit", "prove", "3", "-o", str(away / "proof.json"))
    assert done.code == 0
    shutil.copy(made / "log.pub", away / "log.pub")
    return away / "proof.json", away / "log.pub"


def check(proof: tuple[Path, Path]) -> Ran:
    file, trust = proof
    return run("audit", "check-proof", str(file), "--trust", str(trust), "--format", "json")


def test_a_proof_is_checked_where_the_registry_is_not(proof: tuple[Path, Path], made: Path) -> None:
    origin = settings(made)["origin"]
    shutil.rmtree(made)

    done = check(proof)

    told = json.loads(done.out)
    assert done.code == 0
    assert (told["seq"], told["size"], told["log"]) == (3, 4, origin)
    assert told["fact"] == "account.added"


def _flip(text: str) -> str:
    at = len(text) // 2 // 4 * 4
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "body": lambda it: it.update(body=_flip(it["body"])),
    "index": lambda it: it.update(index=it["index"] - 1),
    "index below": lambda it: it.update(index=-1),
    "size": lambda it: it.update(size=it["size"] + 1),
    "a step": lambda it: it["inclusion"].__setitem__(0, _flip(it["inclusion"][0])),
    "a step less": lambda it: it["inclusion"].pop(),
    "a step more": lambda it: it["inclusion"].append(it["inclusion"][0]),
    "note": lambda it: it.update(checkpoint=it["checkpoint"].replace("\n4\n", "\n5\n")),
    "unsigned": lambda it: it.update(checkpoint=it["checkpoint"].split("\n\n")[0] + "\n\n"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_proof_is_refused(proof: tuple[Path, Path], forgery: str) -> None:
    said = json.loads(proof[0].read_text())
    FORGERIES[forgery](said)
    proof[0].write_text(json.dumps(said))

    done = check(proof)

    assert done.code == 6
    assert done.out == ""
    assert "the proof does not hold" in done.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "EventProof"}', "\x00"])
def test_what_is_no_proof_is_bad_input(proof: tuple[Path, Path], text: str) -> None:
    proof[0].write_text(text)

    assert check(proof).code == 2


def test_a_proof_is_refused_by_the_key_of_another_log(
    proof: tuple[Path, Path], tmp_path: Path, keys: Path
) -> None:
    call(keys, "init", str(tmp_path / "other"))

    assert check((proof[0], tmp_path / "other" / "log.pub")).code == 6
    assert check((proof[0], tmp_path / "nothing.pub")).code == 2


def join(keys: Path, made: Path, folder: Path, *options: str) -> Ran:
    database = f"sqlite:///{made / 'registry.db'}"
    return call(keys, "init", str(folder), *options, REGISTRY_DATABASE_URL=database)


def test_who_joins_a_log_that_nobody_signed_must_name_its_key(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"

    refused = join(keys, made, second)
    joined = join(keys, made, second, "--log-key", settings(made)["log_key"])

    assert (refused.code, joined.code) == (2, 0)
    assert "--log-key" in refused.err and "log.pub" in refused.err
    assert settings(second)["origin"] == settings(made)["origin"]
    assert (second / "log.pub").read_text() == (made / "log.pub").read_text()


def test_who_joins_a_signed_log_takes_over_its_name_and_makes_no_key(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    call(keys, "-C", str(made), "audit", "checkpoint")
    second, others = tmp_path / "second", tmp_path / "config of somebody else"

    joined = join(others, made, second)

    assert joined.code == 0
    assert "its key is not here" in joined.err
    assert settings(second)["origin"] == settings(made)["origin"]
    assert not others.exists()
    database = f"sqlite:///{made / 'registry.db'}"
    verify = ("-C", str(second), "audit", "verify")
    assert call(others, *verify, REGISTRY_DATABASE_URL=database).code == 3
    shutil.copy(made / "log.pub", second)
    assert call(others, *verify, REGISTRY_DATABASE_URL=database).code == 0


def test_who_joins_with_the_key_of_another_log_is_refused(
    made: Path, keys: Path, tmp_path: Path
) -> None:
    call(keys, "-C", str(made), "audit", "checkpoint")
    call(keys, "init", str(tmp_path / "other"))

    done = join(keys, made, tmp_path / "s", "--log-key", settings(tmp_path / "other")["log_key"])

    assert done.code == 2
    assert "is not the key of the log in this database" in done.err
    assert not (tmp_path / "s" / "registry.toml").exists()


def test_a_registry_older_than_checkpoints_is_given_its_key_once(made: Path, keys: Path) -> None:
    Path(settings(made)["log_key"]).unlink()
    (made / "log.pub").unlink()
    (made / "registry.toml").write_text('mode = "local"\n')

    before = call(keys, "-C", str(made), "audit", "checkpoint")
    first = call(keys, "-C", str(made), "audit", "key")
    second = call(keys, "-C", str(made), "audit", "key")
    after = call(keys, "-C", str(made), "audit", "checkpoint")

    assert [one.code for one in (before, first, second, after)] == [3, 0, 5, 0]
    assert "registry audit key" in before.err


def test_a_role_cannot_be_granted_on_sqlite(made: Path, keys: Path) -> None:
    done = call(keys, "-C", str(made), "db", "grant-app-role", "app")

    assert done.code == 2
    assert "SQLite has no roles" in done.err
    assert os.sep + "registry.db" in done.err
