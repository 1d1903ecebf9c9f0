"""What releases of a source have cost, and what that means: words, tables and two kinds of figure.

The ledger adds up claims. Where nothing bounds a total it says so by name, and no figure stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isinf
from typing import cast

from registry.ledger.meaning import Cost, Relation, Unit, budget_sentences, meaning
from registry.ledger.wording import as_it_is, at_orders, left_over, used_up
from registry.reports.cost_facts import (
    AudienceFacts,
    BatchFacts,
    BudgetFacts,
    ClaimFacts,
    CostFacts,
    EntryFacts,
)
from registry.reports.document import (
    Block,
    Gallery,
    Heading,
    Rows,
    Section,
    Words,
    blocks,
    items,
)
from registry.reports.numbers import listed, plural, sentence_case
from registry.reports.spending import spending
from registry.reports.table import Row, Table, table
from registry.reports.tradeoff import tradeoff

INFINITE = "infinite"
WHOSE = {"run": "everything that was run"}


def cost_section(facts: CostFacts, label: str) -> Section:
    """The ledger of the source of ``label``, and what the epsilon of ``label`` means."""
    return Section(
        "costs",
        "What releases of this source have cost",
        (*spent(facts), Heading("What this epsilon means"), *meant(facts, label)),
    )


def spent(facts: CostFacts) -> tuple[Block, ...]:
    """What each audience has received, the budgets, and every entry."""
    drawn = (spending(one, f"spending-{one.name}") for one in facts.audiences)
    figures = tuple(one for one in drawn if one)
    return (
        Words(_lead(facts)),
        Heading("What each audience has received"),
        items(
            tuple(_standing(facts, one) for one in facts.audiences),
            "Nothing made from it has been released, and no budget was declared.",
        ),
        *((Gallery(figures),) if figures else ()),
        *(Rows(one) for one in _tables(facts)),
    )


def meant(facts: CostFacts, label: str) -> tuple[Block, ...]:
    """What the epsilon of ``label`` means, in sentences and as a curve."""
    said = tuple(Words(text) for text in _meaning(facts, label))
    return blocks(*said, tradeoff(_compared(facts, label), "tradeoff"))


def _lead(facts: CostFacts) -> str:
    number = "1 entry" if len(facts.entries) == 1 else plural(len(facts.entries), "entrie")
    return (
        f"Each release of a source reveals a little more of it, and all of them add up. The ledger "
        f"of {facts.source} has {number}. It adds up what cards claim, and measures nothing."
    )


def _standing(facts: CostFacts, one: AudienceFacts) -> str:
    who = f"{sentence_case(one.name)}:"
    limit = one.budget
    if one.unbounded_by:
        names = listed(tuple(dict.fromkeys(one.unbounded_by)))
        budget = (
            f"{limit.label} allows epsilon {as_it_is(limit.epsilon)}"
            if limit
            else "no budget was declared"
        )
        return f"{who} nothing bounds what was exposed, because of {names}; {budget}."
    if one.epsilon is None or one.delta is None:
        return f"{who} the total cannot be told: {one.why}."
    if limit is None:
        spent = f"epsilon {used_up(one.epsilon)} and delta {used_up(one.delta)}"
        return f"{who} {spent} were exposed, and no budget was declared for what follows."
    return f"{who} {' '.join(_of_budget(facts.claim, one, limit))}"


def _of_budget(claim: ClaimFacts | None, one: AudienceFacts, limit: BudgetFacts) -> tuple[str, ...]:
    spent = Cost(one.epsilon or 0.0, one.delta or 0.0)
    if limit.state == "over":
        return (
            f"{sentence_case(one.why)}. {limit.label} is over since {limit.until}: nothing is left "
            "until another is declared.",
        )
    if limit.method != "basic":  # what a filter leaves is not a difference
        filtered = (
            "zCDP filter" if limit.order is None else f"Renyi filter at order {limit.order:g}"
        )
        return (
            f"{sentence_case(one.why)}. One more release at a delta of 0 may have epsilon "
            f"{left_over(limit.remaining)}, by the {filtered} that was declared beforehand.",
        )
    like = claim and (claim.unit, claim.relation) == (limit.unit, limit.relation)
    each = Cost(claim.epsilon, claim.delta) if claim and like else None
    kind = cast(Unit, limit.unit), cast(Relation, limit.relation)
    return budget_sentences(Cost(limit.epsilon, limit.delta), spent, each, *kind)


def _tables(facts: CostFacts) -> Iterator[Table]:
    budgets = tuple(_budget(one.name, one.budget) for one in facts.audiences if one.budget)
    if budgets:
        heads = "Audience | Budget | Epsilon # | Delta # | Left # | Per | State | Signed by | Why"
        yield table(f"Budgets of {facts.source}", heads, budgets, len(budgets))
    batches = tuple(map(_batch, facts.batches))
    if batches:
        heads = (
            "Batch | Runs planned # | Made # | Epsilon of all # | Delta # | Counts once for | By"
        )
        yield table(f"Batches of {facts.source}", heads, batches, len(batches))
    heads = "Entry | What happened | Epsilon # | Delta # | How it is counted | Event #"
    yield table(f"Ledger of {facts.source}", heads, tuple(map(_entry, facts.entries)))
    heads = "Total | Method | Epsilon # | Delta # | Holds here | Why"
    rows = tuple(_methods(facts))
    if rows:
        yield table("The same entries by every method", heads, rows, len(rows))


def _budget(audience: str, one: BudgetFacts) -> Row:
    until = f", until {one.until}" if one.until else ""
    return (
        audience,
        one.label,
        as_it_is(one.epsilon),
        as_it_is(one.delta),
        left_over(one.remaining),
        f"{one.unit}, {one.relation}",
        f"{one.state}{until}",
        f"{one.declared_by} and {one.signed_by}",
        one.reason,
    )


def _batch(one: BatchFacts) -> Row:
    return (
        one.name,
        str(one.runs),
        str(one.made),
        used_up(one.epsilon),
        as_it_is(one.delta),
        ", ".join(one.charged_to) or "nobody",
        f"loss distributions, dp-accounting {one.library}",
    )


def _entry(one: EntryFacts) -> Row:
    return (
        str(one.number),
        _happened(one),
        _amount(one.epsilon, one) if one.rho is None and not one.renyi else _beside(one),
        _amount(one.delta, one),
        one.why or "as it is claimed",
        str(one.event),
    )


def _happened(one: EntryFacts) -> str:
    if one.kind == "exposure":
        return f"{one.label} was released, {one.audience}"
    if one.kind == "informed":
        return f"{one.label} informed the choice of what was released, {one.audience}"
    return f"The card of {one.label} claims otherwise" if one.amended else f"{one.label} was made"


def _amount(value: float | None, one: EntryFacts) -> str:
    if value is not None:
        return as_it_is(value)
    return "not stated" if one.counted else "no guarantee"


def _beside(one: EntryFacts) -> str:
    """What a claim states of rho or of a Renyi order, beside its epsilon or alone."""
    told = f"rho {as_it_is(one.rho)}" if one.rho is not None else at_orders(one.renyi)
    return told if one.epsilon is None else f"{as_it_is(one.epsilon)} ({told})"


def _methods(facts: CostFacts) -> Iterator[Row]:
    """A row a method; one for all of them where the same thing leaves each without bound."""
    for total in dict.fromkeys(one.total for one in facts.methods):
        found = [one for one in facts.methods if one.total == total]
        alike = len({one.why for one in found}) == 1 and found[0].epsilon in (None, inf)
        for one in found[:1] if alike else found:
            yield (
                WHOSE.get(total, f"exposed, {total}"),
                "every method" if alike else one.method,
                "cannot be told" if one.epsilon is None else _bound(one.epsilon),
                "cannot be told" if one.delta is None else used_up(one.delta),
                "nothing holds" if alike else "yes" if one.valid else "for comparison",
                one.why,
            )


def _bound(epsilon: float) -> str:
    return INFINITE if isinf(epsilon) else used_up(epsilon)


def _meaning(facts: CostFacts, label: str) -> Iterator[str]:
    claim = facts.claim
    if claim is None:
        yield f"{label} has no epsilon that could be explained: {facts.unclaimed}."
        yield from meaning(Cost(inf)).sentences
        return
    amount = f"epsilon {as_it_is(claim.epsilon)}"
    delta = f" and delta {as_it_is(claim.delta)}" if claim.delta else ""
    yield f"{label} claims {amount}{delta}, per {claim.unit} under {claim.relation}."
    cost = Cost(claim.epsilon, claim.delta)
    yield from meaning(cost, cast(Unit, claim.unit), cast(Relation, claim.relation)).sentences
    yield f"The claim is {facts.audited}{'.' if not facts.audits else ': '}" + (
        " ".join(f"{one}." for one in facts.audits)
    )


def _compared(facts: CostFacts, label: str) -> dict[str, Cost]:
    """The curves: the version's own claim, and beside it the most and the whole of a budget."""
    if facts.claim is None:
        return {}
    claim = facts.claim
    own = Cost(claim.epsilon, claim.delta)
    found = {f"{label}, epsilon {as_it_is(claim.epsilon)}": own}
    budgets = [one.budget for one in facts.audiences if one.budget]
    alike = [one for one in budgets if (one.unit, one.relation) == (claim.unit, claim.relation)]
    if alike:
        most = max(alike, key=lambda one: one.epsilon)
        name = f"all of {most.label} spent, epsilon {as_it_is(most.epsilon)}"
        found[name] = Cost(most.epsilon, most.delta)
    return found
