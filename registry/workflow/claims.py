"""What a card claims, as evidence that policies read."""

from registry.card import DatasetCard
from registry.log.canonical import digest
from registry.policy.facts import Evidence


def claims(card: DatasetCard, card_digest: str, dataset_digest: str) -> list[Evidence]:
    """The guarantee's epsilon and delta, as claims of the card."""
    guarantee = card.guarantee
    if guarantee is None:
        return []
    delta = 0.0 if guarantee.variant == "pure" else guarantee.delta
    made = (("dp.epsilon", guarantee.epsilon), ("dp.delta", delta))
    return [
        Evidence(
            id=card_digest,
            metric=metric,
            scope=(),
            status="measured",
            value=value,
            low=value,
            high=value,
            n=None,
            measured_at=None,
            holdout=None,
            dataset_digest=dataset_digest,
            cause=None,
        )
        for metric, value in made
        if value is not None
    ]


def claim_digest(card: DatasetCard) -> str:
    """What identifies the guarantee of a card, or that it states none."""
    claim = card.guarantee
    return digest(claim and claim.model_dump(mode="json", by_alias=True, exclude_none=True))
