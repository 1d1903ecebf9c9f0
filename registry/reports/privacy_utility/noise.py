"""How the noise budget was chosen: what its makers, its accountant and its signatories say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from registry.ledger.wording import as_it_is, left_over
from registry.reports.cost_facts import AudienceFacts, BudgetFacts
from registry.reports.document import Block, Heading, Rows, Words, items
from registry.reports.facts import VersionFacts
from registry.reports.numbers import sentence_case, words
from registry.reports.table import Row, Table, table

NONE: Final = (
    "There is no noise budget to explain: the card claims no guarantee, so that whatever noise the "
    "generator added was not made to limit what its rows reveal."
)
COUNTED: Final = {
    "tuning_accounted": "tuning on the real rows",
    "preprocessing_accounted": "preprocessing of the real rows (bins, bounds, levels)",
}
FIELDS: Final = {
    "mechanism": "Mechanism",
    "mechanism_detail": "In detail",
    "noise": "Noise",
    "sensitivity": "Sensitivity",
    "sampling": "Sampling rate",
    "steps": "Steps",
    "contributions": "Records of one unit that count",
    "accountant": "Accountant",
    "accountant_version": "Version of the accountant",
}


def noise(facts: VersionFacts) -> tuple[Block, ...]:
    """The makers' reasons, what the amounts are made of, and the budgets with theirs."""
    return (
        *(_claimed(facts.guarantee) if facts.guarantee else (Words(NONE),)),
        Heading("The budget it draws from"),
        items(
            tuple(_declared(one, one.budget) for one in facts.costs.audiences if one.budget),
            f"No budget was declared for {facts.costs.source}: nobody has signed how much may be "
            "spent in all.",
        ),
    )


def _claimed(claim: Mapping[str, object]) -> tuple[Block, ...]:
    return (
        _why(claim.get("justification")),
        *(Words(text, "absent") for text in _uncounted(claim)),
        Rows(_mechanism(claim)),
        *_components(claim.get("components")),
    )


def _why(justification: object) -> Words:
    if isinstance(justification, str) and justification.strip():
        return Words(f"Its makers say: “{justification.strip()}”")
    return Words("Its makers give no reason for the amount: not stated in the card.", "absent")


def _uncounted(claim: Mapping[str, object]) -> Iterator[str]:
    """What read the real rows and may not be in the epsilon."""
    for field, what in COUNTED.items():
        if claim.get(field) is False:
            yield f"The card says that {what} is not in the epsilon: more was spent than that."
        elif claim.get(field) is None:
            yield f"Whether {what} is counted in the epsilon: not stated."


def _mechanism(claim: Mapping[str, object]) -> Table:
    rows = tuple((name, _said(claim.get(field))) for field, name in FIELDS.items())
    known = tuple(
        (sentence_case(f"{what} is counted"), _said(claim.get(field)))
        for field, what in COUNTED.items()
    )
    return table(
        "How the noise was made and counted",
        "What | As the card states it",
        (*rows, *known),
        len(rows) + len(known),
    )


def _said(value: object) -> str:
    if value is None or value == "":
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_it_is(value) if isinstance(value, float) else str(value)


def _components(stored: object) -> tuple[Rows, ...]:
    """The parts that the epsilon is the sum of."""
    parts = stored if isinstance(stored, list | tuple) else ()
    rows = tuple(_component(one) for one in parts if isinstance(one, Mapping))
    heads = "Part | Epsilon # | Delta #"
    return (Rows(table("What the epsilon is made of", heads, rows, len(rows))),) if rows else ()


def _component(one: Mapping[str, object]) -> Row:
    return str(one.get("name")), _said(one.get("epsilon")), _said(one.get("delta"))


def _declared(audience: AudienceFacts, one: BudgetFacts) -> str:
    amounts = f"epsilon {as_it_is(one.epsilon)} and delta {as_it_is(one.delta)}"
    until = f" until {one.until}" if one.until else ""
    return (
        f"{sentence_case(audience.name)}: {one.label}, {amounts} per {one.unit} under "
        f"{one.relation}{until}, added up by the method “{words(one.method)}”. Declared by "
        f"{one.declared_by}, signed by {one.signed_by}, because: “{one.reason}”. "
        f"It is {one.state}; epsilon {left_over(one.remaining)} is left."
    )
