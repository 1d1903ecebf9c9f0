"""Values of the workflows as JSON has them: tuples with names as objects, no infinity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from registry.clock import stamp
from registry.policy.decision import Finding


def shown(value: object) -> Any:
    """``value`` with nothing in it that JSON does not know; what is without bound is "inf"."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, BaseModel):
        return shown(value.model_dump(mode="json", by_alias=True, exclude_none=True))
    if is_dataclass(value):
        return {one.name: shown(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        said = {"message": value.message} if isinstance(value, Finding) else {}
        return {**{name: shown(one) for name, one in value._asdict().items()}, **said}
    return _several(value)


def _several(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(key): shown(one) for key, one in value.items()}
    if isinstance(value, Set):
        return sorted(shown(one) for one in value)
    return [shown(one) for one in value] if isinstance(value, list | tuple) else value
