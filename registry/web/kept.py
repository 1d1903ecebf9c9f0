"""What was typed into a form and is shown again; secrets never are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.web.forms import SEAL

SECRETS: Final = frozenset({"password", "passphrase", "code"})


def kept(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, but for secrets and the seal."""
    return {name: text for name, text in fields.items() if name not in SECRETS | {SEAL}}
