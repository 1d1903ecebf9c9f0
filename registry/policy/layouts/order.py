"""The order in which the keys of a policy are written: that of the language's own description."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from registry.policy.document import Metadata, ReleasePolicy, Spec
from registry.policy.rules import Check, Rule

Place = tuple[str | int, ...]

_MODELS: Final[dict[tuple[str, ...], type[BaseModel]]] = {
    (): ReleasePolicy,
    ("metadata",): Metadata,
    ("spec",): Spec,
    ("spec", "rules", "*"): Rule,
    ("spec", "rules", "*", "check"): Check,
}


def ordered_keys(place: Place) -> tuple[str, ...]:
    """The keys of the mapping at a place in their order; none where the author's order stays."""
    model = _MODELS.get(tuple("*" if isinstance(part, int) else part for part in place))
    if model is None:
        return ()
    return tuple(info.alias or name for name, info in model.model_fields.items())
