"""A dataset card from flags, under the same rules as one from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InvalidInput

if TYPE_CHECKING:
    from registry.card import DatasetCard

_REQUIRED = {
    "--name": ("", "name"),
    "--source": ("", "source"),
    "--generator": ("generator", "name"),
    "--generator-version": ("generator", "version"),
    "--family": ("generator", "family"),
    "--epsilon": ("guarantee", "epsilon"),
    "--mechanism": ("guarantee", "mechanism"),
    "--privacy-unit": ("guarantee", "privacyUnit"),
    "--relation": ("guarantee", "neighbouringRelation"),
}


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
    from registry.card import card_from

    data = given(fields)
    _require_flags(data)
    claim = data.get("guarantee")
    if isinstance(claim, dict):
        claim["variant"] = "approximate" if claim.get("delta") else "pure"
    return card_from({"apiVersion": "registry/v1", "kind": "DatasetCard", **data})


def _require_flags(data: Mapping[str, object]) -> None:
    """Raise `InvalidInput` in the words of the flags; the card's own rules speak of its keys."""
    groups = {"": data, "generator": data.get("generator", {}), "guarantee": data.get("guarantee")}
    missing = [
        flag
        for flag, (group, key) in _REQUIRED.items()
        if isinstance(held := groups[group], Mapping) and key not in held
    ]
    if missing:
        raise InvalidInput(
            f"the flags say too little: {', '.join(missing)} missing",
            where="the flags",
            expected="every flag a card cannot do without",
            todo="add them, or give the whole card with --card FILE",
        )
