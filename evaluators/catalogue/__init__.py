"""What can be measured: metric id -> definition version, meaning, source, and where its code is.

Only the standard library is imported here, so that policies can be checked against the catalogue
without loading a single numerical package. A change in what a number means raises ``definition``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evaluators.catalogue import (
    attacks,
    claims,
    detection,
    distance,
    fidelity,
    membership,
    probes,
    utility,
    validity,
)
from evaluators.catalogue import sdmetrics as of_sdmetrics
from evaluators.catalogue.metric import MetricInfo

__all__ = ["CATALOGUE", "MetricInfo"]

_FAMILIES = (
    validity,
    of_sdmetrics,
    fidelity,
    detection,
    utility,
    distance,
    membership,
    attacks,
    probes,
    claims,
)

CATALOGUE: Final[Mapping[str, MetricInfo]] = MappingProxyType(
    {info.id: info for family in _FAMILIES for info in family.METRICS}
)
