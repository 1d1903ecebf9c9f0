"""The REST API under /api/v1, one file a noun."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute

from registry.web.api import (
    access,
    accounts,
    agreements,
    audit,
    audit_questions,
    audit_work,
    batches,
    budgets,
    bundles,
    checking,
    datasets,
    deputies,
    documentation,
    dp_audits,
    exports,
    jobs,
    keys,
    metrics,
    own,
    partitions,
    policies,
    policy_texts,
    policy_work,
    recalls,
    releases,
    reports,
    requests,
    sessions,
    sources,
    waivers,
    webhooks,
)
from registry.web.api.openapi import PREFIX, describe

ROOMS = (
    sessions,
    own,
    sources,
    datasets,
    checking,
    jobs,
    exports,
    requests,
    releases,
    recalls,
    agreements,
    access,
    deputies,
    waivers,
    budgets,
    partitions,
    batches,
    dp_audits,
    policies,
    policy_work,
    policy_texts,
    audit,
    audit_questions,
    audit_work,
    bundles,
    reports,
    metrics,
    accounts,
    keys,
    webhooks,
)


def add_to(app: FastAPI) -> None:
    """Add every route under /api/v1, and their description."""
    for room in ROOMS:
        app.include_router(room.router, prefix=PREFIX)
    routes = [one for room in ROOMS for one in room.router.routes if isinstance(one, APIRoute)]
    app.state.shown = {one.path: one for one in routes if one.methods == {"GET"}}
    documentation.add_to(app)
    describe(app)
