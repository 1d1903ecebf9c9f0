"""Puts the desk together: one registry, its pages, its API."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from fastapi import FastAPI

from registry.clock import Clock, system_clock
from registry.desk_settings import LOOPBACK
from registry.settings import Settings, load
from registry.web import api, journal, metrics, pages, probes, statics
from registry.web.background import delivering
from registry.web.desk import Desk, Sittings
from registry.web.headers import Headers
from registry.web.journal import Journal
from registry.web.limits import FORM_BYTES, Bodies, Hosts
from registry.web.problems import handle_on
from registry.web.settling import settling
from registry.web.supervised import end_with_supervisor
from registry.web.unforeseen import Unforeseen
from registry.web.uploads import MEGABYTE
from registry.workflow.context import open_context
from registry.workflow.jobs.worker import Worker

LOG_SHAPE: Final = "REGISTRY_LOG"
"""By which `registry serve` tells its workers how to write their log."""


def application(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The desk of one registry; raises as `open_context` does where it cannot be opened.

    It answers to the names in ``settings.desk.hosts``, and to every name where there is none.
    """
    home = open_context(settings, clock, identified=False)
    desk = Desk(home, Sittings() if settings.mode == "local" else None)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        worker = Worker(home)
        worker.start()
        with delivering(home), settling():
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
    # The last one added is the outermost: what it refuses reaches none of those before it.
    app.add_middleware(Unforeseen)
    app.add_middleware(Bodies, upload_bytes=settings.upload_limit * MEGABYTE + FORM_BYTES)
    app.add_middleware(Hosts, allowed=settings.desk.hosts)
    app.add_middleware(Headers)
    app.add_middleware(Journal)
    handle_on(app)
    for room in (statics, probes, metrics, api, pages):
        room.add_to(app)
    return app


def served(settings: Settings) -> Settings:
    """The settings of a desk that listens: without names of hosts, this machine's own."""
    if settings.desk.hosts:
        return settings
    return replace(settings, desk=replace(settings.desk, hosts=LOOPBACK))


def created() -> FastAPI:
    """The desk of the registry that the environment points to, for a server's worker."""
    journal.log_to_stderr("json" if os.environ.get(LOG_SHAPE) == "json" else "text")
    end_with_supervisor()
    return application(served(load(os.environ)))
