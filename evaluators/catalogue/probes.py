"""Probes: altered tables that must move the metrics, measured on request."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = ()
