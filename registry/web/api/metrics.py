"""``/api/v1/metrics``: what can be measured, and how each metric is defined."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path
from typing_extensions import TypedDict

from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.words import Name
from registry.web.visitor import Person
from registry.workflow import metrics

router = noun("metrics")


class Metric(TypedDict):
    """One metric: definition, source, direction, unit."""

    id: str
    title: str
    definition: int
    direction: str
    unit: str
    scope: str
    sampled: bool
    minimum_n: int
    describes: str
    formula: str
    source: str
    evaluator: str
    draws: str
    kinds: list[str]
    places: list[str]
    profile: str
    needs: str


@router.get("/metrics")
def list_metrics(visitor: Person, page: Paged) -> list[Metric]:
    """Every metric a policy can name."""
    return page.of(metrics.metrics())


@router.get("/metrics/{metric}")
def show(visitor: Person, metric: Annotated[Name, Path()]) -> Metric:
    """One metric."""
    return cast("Metric", metrics.metric(metric))
