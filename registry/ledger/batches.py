"""Batches: runs that were fixed together before any of them was made, and count as one mechanism.

The output of that mechanism is that of all its runs together. What it comes to was composed when
it was declared, and holds because no run of it was chosen in view of an output. Whoever received
some of the runs, however these were chosen among them, has a post-processing of that output (Dwork
and Roth 2014, proposition 2.1): the first to reach an audience costs all of it, and the others
nothing more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.ledger.claimed import Fields
from registry.ledger.entry import Entry

TEXTS = frozenset(
    ("batch", "mechanismDetail", "accountant", "accountantVersion", "justification"),
)
"""What a claim says beside its figures: no plan holds it, and a card may say what it likes."""


@dataclass(frozen=True)
class Batch:
    """The guarantees of its ``runs`` by their places, and what all of them come to together.

    ``library`` is the version of dp-accounting that composed them, ``event`` where the second
    person signed it. ``doubted`` if others may have made a signature on it: then all of its runs
    count by themselves beside it, for what it comes to was never less than they cost, and what it
    was charged stays.
    """

    name: str
    epsilon: float
    delta: float
    library: str
    runs: Mapping[str, Fields]
    event: int
    doubted: bool = False

    def claim(self, run: Fields) -> Fields:
        """The epsilon and delta of the whole, for the unit and relation of one of its runs."""
        return {
            "variant": "approximate",
            "epsilon": self.epsilon,
            "delta": self.delta,
            "mechanism": "other",
            "privacyUnit": run.get("privacyUnit"),
            "neighbouringRelation": run.get("neighbouringRelation"),
        }


def batch_told(said: Mapping[str, Any], event: int, doubted: bool = False) -> Batch:
    """The batch that the event of its second signature tells of."""
    return Batch(
        name=said["batch"],
        epsilon=said["epsilon"],
        delta=said["delta"],
        library=said["library"],
        runs={place: one["guarantee"] for one in said["runs"] for place in one["places"]},
        event=event,
        doubted=doubted,
    )


def planned(claim: Fields) -> dict[str, object]:
    """What of a claim is planned: all of it but its `TEXTS`."""
    return {key: value for key, value in claim.items() if key not in TEXTS}


def unlike(batch: Batch, place: str, claim: Fields) -> str | None:
    """How a claim differs from the run that was planned at a place; None if it does not."""
    if place not in batch.runs:
        return f"the batch {batch.name} has no place {place!r}"
    found, wanted = planned(claim), batch.runs[place]
    if found == wanted:
        return None
    unset = object()
    keys = found.keys() | wanted.keys()
    key = min(key for key in keys if found.get(key, unset) != wanted.get(key, unset))
    told = f"{key} is {found.get(key)!r}, and {wanted.get(key)!r} was planned"
    return f"it is not the run planned at {batch.name}/{place}: {told}"


def of_name(named: str | None, batches: Iterable[Batch]) -> tuple[Batch | None, str]:
    """The batch that "NAME/PLACE" names, if it was declared, and the place."""
    if not named:
        return None, ""
    name, _, place = named.partition("/")
    return next((one for one in batches if one.name == name), None), place


def standing(entry: Entry, batches: Iterable[Batch]) -> Batch | None:
    """The batch that an entry stands in: declared before it, with this guarantee at its place."""
    batch, place = of_name(entry.batch, batches)
    if batch is None or batch.event >= entry.event or unlike(batch, place, entry.guarantee or {}):
        return None
    return batch


def _standings(entries: Sequence[Entry], batches: Sequence[Batch]) -> list[Batch | None]:
    """For every entry the batch it stands in. A place is that of the first content in it."""
    taken: dict[str | None, str] = {}
    found = []
    for one in entries:
        batch = standing(one, batches)
        if batch and taken.setdefault(one.batch, one.content_digest) != one.content_digest:
            batch = None
        found.append(batch)
    return found


def joined(entries: Iterable[Entry], batches: Iterable[Batch]) -> list[Entry]:
    """The entries with one content for each batch, in place of all that stands in it.

    A content for which something else was claimed as well counts beside its batch: no amendment
    lowers a total.
    """
    entries, batches = list(entries), tuple(batches)
    if not batches:
        return entries
    stands = _standings(entries, batches)
    claims: dict[str, set[str | None]] = {}
    for one, batch in zip(entries, stands, strict=True):
        claims.setdefault(one.content_digest, set()).add(batch.name if batch else None)
    found = []
    for one, batch in zip(entries, stands, strict=True):
        if batch is not None:
            found.append(_whole(one, batch))
        if batch is None or batch.doubted or len(claims[one.content_digest]) > 1:
            found.append(one)
    return found


def _whole(one: Entry, batch: Batch) -> Entry:
    """The entry as one of its whole batch."""
    name = f"the batch {batch.name}"
    claim = batch.claim(one.guarantee or {})
    return replace(
        one, label=name, content_digest=name, guarantee=claim, partition=None, batch=None
    )


def counted(entries: Iterable[Entry], batches: Iterable[Batch]) -> list[Batch]:
    """The batches in which any of the entries stands, each once."""
    stands = _standings(list(entries), tuple(batches))
    return list({one.name: one for one in stands if one}.values())


def sentence(batch: Batch) -> str:
    """What a batch costs, in words."""
    beside = ", and each of them beside it: others may have signed it" if batch.doubted else ""
    return (
        f"the batch {batch.name} counts once, with epsilon {batch.epsilon:.6g} and delta "
        f"{batch.delta:.3g}, whatever of its {len(batch.runs)} runs was received{beside}"
    )


def misplaced(entries: Iterable[Entry], batches: Sequence[Batch]) -> Iterable[str]:
    """Every run that names a declared batch and cannot stand in it, and why."""
    first: dict[str, int] = {}
    taken: dict[str | None, str] = {}
    for one in entries:
        if one.kind != "run":
            continue
        since = first.setdefault(one.content_digest, one.event)
        batch, place = of_name(one.batch, batches)
        if batch is None:
            continue
        if batch.event >= since:
            yield f"{one.label} was there before the batch {batch.name} was declared"
        if why := unlike(batch, place, one.guarantee or {}):
            yield f"{one.label}: {why}"
        if taken.setdefault(one.batch, one.content_digest) != one.content_digest:
            yield f"{one.label} is at {one.batch}, which is the place of another"
