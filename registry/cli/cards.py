"""A dataset card from flags, under the same rules as one from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InvalidInput

if TYPE_CHECKING:
    from registry.records.card import DatasetCard


def given(fields: Mapping[str, object]) -> dict[str, object]:
    """The flags that were given, without the groups that came out empty."""
    found: dict[str, object] = {}
    for name, value in fields.items():
        kept = given(value) if isinstance(value, Mapping) else value
        if kept is not None and kept != {}:
            found[name] = kept
    return found


def require_no_flags(fields: Mapping[str, object], card: Path) -> None:
    """Raise `InvalidInput` if flags stand beside a card: two sources of one fact may differ."""
    names = ", ".join(given(fields))
    if names:
        raise InvalidInput(
            f"--card and flags for the same fields ({names}) cannot be combined",
            where=str(card),
            expected="everything in the card, or everything in flags",
        )


def card_from_flags(fields: Mapping[str, object]) -> "DatasetCard":
    """The card that the flags describe; raises `InvalidInput` for what is missing or wrong."""
    from registry.marked_yaml import Mark, MarkedDocument
    from registry.records.card import card_from

    data = given(fields)
    claim = data.get("guarantee")
    if isinstance(claim, dict):
        claim["variant"] = "approximate" if claim.get("delta") else "pure"
    whole = {"apiVersion": "registry/v1", "kind": "DatasetCard", **data}
    return card_from(MarkedDocument("the flags (or give --card FILE)", whole, {(): Mark(1, 1)}))
