"""Validity: is the synthetic table well-formed at all?"""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = ()
