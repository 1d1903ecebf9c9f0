"""A composed privacy loss distribution that is kept, so that one more release need not redo all.

As bytes: a line with the SHA-256 of the rest, a line of JSON, and the probabilities as
little-endian 64-bit floats. It holds for the version of dp-accounting that computed it and for the
guarantees that it names by digest, in their order; anything else is computed anew, and ``how`` says
so.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.errors import IntegrityFailure
from registry.ledger import losses
from registry.ledger.guarantee import Guarantee

_FORMAT = "privacy-loss/1"


@dataclass(frozen=True)
class Composed:
    """The distribution of the first ``count`` guarantees, whose digest is ``covers``."""

    loss: losses.Loss
    count: int
    covers: str
    library: str
    how: str

    def epsilon_at(self, delta: float) -> float:
        """The smallest epsilon at ``delta``."""
        return losses.epsilon_at(self.loss, delta)

    def to_bytes(self) -> bytes:
        """The bytes that `read` takes."""
        sides = losses.sides(self.loss)
        head = {
            "format": _FORMAT,
            "library": self.library,
            "grid": losses.GRID,
            "count": self.count,
            "covers": self.covers,
            "sides": [{"lowest": one, "infinite": mass} for one, mass, _ in sides],
            "sizes": [len(data) for _, _, data in sides],
        }
        body = json.dumps(head, sort_keys=True).encode() + b"\n"
        body += b"".join(data for _, _, data in sides)
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def brought_up(stored: bytes | None, guarantees: Sequence[Guarantee]) -> Composed:
    """The distribution of all ``guarantees``, from what is stored as far as that holds.

    Raises `IntegrityFailure` for stored bytes that are not what was stored.
    """
    if stored is None:
        return _anew(guarantees, "computed anew")
    found = read(stored)
    if found.library != losses.library_version():
        why = f"computed anew: what is stored was made by dp-accounting {found.library}"
        return _anew(guarantees, why)
    if found.covers != digest_of(guarantees[: found.count]):
        return _anew(guarantees, "computed anew: what is stored covers other guarantees")
    rest = guarantees[found.count :]
    if not rest:
        return replace(found, how="as stored")
    loss = losses.plus(found.loss, losses.composed(rest))
    how = f"{len(rest)} added to the {found.count} that are stored"
    return Composed(loss, len(guarantees), digest_of(guarantees), found.library, how)


def read(stored: bytes) -> Composed:
    """What the bytes hold; raises `IntegrityFailure` if they were cut or altered."""
    digest, _, body = stored.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise IntegrityFailure(
            "the stored privacy loss distribution does not have its digest",
            todo="delete it: it is computed anew from the ledger",
        )
    line, _, data = body.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if head.get("format") != _FORMAT or head.get("grid") != losses.GRID:
        return Composed(losses.nothing(), 0, "", "of another format", "unread")
    return Composed(_loss(head, data), head["count"], head["covers"], head["library"], "as stored")


def digest_of(guarantees: Sequence[Guarantee]) -> str:
    """What identifies guarantees, in their order."""
    return hashlib.sha256("\n".join(map(repr, guarantees)).encode()).hexdigest()


def _anew(guarantees: Sequence[Guarantee], how: str) -> Composed:
    loss = losses.composed(guarantees)
    return Composed(loss, len(guarantees), digest_of(guarantees), losses.library_version(), how)


def _loss(head: dict[str, Any], data: bytes) -> losses.Loss:
    sides = []
    for side, size in zip(head["sides"], head["sizes"], strict=True):
        sides.append((side["lowest"], side["infinite"], data[:size]))
        data = data[size:]
    return losses.of_sides(sides)
