"""What the plan of a batch comes to, and what would make it no plan."""

from collections.abc import Iterable, Mapping
from typing import Any

from registry.ledger import losses
from registry.ledger.batches import Batch
from registry.ledger.claimed import Fields, number
from registry.ledger.guarantee import read

_SHORT = 1e-4  # of the epsilon: what two versions of a library that rounds upward may differ by


def unplannable(claim: Fields) -> str | None:
    """Why a run with this guarantee cannot be planned; None if it can."""
    found = read(claim)
    if found.guarantee is None or found.recorded_as != "mechanism":
        return f"loss distributions need its mechanism: {found.why}"
    if not losses.on_grid(found.guarantee):
        return "its privacy loss is too large to compute with"
    if found.guarantee.adaptive is not False:
        return "a run of a batch is fixed in advance: it says adaptive: false"
    if claim.get("partition") is not None:
        return "a run of a batch counts as having read the whole source: it names no partition"
    return None


def comes_to(runs: Iterable[Fields], delta: float) -> float:
    """The epsilon of all runs together at ``delta``, from above, by their loss distributions.

    Each has the one of its mechanism, whatever epsilon it claims. Composing takes a second.
    """
    guarantees = (read(each).guarantee for each in runs)
    return losses.epsilon_at(losses.composed(one for one in guarantees if one), delta)


def faults(said: Mapping[str, Any]) -> Iterable[str]:
    """What is wrong with a declared plan, without composing it."""
    places = [place for one in said["runs"] for place in one["places"]]
    claims = [one["guarantee"] for one in said["runs"]]
    if not places or len(set(places)) < len(places):
        yield "it has no runs, or two at one place"
    if len({(one.get("privacyUnit"), one.get("neighbouringRelation")) for one in claims}) > 1:
        yield "its runs have no sum: their privacy units or neighbouring relations differ"
    if any(one.get("adaptive") is not False for one in claims):
        yield "not all of its runs are fixed in advance"
    epsilon, delta = number(said, "epsilon"), number(said, "delta")
    if epsilon is None or epsilon < 0 or delta is None or not 0 < delta < 1:
        yield "its epsilon or its delta is none"


def short(batch: Batch) -> str | None:
    """Why the epsilon of a batch is not what its runs come to; None if it covers them."""
    for place, claim in batch.runs.items():
        if why := unplannable(claim):
            return f"{place} could not be planned: {why}"
    found = comes_to(batch.runs.values(), batch.delta)
    if batch.epsilon >= found * (1 - _SHORT):
        return None
    return (
        f"its runs come to epsilon {found:.6g} at delta {batch.delta:g} by dp-accounting "
        f"{losses.library_version()}, and it says {batch.epsilon:.6g} by {batch.library}"
    )
