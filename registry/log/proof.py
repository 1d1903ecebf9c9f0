"""A consistency proof as a file: what a log hands to whoever holds an earlier checkpoint.

::

    registry-consistency/v1
    17 23
    <base64 of 32 bytes, one hash a line>

Read strictly, like everything a stranger hands over: one proof has one spelling.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from registry.log.checkpoint import MAX_SIZE

HEAD: Final = "registry-consistency/v1"
# A proof in a tree of 2**53 leaves has at most about twice as many hashes as the tree has levels.
_MOST: Final = 128


class ProofError(ValueError):
    """Bytes that are no consistency proof; the text says why."""


@dataclass(frozen=True)
class ConsistencyProof:
    """The hashes that show that the tree of ``size`` begins with the tree of ``first``."""

    first: int
    size: int
    hashes: tuple[bytes, ...]

    def __str__(self) -> str:
        encoded = (base64.b64encode(one).decode() for one in self.hashes)
        return "".join(f"{line}\n" for line in (HEAD, f"{self.first} {self.size}", *encoded))


def read_proof(data: bytes) -> ConsistencyProof:
    """A proof from its bytes, not yet verified. Raises ``ProofError``."""
    try:
        head, sizes, *encoded = data.decode("ascii").removesuffix("\n").split("\n")
    except ValueError as error:
        raise ProofError(f"a proof begins with {HEAD} and a line of two sizes") from error
    if head != HEAD:
        raise ProofError(f"a proof begins with {HEAD}")
    if len(encoded) > _MOST:
        raise ProofError(f"a proof has at most {_MOST} hashes")
    first, _, size = sizes.partition(" ")
    found = ConsistencyProof(_size(first), _size(size), tuple(_hash(one) for one in encoded))
    if str(found).encode() != data:
        raise ProofError("a proof is written in another way than it would be")
    return found


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > MAX_SIZE:
        raise ProofError("the sizes of a proof are two whole numbers")
    return int(text)


def _hash(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("a hash of a proof is base64") from error
    if len(found) != 32:
        raise ProofError("a hash of a proof has 32 bytes")
    return found
