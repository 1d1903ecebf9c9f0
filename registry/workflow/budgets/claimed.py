"""What is said to whoever registers or amends a guarantee: what is wrong with it, what is weak."""

from registry.card import DatasetCard
from registry.errors import InvalidInput
from registry.ledger.claimed import Fields
from registry.ledger.doubts import doubts, understated
from registry.ledger.guarantee import held, read
from registry.records import Source
from registry.workflow.budgets.ledger import claim_in_card


def require_sound(card: DatasetCard) -> None:
    """Raise `InvalidInput` for a claim below what its own mechanism comes to.

    Composes distributions, which can take a second: not for a transaction.
    """
    require_covered("the guarantee of the card", claim_in_card(card))


def require_covered(noun: str, claim: Fields | None) -> None:
    """The same for a claim that is called ``noun``."""
    guarantee = held(claim)
    fault = understated(guarantee) if guarantee else None
    if fault:
        raise InvalidInput(
            f"{noun} claims too little: {fault}",
            expected="an epsilon that the fields of its mechanism come to, or more",
        )


def weak(card: DatasetCard, source: Source) -> tuple[str, ...]:
    """Sentences on a claim that is accepted and should be thought over."""
    if card.guarantee is None:
        return ()
    found = read(claim_in_card(card))
    notes = list(doubts(found.guarantee, source.training_rows)) if found.guarantee else []
    if found.recorded_as != "mechanism":
        notes.append(found.why)
    return tuple(notes)
