"""Anchors, witnesses and doctor at the command line, from an empty registry to a planted fault."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.cli import Ran, run
from quickstarts import Quickstart
from tsa import Server, serving

Registry = Path


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A new registry; its key is outside of its folder."""
    folder = tmp_path / "registry"
    made = run("init", str(folder), "--log-key", str(tmp_path / "keys" / "log.key"))
    assert made.code == 0, made.err
    return folder


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "tsa") as server:
        yield server


def at(registry: Registry, *words: object) -> Ran:
    return run("-C", str(registry), *map(str, words), REGISTRY_AS="admin")


def work(registry: Registry, name: str) -> None:
    assert at(registry, "accounts", "add", name, "--role", "engineer").code == 0


def test_anchors_are_made_verified_and_shown(registry: Registry, tmp_path: Path) -> None:
    held = tmp_path / "held"
    assert "never anchored: its 1 event is protected by nothing outside" in (
        at(registry, "audit", "query").err
    )

    made = at(registry, "audit", "anchor", "--to", f"file:{held}", "--format", "json")
    work(registry, "ada")
    verified = at(registry, "audit", "verify", "--anchor", held, "--trust", registry / "log.pub")
    shown = at(registry, "audit", "query", "--limit", "1")

    assert (made.code, json.loads(made.out)["size"]) == (0, 1)
    assert verified.code == 0, verified.err
    assert "within the anchored prefix" in verified.err
    assert "2 events since the last anchor" in verified.err
    assert "over 1 event, 2 events since (1 of them told of anchoring)" in shown.err
    assert at(registry, "audit", "query", "-q").err == ""


def test_a_database_restored_from_a_backup_is_exit_6_and_an_event(
    registry: Registry, tmp_path: Path
) -> None:
    shutil.copytree(registry, tmp_path / "backup")
    work(registry, "ada")
    at(registry, "audit", "anchor", "--to", f"file:{tmp_path / 'held'}")

    restored = at(tmp_path / "backup", "audit", "verify", "--anchor", tmp_path / "held")
    looked = at(tmp_path / "backup", "doctor", "--anchor", tmp_path / "held")

    assert (restored.code, looked.code) == (6, 6)
    assert "restored from a backup" in restored.err
    log = at(tmp_path / "backup", "audit", "query", "--outcome", "tampered", "--action", "verify")
    assert "attempt.refused" in log.out


def test_an_anchor_of_another_log_is_exit_6_and_one_cut_off_exit_2(
    registry: Registry, tmp_path: Path
) -> None:
    held, other = tmp_path / "held", tmp_path / "other"
    run("init", str(other), "--log-key", str(tmp_path / "keys" / "other.key"))
    at(other, "audit", "anchor", "--to", f"file:{held}")

    foreign = at(registry, "audit", "verify", "--anchor", held)
    (file,) = held.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    cut = at(other, "audit", "verify", "--anchor", file)

    assert (foreign.code, cut.code) == (6, 2)
    assert "it is of the log other-" in foreign.err
    assert f"where: {file}" in cut.err
    assert at(registry, "audit", "query", "--outcome", "tampered", "-q").out


def test_a_time_stamp_is_asked_for_kept_and_verified(
    registry: Registry, tmp_path: Path, tsa: Server
) -> None:
    trusted = ("--tsa-certificate", str(tsa.ca))
    held = tmp_path / "stamps"
    made = at(registry, "audit", "anchor", "--to", f"rfc3161:{tsa.url}", *trusted, "--keep", held)
    plain = at(registry, "audit", "verify", "--anchor", held)
    verified = at(registry, "audit", "verify", "--anchor", held, *trusted)

    assert made.code == 0, made.err
    assert sorted(path.suffix for path in held.iterdir()) == [".checkpoint", ".tsr"]
    assert "1 time stamp(s) not checked" in plain.err
    assert (verified.code, "time stamp: held at" in verified.err) == (0, True)


def test_a_witness_follows_a_registry(registry: Registry, tmp_path: Path) -> None:
    def cosigned(checkpoint: str, *more: str) -> Ran:
        words = ["--state", tmp_path / "state", "--key", tmp_path / "north.key"]
        words += ["--log-key", registry / "log.pub", "-o", tmp_path / "cosigned.checkpoint"]
        return run("witness", str(tmp_path / checkpoint), *map(str, words), *more)

    run("witness-key", "north", "-o", str(tmp_path / "north.key"))
    at(registry, "audit", "checkpoint", "-o", tmp_path / "first")
    assert cosigned("first", "--first").code == 0
    work(registry, "ada")
    at(registry, "audit", "checkpoint", "-o", tmp_path / "second")
    at(registry, "audit", "consistency", "--from", 1, "--to", 2, "-o", tmp_path / "proof")

    done = cosigned("second", "--proof", str(tmp_path / "proof"))

    assert done.code == 0, done.err
    assert done.out.startswith("size     2")
    lines = (tmp_path / "cosigned.checkpoint").read_text().splitlines()
    assert lines[-1].startswith("\N{EM DASH} north ")
    verified = at(registry, "audit", "verify", "--anchor", tmp_path / "cosigned.checkpoint")
    assert verified.code == 0


def test_doctor_names_a_fault_with_what_to_do(registry: Registry, tmp_path: Path) -> None:
    well = at(registry, "doctor", "--format", "json")
    (tmp_path / "keys" / "log.key").chmod(0o644)
    ill = at(registry, "doctor")

    assert well.code == 0
    assert {one["level"] for one in json.loads(well.out)} == {"ok", "warning"}
    assert ill.code == 6
    assert "fault: others may read the key of the log (mode 644)" in ill.err
    assert "next: run `chmod 600" in ill.err


def test_doctor_of_a_registry_without_its_database_is_exit_3(registry: Registry) -> None:
    for file in registry.glob("registry.db*"):
        file.unlink()

    looked = at(registry, "doctor")

    assert looked.code == 3
    assert "the database is gone" in looked.out
    assert not (registry / "registry.db").exists()


@pytest.mark.parametrize("place", ["nowhere", "file:", "rfc3161:http://localhost/", "git:/nowhere"])
def test_a_place_that_is_none_is_exit_2(registry: Registry, place: str) -> None:
    refused = at(registry, "audit", "anchor", "--to", place)

    assert refused.code == 2
    assert "expected" in refused.err or "where" in refused.err


@pytest.mark.slow
def test_doctor_is_green_after_the_quickstart(quickstart: Quickstart) -> None:
    for more in ((), ("--full",)):
        looked = quickstart.run("doctor", "--format", "json", *more)
        assert looked.returncode == 0, looked.stdout + looked.stderr
        levels = {one["level"] for one in json.loads(looked.stdout)}
        assert levels == {"ok", "warning"}
