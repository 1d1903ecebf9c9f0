"""Pages for people, one file a noun."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from registry.web.addresses import storable_address
from registry.web.pages import (
    access,
    accounts,
    agreements,
    audit,
    audit_log,
    batches,
    budgets,
    comparing,
    dataset,
    dataset_steps,
    datasets,
    deputies,
    enrolling,
    home,
    jobs,
    keys,
    me,
    oidc,
    partitions,
    policies,
    policy_drafts,
    queue,
    recalls,
    recipients,
    registering,
    releases,
    review,
    signing_in,
    sources,
    tokens,
    waivers,
)


def add_to(app: FastAPI) -> None:
    """Add every page; none of them is part of the API's description."""
    for room in (
        *(home, signing_in, oidc, enrolling, me, keys),
        *(datasets, dataset, dataset_steps, registering, jobs, comparing),
        *(queue, review, deputies, policies, policy_drafts, waivers),
        *(sources, budgets, partitions, batches, releases, recalls, recipients, agreements, access),
        *(audit, audit_log, accounts, tokens),
    ):
        app.include_router(
            room.router, include_in_schema=False, dependencies=[Depends(storable_address)]
        )
