"""Three verifiers, one of them written from the page alone, say the same of every bundle."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from both import GOLDEN, by_the_file_alone, by_the_registry
from lies import LIES, Lie
from make_golden import SCENES
from more_lies import MORE
from scene import LOG
from second.verifier import verify
from test_flipped import flipped
from test_golden import stories
from test_mutations import changed, difference, golden, harmless, mutated, signed_again

from registry.bundle.alone import registry_verify
from registry.bundle.causes import CAUSES
from registry.bundle.format import STATEMENT_TYPE, WATERMARK, enveloped
from registry.bundle.read import opened
from registry.bundle.verify import verified
from registry.log.canonical import canonical

SAMPLE, ALL = 300, 10_000
UNREAD = {"a_normalised_policy_that_its_source_does_not_say": "decision-differs"}
"""What `registry_verify.py`, which reads no YAML, calls otherwise."""


def by_the_second(data: bytes) -> frozenset[str]:
    """The causes that the separately written verifier names."""
    return frozenset(verify(data, str(LOG.verifier)).causes)


THREE: dict[str, Callable[[bytes], frozenset[str]]] = {
    "registry": by_the_registry,
    "alone": by_the_file_alone,
    "second": by_the_second,
}


def refusals(data: bytes) -> dict[str, frozenset[str]]:
    return {name: ask(data) for name, ask in THREE.items()}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_nothing_contradicts_a_golden_bundle_by_any_of_the_three(path: Path) -> None:
    assert refusals(path.read_bytes()) == dict.fromkeys(THREE, frozenset())


def test_nothing_contradicts_an_honest_story_by_the_second() -> None:
    causes = {name: by_the_second(scene.bundle()) for name, scene in stories().items()}

    assert causes == dict.fromkeys(causes, frozenset())


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_the_second_refuses_a_signed_lie_with_its_cause(lie: Lie) -> None:
    assert lie.cause in by_the_second(lie.make())


@pytest.mark.parametrize("lie", MORE, ids=lambda lie: lie.name)
def test_all_three_refuse_a_further_lie_with_its_cause(lie: Lie) -> None:
    causes = refusals(lie.make())

    assert lie.cause in causes["registry"]
    assert lie.cause in causes["second"]
    assert UNREAD.get(lie.name, lie.cause) in causes["alone"]


def test_there_are_well_over_fifty_lies_and_each_has_a_name_and_a_known_cause() -> None:
    every = [*LIES, *MORE]

    assert len({one.name for one in every}) == len(every) > 150
    assert {one.cause for one in every} <= CAUSES.keys()


def test_the_second_imports_nothing_of_the_registry() -> None:
    folder = Path(__file__).parent / "second"
    texts = [path.read_text() for path in folder.glob("*.py")]

    assert texts and not [
        text for text in texts if "registry." in text and "import registry" in text
    ]
    assert not [text for text in texts if "from registry" in text]


OF_ANOTHER = {"payloadType": "application/vnd.other+json", "payload": "e30=", "signatures": []}


@pytest.mark.parametrize(
    "found",
    [{}, {"b": 1, "a": 2.0}, [1, 2], "text", None, OF_ANOTHER],
    ids=lambda found: str(found)[:20],
)
def test_all_three_call_another_json_document_foreign_however_it_is_written(found: object) -> None:
    for data in (json.dumps(found, indent=2), json.dumps(found, separators=(",", ":"))):
        assert refusals(data.encode()) == dict.fromkeys(THREE, frozenset({"foreign"}))


def test_all_three_call_another_statement_foreign_however_it_is_written() -> None:
    statement = {"predicateType": "https://slsa.dev/provenance/v1", "_type": STATEMENT_TYPE}
    whole = {**statement, "subject": [], "predicate": {}}
    for payload in (json.dumps(whole, indent=1), canonical(whole).decode()):
        data = enveloped(payload.encode(), LOG)
        assert refusals(data) == dict.fromkeys(THREE, frozenset({"foreign"}))


def test_all_three_call_a_bundle_with_a_space_more_non_canonical() -> None:
    for data in (GOLDEN[0].read_bytes() + b"\n", GOLDEN[0].read_bytes().replace(b":", b": ", 1)):
        assert refusals(data) == dict.fromkeys(THREE, frozenset({"non-canonical"}))


def test_the_two_that_ship_say_that_an_anchor_of_the_auditor_s_own_is_continued() -> None:
    data = GOLDEN[0].read_bytes()
    note = opened(data, None).record.checkpoint.encode()

    rows = verified(data, LOG.verifier, anchor=note).rows
    alone = registry_verify.verify(data, str(LOG.verifier), anchor=note)

    (said,) = alone["agreed"]
    assert [one.result for one in rows if one.what == said] == ["pass"]
    assert said.startswith("the log continues the anchor given, of size ")
    assert alone["failed"] == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_second_refuses_a_flipped_bit_of_a_sample(path: Path) -> None:
    bits = random.Random(f"second {path.name}").sample(range(8 * path.stat().st_size), SAMPLE)

    assert accepted(path, bits) == []


@pytest.mark.soak
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_second_refuses_every_flipped_bit(path: Path) -> None:
    assert accepted(path, range(8 * path.stat().st_size)) == []


def accepted(path: Path, bits: "range | list[int]") -> list[int]:
    data = path.read_bytes()
    return [bit for bit in bits if not by_the_second(flipped(data, bit))]


def altered(count: int, seed: int) -> tuple[list[object], list[object]]:
    """Where the three do not all refuse or all accept, and what all accept."""
    dice, unlike, believed = random.Random(seed), [], []
    records = {name: golden(name) for name in SCENES}
    for _ in range(count):
        name = dice.choice(sorted(records))
        record = mutated(records[name], dice)
        if not changed(records[name], record):
            continue
        place = (name, difference(records[name], record))
        try:
            data = signed_again(record, WATERMARK if name == "demonstration" else None)
        except ValueError:  # a number that canonical JSON does not hold
            continue
        causes = refusals(data)
        if len({bool(one) for one in compared(place[1], causes).values()}) > 1:
            unlike.append((place, causes))
        elif not causes["registry"] and not harmless(records[name], record):
            believed.append(place)
    return unlike, believed


def compared(
    place: tuple[object, ...], causes: dict[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Whose verdicts must be alike: the file alone reads no YAML, and says that it compares none
    with the normal form of a policy beside it."""
    if place[:1] == ("policies",) and place[2:3] == ("normalised",):
        return {name: found for name, found in causes.items() if name != "alone"}
    return causes


def test_all_three_refuse_a_sample_of_altered_records_signed_again() -> None:
    assert altered(SAMPLE, seed=7) == ([], [])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_all_three_refuse_ten_thousand_altered_records_signed_again(seed: int) -> None:
    assert altered(ALL // 10, seed=700 + seed) == ([], [])
