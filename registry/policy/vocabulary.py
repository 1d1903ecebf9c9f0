"""Fixed words that a source has and policies match on; a misspelt one would never match."""

from typing import Final, Literal, get_args

Classification = Literal["public", "internal", "confidential", "personal", "special-category"]
Modality = Literal["tabular", "time-series", "relational", "text", "image"]

CLASSIFICATIONS: Final[tuple[str, ...]] = get_args(Classification)
"""From the least to the most sensitive; "special-category" is GDPR article 9."""
MODALITIES: Final[tuple[str, ...]] = get_args(Modality)
