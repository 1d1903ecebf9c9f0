"""Claims: what a card states of a guarantee of differential privacy; nothing here measures it."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = ()
