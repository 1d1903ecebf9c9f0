"""What a source has spent of its budgets, and what one more release would leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, isfinite
from typing import Protocol

from registry.errors import RegistryError
from registry.ledger.batches import Batch, counted, sentence
from registry.ledger.contents import Unbounded
from registry.ledger.entry import Entry
from registry.ledger.exposure import exposed, ran, reaches
from registry.ledger.guarantee import Unlike
from registry.ledger.parts import Partition
from registry.ledger.total import without
from registry.ledger.totals import Basic, Rdp, Rule, Total, Zcdp, gated


class Budget(Protocol):
    """What a budget declares, wherever it is kept: B-``id``; ``order`` is of a Renyi filter."""

    @property
    def id(self) -> int | None: ...  # noqa: D102
    @property
    def audience(self) -> str: ...  # noqa: D102
    @property
    def epsilon(self) -> float: ...  # noqa: D102
    @property
    def delta(self) -> float: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def relation(self) -> str: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def order(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class Standing:
    """A total against a budget; ``used`` is the greatest share, and above 1 there is no room.

    ``why`` says so in words, or why nothing can be said: then ``used`` is None.
    """

    budget: Budget
    total: Total | None
    used: float | None
    why: str


@dataclass(frozen=True)
class Account:
    """The ledger of one source with the partitions and batches that were declared for it.

    ``refuses`` says of a claim why nobody could make it today, where the reader of the ledger holds
    what was recorded against rules that came later: nothing bounds such a version.
    """

    entries: tuple[Entry, ...]
    partitions: tuple[Partition, ...]
    batches: tuple[Batch, ...] = ()
    refuses: Callable[[Mapping[str, object] | None], str | None] = lambda claim: None

    def exposed(self, audience: str, new: Sequence[Entry] = ()) -> list[Entry]:
        """What ``audience`` will have received once ``new`` is released as well."""
        return exposed(self._claims, [*self._given, *new], audience)

    @cached_property
    def _given(self) -> list[Entry]:
        return [one for one in self.entries if one.kind != "run"]

    @cached_property
    def _claims(self) -> dict[str, list[Entry]]:
        """The runs of every content, one for each claim that was made for it."""
        found: dict[str, list[Entry]] = {}
        for one in self.entries:
            if one.kind == "run":
                found.setdefault(one.content_digest, []).append(one)
        return found

    @cached_property
    def newest(self) -> dict[str, Entry]:
        """Every version by its label, as its card is now."""
        return {one.label: one for one in self.entries if one.kind == "run"}

    @cached_property
    def ran(self) -> list[Entry]:
        """Everything that was run."""
        return ran(self.entries)

    def standing(self, budget: Budget, closed: str | None, new: Sequence[Entry] = ()) -> Standing:
        """How the budget stands once ``new`` is released; ``closed`` is why it is not open now."""
        received = self.exposed(budget.audience, new)
        if closed and self._exposes(budget.audience, new):
            return Standing(budget, None, None, closed)
        try:
            total = without(self.total(received, budget), self._refused(received))
        except RegistryError as error:
            return Standing(budget, None, None, error.what)
        used = share(total, budget)
        whole = map(sentence, self.charged(received, budget))
        return Standing(budget, total, used, "; ".join([_said(total, budget, used), *whole]))

    def charged(self, entries: Iterable[Entry], budget: Budget | None) -> list[Batch]:
        """The batches that count as one in a total; under a filter none does."""
        if budget is not None and budget.method != "basic":
            return []
        return counted(entries, self.batches)

    def run_total(self, budget: Budget) -> Total:
        """What everything that was run comes to; raises `Unlike` for what has no sum."""
        key = label(budget)
        if key not in self._totals:
            self._totals[key] = self.total(self.ran, budget)
        return self._totals[key]

    @cached_property
    def _totals(self) -> dict[str, Total]:
        return {}

    def total(self, entries: Iterable[Entry], budget: Budget) -> Total:
        """What entries come to by the method of the budget, in its unit and relation."""
        entries = list(entries)
        _require_like(entries, budget)
        return gated(entries, rule_of(budget), self.partitions, self.batches)

    def _refused(self, counted: Iterable[Entry]) -> list[Unbounded]:
        """Each version once for which a claim was made that is refused by now."""
        claims = [one for one in counted if one.read.guarantee]
        # Of all claims for a version, not of its last one: no amendment lowers a total.
        why = {one.label: text for one in claims if (text := self.refuses(one.guarantee))}
        return [Unbounded(label, text) for label, text in why.items()]

    def _exposes(self, audience: str, new: Sequence[Entry]) -> bool:
        """Whether any of ``new`` is not with the audience already."""
        had = {one.content_digest for one in self._given if reaches(one, audience)}
        return any(one.content_digest not in had for one in new if reaches(one, audience))


def rule_of(budget: Budget) -> Rule:
    """How a budget adds up, as it was declared beforehand."""
    match budget.method:
        case "zcdp":
            return Zcdp(budget.delta)
        case "rdp":
            return Rdp(budget.order or 0.0, budget.delta)
    return Basic()


def label(budget: Budget) -> str:
    """``B-1``."""
    return f"B-{budget.id}"


def share(total: Total, budget: Budget) -> float:
    """The greater of the shares of epsilon and delta. A filter always tells its whole delta."""
    parts = [_share(total.epsilon, budget.epsilon)]
    if budget.method == "basic" or total.delta > budget.delta:
        parts.append(_share(total.delta, budget.delta))
    return max(parts)


def _share(spent: float, declared: float) -> float:
    """Above 1 exactly where more was spent than declared, whatever rounding would make of it."""
    if spent == 0:
        return 0.0
    if declared == 0 or not isfinite(spent):
        return inf
    try:
        found = float(Fraction(repr(spent)) / Fraction(repr(declared)))
    except OverflowError:
        return inf
    if (found > 1) == (spent > declared):
        return found
    return 1.0 if spent <= declared else 1 + 2**-52


def _require_like(entries: Iterable[Entry], budget: Budget) -> None:
    for one in entries:
        claim = one.read.guarantee
        if claim is not None and (claim.unit, claim.relation) != (budget.unit, budget.relation):
            raise unlike(one.label, claim.unit, claim.relation, budget)


def unlike(name: str, unit: str, relation: str, budget: Budget) -> RegistryError:
    """A guarantee that cannot be held against a budget, both named."""
    return Unlike(
        f"the guarantee of {name} is per {unit} under {relation}, "
        f"{label(budget)} per {budget.unit} under {budget.relation}: they do not add up",
        expected="one privacy unit and one neighbouring relation",
    )


def _said(total: Total, budget: Budget, used: float) -> str:
    declared = f"epsilon {budget.epsilon:g} and delta {budget.delta:g}"
    if total.unbounded_by and budget.method == "rdp":  # which takes less than other methods do
        return f"{total.why.rstrip('.')}; {label(budget)} declares {declared}"
    if total.unbounded_by:
        names = ", ".join(total.unbounded_by)
        return f"nothing bounds the loss by {names}; {label(budget)} declares {declared}"
    relation = "more than" if used > 1 else "within"
    return (
        f"epsilon {total.epsilon:.6g} and delta {total.delta:.3g} of {budget.audience}, "
        f"{relation} the {declared} of {label(budget)}"
    )
