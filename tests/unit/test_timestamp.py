"""Time stamps of a server that is trusted are taken, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tsa import Server, serving

from registry.errors import InvalidInput, Unavailable
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.note import new_signer, read_note
from registry.workflow.auditing.places.named import named
from registry.workflow.auditing.places.timestamp import (
    StampRefused,
    TimeStampServer,
    read_certificates,
    verify_token,
)

LOG, WITNESS = new_signer("hospital", bytes(32)), new_signer("north", bytes(31) + b"N")


def note(size: int) -> bytes:
    return str(sign_checkpoint(Checkpoint("hospital", size, bytes(32)), [LOG])).encode()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("tsa")) as server:
        yield server


@pytest.fixture
def place(tsa: Server, tmp_path: Path) -> TimeStampServer:
    tsa.instead = None
    found = named(f"rfc3161:{tsa.url}", certificates=tsa.ca, keep=tmp_path / "kept")
    assert isinstance(found, TimeStampServer)
    return found


def test_a_note_is_stamped_and_kept_with_its_token(place: TimeStampServer) -> None:
    place.put("hospital-7.checkpoint", note(7), "now")

    (held,) = place.held()
    assert held.note == note(7)
    assert held.token
    assert verify_token(held.token, held.note, place.certificates)


def test_the_token_holds_after_a_witness_signed_below(place: TimeStampServer) -> None:
    token = place.put("hospital-7.checkpoint", note(7), "now")
    read = read_note(note(7))
    cosigned = sign_checkpoint(Checkpoint("hospital", 7, bytes(32)), [WITNESS], read.signatures)

    assert verify_token(token, str(cosigned).encode(), place.certificates)


def test_a_token_over_another_note_or_by_another_server_is_refused(
    place: TimeStampServer, tmp_path: Path
) -> None:
    token = place.put("hospital-7.checkpoint", note(7), "now")
    with serving(tmp_path / "other") as other:
        strangers = read_certificates(other.ca)

    for given, data, trusted in (
        (token, note(8), place.certificates),
        (token, note(7), strangers),
        (token, note(7), ()),
        (token[:-9], note(7), place.certificates),
        (b"", note(7), place.certificates),
        (b"no token", note(7), place.certificates),
    ):
        with pytest.raises(StampRefused):
            verify_token(given, data, trusted)


def test_no_flipped_byte_of_a_token_passes(place: TimeStampServer) -> None:
    token = place.put("hospital-7.checkpoint", note(7), "now")
    at = verify_token(token, note(7), place.certificates)
    for place_in in range(0, len(token), 7):
        bent = token[:place_in] + bytes([token[place_in] ^ 1]) + token[place_in + 1 :]
        try:
            found = verify_token(bent, note(7), place.certificates)
        except StampRefused:
            continue
        assert found == at  # bytes that no signature covers: the answer's outer wrapping


@pytest.mark.parametrize("answer", [b"", b"<html>", b"0\x03\x02\x01\x02", b"x" * 100_000])
def test_an_answer_that_is_no_token_keeps_nothing(
    place: TimeStampServer, tsa: Server, answer: bytes
) -> None:
    tsa.instead = answer

    with pytest.raises(Unavailable) as caught:
        place.put("hospital-7.checkpoint", note(7), "now")

    assert caught.value.exit_code == 3
    assert place.held() == []


def test_an_old_answer_to_another_question_is_refused(place: TimeStampServer, tsa: Server) -> None:
    tsa.instead = place.put("hospital-7.checkpoint", note(7), "now")

    with pytest.raises(Unavailable, match="another question"):
        place.put("hospital-7-again.checkpoint", note(7), "now")


def test_a_server_that_is_not_there_keeps_nothing(place: TimeStampServer, tsa: Server) -> None:
    gone = TimeStampServer("http://127.0.0.1:9/", place.folder, place.certificates)

    with pytest.raises(Unavailable, match="does not answer"):
        gone.put("hospital-7.checkpoint", note(7), "now")
    assert gone.held() == []


@pytest.mark.parametrize("text", ["rfc3161:file:///etc/passwd", "rfc3161:", "ftp:x", "file:", "x"])
def test_what_names_no_place_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        named(text, certificates=tmp_path, keep=tmp_path)


def test_a_time_stamp_needs_somebody_to_trust(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="whom to trust"):
        named("rfc3161:http://localhost/", keep=tmp_path)
    (tmp_path / "no.pem").write_text("nothing")
    with pytest.raises(InvalidInput, match="certificates cannot be read"):
        named("rfc3161:http://localhost/", keep=tmp_path, certificates=tmp_path / "no.pem")
