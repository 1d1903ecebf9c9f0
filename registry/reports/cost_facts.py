"""What a report may say of a source's ledger: its entries, its budgets, and what they come to.

Recipients stay out, for a report on one version may go to people who are not to know who else
received the others. An epsilon without bound is infinite; one that nobody can tell is None.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryFacts:
    """One entry: a "run", an "exposure", or what "informed" a choice; ``amended`` is another claim
    for a version that had one before. Its epsilon and delta are None where it has no guarantee;
    ``renyi`` are Renyi orders with the epsilon at each.
    """

    number: int
    kind: str
    label: str
    audience: str | None
    epsilon: float | None
    delta: float | None
    rho: float | None
    counted: bool
    why: str
    amended: bool
    event: int
    renyi: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class BudgetFacts:
    """A budget that two people signed; ``remaining`` is the epsilon left at a delta of 0, ``order``
    that of a Renyi filter.
    """

    label: str
    epsilon: float
    delta: float
    unit: str
    relation: str
    method: str
    until: str | None
    reason: str
    declared_by: str
    signed_by: str
    state: str
    remaining: float
    order: float | None = None


@dataclass(frozen=True)
class StepFacts:
    """What an audience had received once an entry was made."""

    entry: int
    label: str
    epsilon: float


@dataclass(frozen=True)
class AudienceFacts:
    """What an audience has received, and its budget; ``why`` says it in words.

    ``steps`` are the last of them, ``before`` how many there were earlier.
    """

    name: str
    budget: BudgetFacts | None
    epsilon: float | None
    delta: float | None
    why: str
    unbounded_by: tuple[str, ...]
    steps: tuple[StepFacts, ...]
    before: int = 0


@dataclass(frozen=True)
class MethodFacts:
    """What one method makes of the total of an audience, or of a "run"; ``valid`` for it or not."""

    total: str
    method: str
    epsilon: float | None
    delta: float | None
    valid: bool
    why: str


@dataclass(frozen=True)
class BatchFacts:
    """Runs that were planned together: how many, how many of them were made, and what all come to.

    ``charged_to`` are the audiences with whom it counts once.
    """

    name: str
    runs: int
    made: int
    epsilon: float
    delta: float
    library: str
    charged_to: tuple[str, ...]


@dataclass(frozen=True)
class ClaimFacts:
    """The guarantee of the version itself, for one ``unit`` under one neighbouring relation."""

    epsilon: float
    delta: float
    unit: str
    relation: str


@dataclass(frozen=True)
class CostFacts:
    """The ledger of a version's source; ``claim`` is None where the version has no guarantee.

    ``unclaimed`` then says why. ``audited`` is CONTRADICTED, not contradicted or not audited.
    """

    source: str
    entries: tuple[EntryFacts, ...]
    audiences: tuple[AudienceFacts, ...]
    methods: tuple[MethodFacts, ...]
    claim: ClaimFacts | None
    unclaimed: str
    audited: str
    audits: tuple[str, ...]
    batches: tuple[BatchFacts, ...] = ()
