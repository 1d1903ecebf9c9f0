"""Claims that older versions recorded and that today's rules refuse: nothing bounds such a version.

They are read as they stand, and no figure of theirs is counted, for it contradicts the rest of the
claim: an epsilon below what the mechanism's own fields come to, say.
"""

import json
from collections.abc import Mapping
from functools import lru_cache

from pydantic import ValidationError

from registry.card import GuaranteeCard


def refused(claim: Mapping[str, object] | None) -> str | None:
    """Why nobody could register a claim today; None if somebody could, or if it is none."""
    return None if claim is None else _refused(json.dumps(claim, sort_keys=True))


@lru_cache(maxsize=4096)
def _refused(claim: str) -> str | None:
    try:
        GuaranteeCard.model_validate_json(claim)
    except ValidationError as error:
        expected = error.errors()[0]["msg"].removeprefix("Value error, ")
        return f"its claim was recorded under older rules, which now ask for {expected}"
    return None
