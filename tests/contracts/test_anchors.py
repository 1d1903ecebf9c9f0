"""What is anchored outside protects the log: nothing rewritten, cut or restored passes it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import behind, cut_back
from sqlalchemy import text
from tsa import Server, serving
from world import World

from registry.errors import (
    IntegrityFailure,
    InvalidInput,
    NotFound,
    NotPermitted,
    StoreUnavailable,
    Unavailable,
)
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import in_memory, root
from registry.log.note import new_signer
from registry.records import Anchor
from registry.store.database import reading, writing
from registry.workflow.auditing import log_key
from registry.workflow.auditing.anchor import Anchored, anchor
from registry.workflow.auditing.consistency import consistency
from registry.workflow.auditing.exposure import exposure
from registry.workflow.auditing.places.named import named
from registry.workflow.auditing.verify_anchored import verify_anchored
from registry.workflow.query import Question, query
from registry.workflow.verify import verify


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside")


def anchored(world: World, outside: Path, by: str = "amir") -> Anchored:
    return anchor(world.by(by), named(f"file:{outside}"))


def last_event(world: World) -> dict[str, Any]:
    *_, last = query(world.home, Question())
    return last


def forged(world: World, size: int) -> Checkpoint:
    """Another history of that length, which the log's own key signed."""
    leaves = in_memory([b"other %d" % place for place in range(size)])
    return Checkpoint(log_key.verifier(world.home.settings).name, size, root(size, leaves))


def signed_here(world: World, checkpoint: Checkpoint) -> bytes:
    return str(sign_checkpoint(checkpoint, [log_key.signer(world.home.settings)])).encode()


def test_an_anchor_is_a_signed_checkpoint_outside_and_an_event_inside(
    world: World, outside: Path
) -> None:
    done = anchored(world, outside)

    (file,) = outside.iterdir()
    assert file.name == done.file
    assert file.name.endswith(f"-{done.size}.checkpoint")
    event = last_event(world)
    assert (event["fact"], event["seq"]) == ("log.anchored", done.size + 1)
    assert event["details"]["size"] == done.size
    assert str(outside) not in str(event)
    assert verify(world.home).events == done.size + 1
    assert verify_anchored(world.home, [str(outside)]).since == 1


def test_the_exposure_is_what_happened_since_without_the_anchor_s_own_event(
    world: World, outside: Path
) -> None:
    def now() -> Any:
        with reading(world.home.engine) as session:
            return exposure(session)

    before = now()
    assert before.last is None
    assert before.sentence.startswith(f"never anchored: all {before.size} events are protected by")

    done = anchored(world, outside)
    assert (now().last.size, now().since, now().own) == (done.size, 1, 1)
    world.submit()

    after = now()
    assert (after.since, after.own) == (after.size - done.size, 1)
    assert f"over {done.size} events, {after.since} events since (1 of them told" in after.sentence


def test_several_anchors_are_compared_from_the_oldest_to_the_head(
    world: World, outside: Path
) -> None:
    sizes = [anchored(world, outside).size]
    for seed in (21, 22):
        world.register(seed)
        sizes.append(anchored(world, outside).size)

    found = verify_anchored(world.home, [str(outside)])

    assert (found.anchors, found.oldest, found.newest) == (3, sizes[0], sizes[-1])
    assert found.since == 1


def test_the_same_head_is_anchored_in_two_places_and_each_is_recorded(
    world: World, outside: Path
) -> None:
    anchored(world, outside / "one")
    anchored(world, outside / "two")

    assert verify_anchored(world.home, [str(outside / "one"), str(outside / "two")]).anchors == 2
    verify(world.home)


def test_a_log_that_was_cut_back_does_not_pass_its_anchor(world: World, outside: Path) -> None:
    size = verify(world.home).events
    world.submit()
    done = anchored(world, outside)
    cut_back(world, size)
    verify(world.home)  # nothing inside tells

    with pytest.raises(IntegrityFailure, match="newer than the log") as caught:
        verify_anchored(world.home, [str(outside)])

    assert caught.value.exit_code == 6
    assert "restored from a backup" in str(caught.value)
    event = last_event(world)
    assert (event["action"], event["outcome"]) == ("verify", "tampered")
    assert str(done.size) in str(event["details"])


def test_a_log_that_was_cut_back_is_not_anchored_over_what_is_held(
    world: World, outside: Path
) -> None:
    size = verify(world.home).events
    world.submit()
    anchored(world, outside)
    cut_back(world, size)

    with pytest.raises(IntegrityFailure, match="newer than the log"):
        anchored(world, outside)

    assert len(list(outside.iterdir())) == 1
    assert last_event(world)["outcome"] == "tampered"


def test_another_history_of_the_same_length_does_not_pass(world: World, outside: Path) -> None:
    size = verify(world.home).events
    (outside / "other.checkpoint").write_bytes(signed_here(world, forged(world, size)))

    for what in (
        lambda: verify_anchored(world.home, [str(outside)]),
        lambda: anchored(world, outside),
    ):
        with pytest.raises(IntegrityFailure, match=f"first {size} events are not those"):
            what()


def test_an_anchor_of_another_log_or_key_is_an_integrity_failure_and_an_event(
    world: World, outside: Path
) -> None:
    name = log_key.verifier(world.home.settings).name
    size = verify(world.home).events
    there = outside / "x.checkpoint"
    for signer, said in (
        (new_signer("other-log", bytes(32)), "it is of the log other-log"),
        (new_signer(name, bytes(32)), "not signed by"),
    ):
        there.write_text(str(sign_checkpoint(Checkpoint(signer.name, size, bytes(32)), [signer])))
        with pytest.raises(IntegrityFailure, match=said):
            verify_anchored(world.home, [str(there)])
        assert last_event(world)["outcome"] == "tampered"


def test_every_cut_of_an_anchor_is_refused(world: World, outside: Path) -> None:
    anchored(world, outside)
    (file,) = outside.iterdir()
    whole = file.read_bytes()
    for length in range(0, len(whole), 5):
        file.write_bytes(whole[:length])
        with pytest.raises(InvalidInput, match="no anchor of the log"):
            verify_anchored(world.home, [str(file)])


def test_what_is_not_there_is_not_taken_for_sound(world: World, outside: Path) -> None:
    for text_ in (str(outside), str(outside / "gone"), f"file:{outside}"):
        with pytest.raises(NotFound, match="no anchor"):
            verify_anchored(world.home, [text_])


def test_an_outsider_s_copy_of_the_key_is_what_counts(world: World, outside: Path) -> None:
    anchored(world, outside)
    copy = outside / "log.pub"
    copy.write_text(f"{log_key.verifier(world.home.settings)}\n")
    other = new_signer(log_key.verifier(world.home.settings).name, bytes(32)).verifier
    (world.home.settings.folder / "log.pub").write_text(f"{other}\n")

    assert verify_anchored(world.home, [str(outside)], trust=copy).anchors == 1
    with pytest.raises(IntegrityFailure, match="not signed by"):
        verify_anchored(world.home, [str(outside)])


@pytest.mark.parametrize("name", ["ada", "stefan", "paula"])
def test_only_those_who_answer_for_the_log_anchor_it(
    world: World, outside: Path, name: str
) -> None:
    with pytest.raises(NotPermitted):
        anchored(world, outside, by=name)

    assert list(outside.iterdir()) == []
    assert last_event(world)["outcome"] == "forbidden"


def test_anchors_go_to_a_branch_of_a_repository(world: World, outside: Path) -> None:
    subprocess.run(["git", "init", "-q", str(outside)], check=True)
    place = f"git:{outside}:evidence"
    first = anchor(world.by("carla"), named(place))
    world.submit()
    anchor(world.by("admin"), named(place))

    found = verify_anchored(world.home, [place])

    assert (found.anchors, found.oldest) == (2, first.size)


@pytest.fixture
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("tsa")) as server:
        yield server


def test_a_time_stamp_is_kept_beside_the_note_and_verified(
    world: World, outside: Path, tsa: Server, tmp_path: Path
) -> None:
    place = named(f"rfc3161:{tsa.url}", certificates=tsa.ca, keep=outside)
    done = anchor(world.by("amir"), place)

    unchecked = verify_anchored(world.home, [str(outside)])
    found = verify_anchored(world.home, [str(outside)], certificates=tsa.ca)

    assert (unchecked.stamped, unchecked.unchecked_stamps) == ((), 1)
    assert (len(found.stamped), found.unchecked_stamps) == (1, 0)
    with reading(world.home.engine) as session:
        row = session.get_one(Anchor, 1)
        assert bytes(row.token or b"") == (outside / f"{done.file}.tsr").read_bytes()
    (outside / f"{done.file}.tsr").write_bytes(b"something else")
    with pytest.raises(IntegrityFailure, match="time stamp does not hold"):
        verify_anchored(world.home, [str(outside)], certificates=tsa.ca)


def test_without_an_answer_of_the_server_nothing_is_recorded(
    world: World, outside: Path, tsa: Server
) -> None:
    tsa.instead = b"busy"

    with pytest.raises(Unavailable):
        anchor(world.by("amir"), named(f"rfc3161:{tsa.url}", certificates=tsa.ca, keep=outside))

    assert last_event(world)["outcome"] == "failed"
    with reading(world.home.engine) as session:
        assert exposure(session).last is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE anchor SET size = 1",
        "DELETE FROM anchor",
        "INSERT INTO anchor SELECT * FROM anchor",
    ],
)
def test_the_table_of_anchors_only_grows(world: World, outside: Path, statement: str) -> None:
    anchored(world, outside)

    with (
        pytest.raises(StoreUnavailable, match="append-only"),
        writing(world.home.engine) as session,
    ):
        session.connection().execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE anchor SET size = size - 1", "anchor 1: it is not what its note says"),
        ("UPDATE anchor SET kind = 'git'", "anchor of event"),
        ("DELETE FROM anchor", "the log records it and it is gone"),
    ],
)
def test_a_record_of_an_anchor_that_was_changed_is_found(
    world: World, outside: Path, statement: str, said: str
) -> None:
    anchored(world, outside)
    behind(world, statement)

    with pytest.raises(IntegrityFailure) as caught:
        verify(world.home)
    assert said in str(caught.value)


def test_a_proof_leads_from_any_size_to_any_later_one(world: World) -> None:
    size = verify(world.home).events

    assert consistency(world.home, size).hashes == ()
    assert consistency(world.home, 3, 7).size == 7
    for first, last in ((4, 3), (0, size + 1), (size + 1, None)):
        with pytest.raises(InvalidInput, match="there is no proof"):
            consistency(world.home, first, last)
