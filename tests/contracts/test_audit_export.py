"""An export verifies with the public key of the log alone, and nothing in it can be altered."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import SettableClock
from world import World

from registry.errors import (
    Conflict,
    IntegrityFailure,
    InvalidInput,
    NotFound,
    NotPermitted,
    RegistryError,
    Unavailable,
)
from registry.log.note import new_signer, signed
from registry.records import Meaning
from registry.store import events
from registry.store.database import reading
from registry.store.folders import filling
from registry.store.package import packing
from registry.workflow.auditing.asking import Question
from registry.workflow.auditing.exports import layout
from registry.workflow.auditing.exports.export import Exported, export
from registry.workflow.auditing.exports.verify_export import verify_export
from registry.workflow.query import query
from registry.workflow.release import Terms, release
from registry.workflow.sign import sign

Change = Callable[[bytes], bytes]
WHOLE, CLAIMS = Question(), Question(dataset="claims@1")


@pytest.fixture
def lived(world: World, clock: SettableClock) -> World:
    request = world.submit()
    with pytest.raises(RegistryError):
        sign(world.by("ada"), request, Meaning.APPROVE)
    world.approve(request)
    clock.advance(days=1)
    release(world.by("carla"), request, Terms("=cmd|' /C calc'!A0"))
    return world


def exported(world: World, question: Question, name: str = "out.zip", **more: bool) -> Path:
    return export(world.by("amir"), world.folder / name, question, **more).path


def key(world: World) -> Path:
    return world.folder / "log.pub"


def refused(world: World, path: Path) -> IntegrityFailure:
    with pytest.raises(IntegrityFailure) as found:
        verify_export(path, key(world))
    assert found.value.exit_code == 6
    return found.value


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, changes: dict[str, Change], **manifest: object) -> Path:
    """The export with files replaced, the manifest to match, and sealed again."""
    files = contents(path)
    facts = {**json.loads(files["manifest.json"]), **manifest}
    names = list(facts.pop("files"))
    found = path.with_name("rewritten.zip")
    with packing(found, layout.KIND) as packer:
        for name in names:
            packer.add(name, [changes.get(name, bytes)(files[name])])
        packer.finish(facts)
    return found


def test_an_export_of_the_whole_log_holds_its_exact_bytes_and_proves_itself_whole(
    lived: World,
) -> None:
    with reading(lived.home.engine) as session:
        stored = [one.body for one in events.stored(session)]

    path = exported(lived, WHOLE)

    found = verify_export(path, key(lived))
    assert contents(path)["events.ndjson"] == b"".join(one + b"\n" for one in stored)
    assert (found.events, found.size, found.whole, found.signed) == (
        len(stored),
        len(stored),
        True,
        True,
    )


@pytest.mark.parametrize("name", ["out.zip", "out"])
def test_filtered_events_are_each_proven_to_be_in_the_log(lived: World, name: str) -> None:
    asked = [one["seq"] for one in query(lived.home, CLAIMS)]

    path = exported(lived, CLAIMS, name)

    found = verify_export(path, key(lived))
    assert (found.events, found.whole, found.filter) == (len(asked), False, {"dataset": "claims@1"})


def test_an_export_about_a_dataset_holds_the_refusals_that_name_only_its_request(
    lived: World,
) -> None:
    path = exported(lived, CLAIMS)

    events_ = map(json.loads, contents(path)["events.ndjson"].splitlines())
    assert [(one["request"], one["dataset"]) for one in events_ if one["outcome"] != "done"] == [
        ("R-1", None)
    ]


def test_an_export_about_a_dataset_that_never_was_leaves_no_file(lived: World) -> None:
    with pytest.raises(NotFound, match="no dataset 'claim'"):
        exported(lived, Question(dataset="claim"))
    assert not list(lived.folder.glob("out*"))


def test_exporting_is_itself_recorded_without_a_name(lived: World) -> None:
    exported(lived, Question(actor="ada"))
    (event,) = query(lived.home, Question(action="export"))
    assert (event["fact"], event["actor"]) == ("log.exported", "amir")
    assert "ada" not in json.dumps(event["details"])


def test_whoever_makes_data_may_not_take_the_log_along(lived: World) -> None:
    with pytest.raises(NotPermitted):
        export(lived.by("ada"), lived.folder / "out.zip", WHOLE)
    assert not (lived.folder / "out.zip").exists()


def test_names_stand_in_a_file_apart_and_are_checked_against_the_pseudonyms(lived: World) -> None:
    path = exported(lived, CLAIMS, "named.zip", names=True)
    files = contents(path)
    assert verify_export(path, key(lived)).names > 0
    assert b"stefan" in files["people.json"]
    assert b"stefan" not in files["events.ndjson"] + files["manifest.json"]
    swap: Change = lambda data: data.replace(b'"stefan"', b'"stella"')  # noqa: E731
    assert "name of p-" in str(refused(lived, rewritten(path, {"people.json": swap}, note=None)))


def test_a_table_for_spreadsheets_runs_nothing(lived: World) -> None:
    path = exported(lived, Question(recipient="=cmd|' /C calc'!A0"), spreadsheet=True)
    assert verify_export(path, key(lived)).events > 0
    for line in contents(path)["events.csv"].decode().splitlines():
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line.split(","))


def test_every_byte_of_an_export_counts(lived: World) -> None:
    path = exported(lived, CLAIMS)
    whole = bytearray(path.read_bytes())
    for at in range(64, len(whole), max(1, len(whole) // 300)):
        whole[at] ^= 1
        path.write_bytes(whole)
        refused(lived, path)
        whole[at] ^= 1
    path.write_bytes(whole[:-100])
    refused(lived, path)


def test_every_file_of_an_exported_folder_counts(lived: World) -> None:
    path = exported(lived, CLAIMS, "out", names=True)
    for file in sorted(path.iterdir()):
        before = file.read_bytes()
        for after in (before[:-3], before.replace(b"1", b"2", 1) + b" ", None):
            if after is None:
                file.unlink()
            else:
                file.write_bytes(after)
            with pytest.raises((IntegrityFailure, InvalidInput)):
                verify_export(path, key(lived))
            file.write_bytes(before)
    (path / "more").write_bytes(b"")
    refused(lived, path)


def test_lies_that_are_sealed_again_are_refused(lived: World) -> None:
    path = exported(lived, CLAIMS)
    first: Change = lambda data: data.replace(b'"outcome":"done"', b'"outcome":"gone"', 1)  # noqa: E731
    fewer: Change = lambda data: b"".join(data.splitlines(keepends=True)[1:])  # noqa: E731
    twice: Change = lambda data: data + data  # noqa: E731
    both = {"events.ndjson": fewer, "proofs.ndjson": fewer}
    for changes in (
        {"events.ndjson": first},
        {"events.ndjson": fewer},
        {"proofs.ndjson": fewer},
        {"events.ndjson": twice, "proofs.ndjson": twice},
        both,
    ):
        refused(lived, rewritten(path, changes))
        refused(lived, rewritten(path, changes, note=None))
    refused(lived, rewritten(path, {}, filter={"dataset": "claims@2"}))
    refused(lived, rewritten(path, {}, filter={}, note=None))


def test_the_whole_log_with_an_event_left_out_is_refused(lived: World) -> None:
    path = exported(lived, WHOLE)
    count = len(contents(path)["events.ndjson"].splitlines())
    cut: Change = lambda data: b"".join(data.splitlines(keepends=True)[:-1])  # noqa: E731
    found = rewritten(path, {"events.ndjson": cut}, events=count - 1, note=None)
    assert "not the log that was signed" in str(refused(lived, found))


def test_an_export_of_another_log_is_refused(lived: World) -> None:
    path = exported(lived, CLAIMS)
    other = lived.folder / "other.pub"
    other.write_text(f"{new_signer('elsewhere', b'7' * 32).verifier}\n")
    with pytest.raises(IntegrityFailure):
        verify_export(path, other)


def test_a_manifest_signed_by_another_key_is_refused(lived: World) -> None:
    path = exported(lived, CLAIMS)
    facts = json.loads(contents(path)["manifest.json"])
    said = {name: value for name, value in facts.items() if name != "note"}
    stranger = new_signer(facts["origin"], b"7" * 32)
    note = str(signed(layout.signed_text(facts["origin"], said), [stranger]))
    refused(lived, rewritten(path, {}, note=note))


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_export_is_named_so(lived: World, content: bytes) -> None:
    path = lived.folder / "other.zip"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as found:
        verify_export(path, key(lived))
    assert found.value.exit_code == 2
    with pytest.raises(InvalidInput):
        verify_export(lived.folder, key(lived))


def test_without_the_key_the_last_checkpoint_serves_and_later_events_are_left_out(
    lived: World,
) -> None:
    assert exported(lived, WHOLE).exists()  # signs a checkpoint
    size = verify_export(lived.folder / "out.zip", key(lived)).size
    lived.publish("1.1.0", "2.5")
    secret = lived.home.settings.log_key
    assert secret is not None
    shutil.move(secret, secret.with_suffix(".away"))

    found = export(lived.by("amir"), lived.folder / "later.zip", WHOLE)

    assert found == Exported(lived.folder / "later.zip", size, size, False)
    checked = verify_export(found.path, key(lived))
    assert (checked.whole, checked.signed) == (True, False)


def test_without_key_and_checkpoint_there_is_no_export(lived: World) -> None:
    secret = lived.home.settings.log_key
    assert secret is not None
    shutil.move(secret, secret.with_suffix(".away"))
    with pytest.raises(Unavailable):
        export(lived.by("amir"), lived.folder / "out.zip", WHOLE)
    assert not (lived.folder / "out.zip").exists()


def test_a_folder_that_is_there_is_not_written_into(lived: World) -> None:
    with pytest.raises(Conflict), filling(lived.folder, layout.KIND):
        pass
