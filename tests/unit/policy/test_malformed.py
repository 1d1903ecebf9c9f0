"""Malformed policies, a file each: the error names the place, what is there, what should be.

Each file begins with what is expected of it, a line for every fault::

    # expect: LINE:COLUMN | what the error says | what it says was expected
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.errors import InvalidInput
from registry.policy.loader import load_policy
from registry.workflow.metrics import known_metrics

DATA = Path(__file__).parents[2] / "data"
SOUND = (DATA / "sound-policy.yaml").read_text(encoding="utf-8")
FILES = sorted((DATA / "malformed").glob("*.yaml"))
BOMBS = [file for file in FILES if file.stem.startswith(("yaml-nested", "yaml-billion"))]
METRICS = known_metrics()
MOST_SECONDS = 0.2
HEADER = "# expect: "


class Fault(NamedTuple):
    """What an error should say of one fault."""

    place: str
    what: str
    expected: str


def faults(file: Path) -> list[Fault]:
    """What the head of a file expects."""
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = [line.removeprefix(HEADER) for line in lines if line.startswith(HEADER)]
    return [Fault(*head.split(" | ")) for head in heads]


def refused(source: bytes, name: str = "policy.yaml") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        load_policy(source, name, METRICS)
    return caught.value


def told(error: InvalidInput, name: str) -> list[Fault]:
    """The faults of an error, whether it tells one or several."""
    if error.where is not None:
        return [Fault(error.where.removeprefix(f"{name}:"), error.what, str(error.expected))]
    found = []
    for line in error.what.splitlines()[1:]:
        said, _, expected = line.strip().removeprefix(f"{name}:").partition("; expected ")
        place, _, what = said.partition(": ")
        found.append(Fault(place, what, expected))
    return found


def test_the_policy_that_the_faults_were_put_into_is_sound() -> None:
    loaded = load_policy(SOUND.encode(), "sound.yaml", METRICS)

    assert [rule.id for _, rule in loaded.rules] == ["FID-001", "PRV-001", "DP-001", "X-001"]


def test_there_are_files_for_every_part_of_the_language() -> None:
    parts = {file.stem.partition("-")[0] for file in FILES}

    assert len(FILES) >= 60
    assert parts >= {"envelope", "metadata", "extends", "match", "exclude", "enforcement"}
    assert parts >= {"params", "uses", "sharing", "evidence", "rules", "check", "budget"}
    assert parts >= {"approvals", "waivers", "yaml", "cel", "several"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_malformed_policy_is_refused_with_place_cause_and_remedy(file: Path) -> None:
    expected = faults(file)

    found = told(refused(file.read_bytes(), file.name), file.name)

    assert expected
    assert [fault.place for fault in found] == [fault.place for fault in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.what == other.what
        assert one.expected.startswith(other.expected)


@pytest.mark.parametrize("file", BOMBS, ids=lambda file: file.stem)
def test_a_document_made_to_exhaust_its_reader_is_refused_at_once(file: Path) -> None:
    source = file.read_bytes()
    began = time.perf_counter()

    refused(source)

    assert time.perf_counter() - began < MOST_SECONDS


def test_there_are_documents_made_to_exhaust_their_reader() -> None:
    assert len(BOMBS) == 5


@pytest.mark.parametrize(
    "opening",
    [
        b"[",
        b"{a: ",
        b"- ",
        b"? ",
        b"!!x ",
        b"&a ",
        b"'",
        b'"\\',
        b"{a: 1, ",
        b"#",
        b"\t",
        b"%",
        b"|",
    ],
)
def test_a_mebibyte_of_anything_is_refused_in_a_second(opening: bytes) -> None:
    source = opening * ((1 << 20) // len(opening))
    began = time.perf_counter()

    refused(source)

    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[model-development, research]", f"[{', '.join(['A'] * 49_000)}]"),
        ("spec:\n", "spec:\n" + "".join(f"  key{index}: 1\n" for index in range(24_000))),
        ("only {dataset.rows} rows", "{a}" * 340_000),
    ],
    ids=["items", "keys", "placeholders"],
)
def test_ten_thousands_of_faults_are_told_in_one_screen(old: str, new: str) -> None:
    assert SOUND.count(old) == 1

    error = refused(SOUND.replace(old, new).encode())

    assert len(str(error).splitlines()) <= 20


def test_one_byte_beyond_a_mebibyte_is_too_much_and_a_mebibyte_is_not() -> None:
    padding = (1 << 20) - len(SOUND.encode()) - 2
    largest = f"{SOUND}#{'x' * padding}\n".encode()

    assert len(largest) == 1 << 20
    assert load_policy(largest, "p.yaml", METRICS).id == "health-partner"
    error = refused(largest + b"\n")
    assert (error.what, error.expected) == ("the file has 1048577 bytes", "at most 1 MiB")


@pytest.mark.parametrize(
    ("source", "place", "what"),
    [
        (SOUND.replace("Health", "H\udce9alth").encode(errors="surrogateescape"), "6:11", "0xe9"),
        (SOUND.encode("utf-16"), "1:1", "0xff"),
        (SOUND.replace("Health", "H\ud800alth").encode(errors="surrogatepass"), "6:11", "0xed"),
        (b"\xc0\xaf", "1:1", "0xc0"),
    ],
    ids=["latin-1", "utf-16", "surrogate", "overlong"],
)
def test_what_is_not_utf_8_is_refused_at_its_first_byte(
    source: bytes, place: str, what: str
) -> None:
    error = refused(source)

    assert error.where == f"policy.yaml:{place}"
    assert error.what == f"byte {what} is not UTF-8"
    assert error.todo == "save the file as UTF-8"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
@pytest.mark.parametrize(
    ("fault", "place"), [("\x07", "3:10"), ("\u202e", "3:10"), ("&a 1", "3:10"), ("[", "5:1")]
)
def test_a_fault_has_its_line_whatever_ends_a_line(end: str, fault: str, place: str) -> None:
    error = refused(end.join(["a: 1", "b: 2", f"c:   {{d: {fault}", "e: 1"]).encode())

    assert error.where == f"policy.yaml:{place}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("apiVersion", "\ufeffapiVersion"),
        ("[EU, NO]", "[NO, NA, NE, 'NO']"),
        ("lt: 0.6", "lt: 1e-6"),
        ("lt: 0.6", "lt: .5"),
        ("minN: 1000", "minN: 0x3E8"),
        ('"2027-03-31"', "2027-03-31"),
        ("Health data for partners", "Données de santé \N{EARTH GLOBE EUROPE-AFRICA}"),
        ("\n", "\r\n"),
    ],
)
def test_what_only_looks_like_a_fault_loads(old: str, new: str) -> None:
    assert old in SOUND

    assert load_policy(SOUND.replace(old, new).encode(), "p.yaml", METRICS).id == "health-partner"


HOSTILE = "\\e[2J" + "x" * 100_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: health-partner", f'id: "{HOSTILE}"'),
        ("model-development", f'"{HOSTILE}"'),
        ("role: steward", f'role: "{HOSTILE}"'),
        ("[EU, NO]", f'["{HOSTILE}"]'),
        ("[FID-001]", f'["{HOSTILE}"]'),
        ("metric: fidelity.shape", f'metric: "{HOSTILE}"'),
        ("  onMissingEvidence:", f'  "{HOSTILE}":'),
        ("{dataset.rows} rows", f"{{{HOSTILE}}}"),
        ("dataset.rows >= params.minRows", f"\"request.use == '{HOSTILE}'\""),
        ("dataset.rows >= params.minRows", f'"{HOSTILE[:2000]} > 3"'),
        ("dataset.rows >= params.minRows", f"{'x' * 3000} > 3"),
        ("allow: [model", f"allow: !{'x' * 100_000} [model"),
        ("allow: [model", f"allow: &{'x' * 100_000} [model"),
        ("allow: [model", "allow: !%1b%5b2J [model"),
    ],
    ids=range(14),
)
def test_a_hostile_fault_is_told_in_a_few_plain_lines(old: str, new: str) -> None:
    assert SOUND.count(old) == 1

    error = str(refused(SOUND.replace(old, new).encode()))

    assert len(error) < 3_000
    assert "\x1b" not in error
