"""Puts the desk together: one registry, its pages, its API."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from registry.clock import Clock, system_clock
from registry.settings import Settings, load
from registry.web import api, pages, statics
from registry.web.desk import Desk, Sittings
from registry.web.headers import Headers
from registry.web.problems import handle_on
from registry.workflow.context import open_context
from registry.workflow.jobs.worker import Worker


def application(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The desk of one registry; raises as `open_context` does where it cannot be opened."""
    home = open_context(settings, clock, identified=False)
    desk = Desk(home, Sittings() if settings.mode == "local" else None)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        worker = Worker(home)
        worker.start()
        yield
        worker.stop()
        home.engine.dispose()

    app = FastAPI(
        title="The registry",
        summary="Governance and policy-as-code for synthetic data.",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.desk = desk
    app.add_middleware(Headers)
    handle_on(app)
    statics.add_to(app)
    api.add_to(app)
    pages.add_to(app)
    return app


def created() -> FastAPI:
    """The desk of the registry that the environment points to, for a server's worker."""
    return application(load(os.environ))
