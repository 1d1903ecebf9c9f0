"""One bit flipped anywhere in a golden bundle, and it is refused."""

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from both import BOTH, GOLDEN

SAMPLE = 400


def flipped(data: bytes, bit: int) -> bytes:
    place, within = divmod(bit, 8)
    return data[:place] + bytes([data[place] ^ 1 << within]) + data[place + 1 :]


def accepted(path: Path, verifier: str, bits: Iterable[int]) -> list[int]:
    data = path.read_bytes()
    return [bit for bit in bits if not BOTH[verifier](flipped(data, bit))]


@pytest.mark.parametrize("verifier", BOTH)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_flipped_bit_of_a_sample_is_refused(path: Path, verifier: str) -> None:
    bits = random.Random(path.name).sample(range(8 * path.stat().st_size), SAMPLE)

    assert accepted(path, verifier, bits) == []


@pytest.mark.soak
@pytest.mark.parametrize("verifier", BOTH)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_flipped_bit_is_refused(path: Path, verifier: str) -> None:
    assert accepted(path, verifier, range(8 * path.stat().st_size)) == []


@pytest.mark.parametrize("verifier", BOTH)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_bundle_cut_off_or_with_something_after_it_is_refused(path: Path, verifier: str) -> None:
    data = path.read_bytes()
    altered = [data[:end] for end in range(0, len(data), 97)]
    altered += [data + tail for tail in (b"\n", b" ", b"\0", data)]
    altered += [head + data for head in (b"\xef\xbb\xbf", b" ")]

    assert [one for one in altered if not BOTH[verifier](one)] == []
