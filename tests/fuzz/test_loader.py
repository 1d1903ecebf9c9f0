"""Whatever bytes the loader is given, it gives a policy or says what is wrong with them; and what
it accepts, the JSON Schema that editors use accepts as well.

The 100,000 documents of ``make fuzz`` take some minutes; 1,000 of them run with the other tests.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registry.errors import InvalidInput
from registry.policy.loader import Policy, load_policy
from registry.policy.schemas.schema import schema
from registry.workflow.metrics import known_metrics
from registry.yaml_reader import read
from tests.fuzz.documents import document

MANY = int(os.environ.get("FUZZ_DOCUMENTS", "100000"))
BATCH = 2_500
SEED = int(os.environ.get("FUZZ_SEED", "2026"))


@dataclass
class Tally:
    """What became of a number of documents; ``faults`` are those that prove a defect."""

    accepted: int = 0
    refused: int = 0
    schema_refused: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.accepted += other.accepted
        self.refused += other.refused
        self.schema_refused += other.schema_refused
        self.slowest = max(self.slowest, other.slowest)
        self.faults += other.faults

    def __str__(self) -> str:
        caught = f"about {self.schema_refused} of them as YAML or by the schema alone"
        return (
            f"{self.accepted} accepted, {self.refused} refused ({caught}), "
            f"the slowest in {self.slowest:.3f} s"
        )


@cache
def validator() -> Any:
    made = schema(known_metrics())
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def batch(seed: int, size: int) -> Tally:
    """Load ``size`` documents that follow from ``seed``."""
    random, metrics, tally = Random(seed), known_metrics(), Tally()
    for number in range(size):
        source = document(random, metrics)
        began = time.perf_counter()
        try:
            found: object = load_policy(source, "fuzz.yaml", metrics)
        except InvalidInput as error:
            found = error
        except Exception as error:
            found = error
        tally.slowest = max(tally.slowest, time.perf_counter() - began)
        fault = _judge(found, source, tally, number)
        if fault:
            tally.faults.append(f"seed {seed}, document {number}: {fault}\n{source[:3000]!r}")
    return tally


def _judge(found: object, source: bytes, tally: Tally, number: int) -> str | None:
    """What is wrong with what the loader gave for a document."""
    if isinstance(found, Policy):
        tally.accepted += 1
        data, _ = read(source, "fuzz.yaml")
        error = next(validator().iter_errors(data), None)
        return f"the schema refuses {error.json_path}: {error.message[:300]}" if error else None
    if not isinstance(found, InvalidInput):
        return f"the loader raised {found!r}"
    tally.refused += 1
    if number % 10 == 0:  # for the figure; to ask it of all would take as long as all the rest
        tally.schema_refused += 10 * _refused_by_schema(source)
    return None if str(found).isprintable() or _plain(str(found)) else f"it says {found!r}"


def _plain(text: str) -> bool:
    """Whether nothing in an error but its line breaks would move a terminal."""
    return all(letter.isprintable() or letter == "\n" for letter in text)


def _refused_by_schema(source: bytes) -> bool:
    try:
        return not validator().is_valid(read(source, "fuzz.yaml")[0])
    except InvalidInput:
        return True


def require_sound(tally: Tally, documents: int) -> None:
    """No defect; and enough on either side of the line for that to mean something."""
    assert not tally.faults, "\n\n".join([f"{len(tally.faults)} faults", *tally.faults[:5]])
    assert tally.accepted + tally.refused == documents
    assert tally.accepted > documents * 0.2
    assert tally.refused > documents * 0.2
    assert tally.slowest < 1.0


def test_a_thousand_documents_are_loaded_or_refused_in_words() -> None:
    require_sound(batch(SEED, 1_000), 1_000)


@pytest.mark.fuzz
def test_a_hundred_thousand_documents_are_loaded_or_refused_in_words() -> None:
    tally = Tally()
    seeds = range(SEED + 1, SEED + 1 + MANY // BATCH)
    # Two processes; not forked, for the engine of the expressions has threads of its own.
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        for one in pool.map(batch, seeds, [BATCH] * len(seeds)):
            tally.add(one)
    print(f"\n{MANY} documents: {tally}")  # noqa: T201

    require_sound(tally, len(seeds) * BATCH)
