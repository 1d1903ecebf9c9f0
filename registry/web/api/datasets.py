"""``/api/v1/datasets``: synthetic datasets and their versions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from registry.web.visitor import Person
from registry.workflow import listing

router = APIRouter(tags=["datasets"])


@router.get("/datasets")
def list_datasets(visitor: Person) -> list[dict[str, Any]]:
    """Every version of every synthetic dataset."""
    return listing.versions(visitor.context)
