"""Prometheus metrics: requests by route template, never by address or person.

With several workers each counts in files of a shared folder (PROMETHEUS_MULTIPROC_DIR), which
`registry serve` makes, and whichever is asked answers for all.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Collection, Iterator
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from registry.desk_settings import DeskSettings
from registry.errors import NotPermitted
from registry.web.visitor import address_of, desk_of
from registry.workflow.context import Context
from registry.workflow.metering import metered

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
PLAIN: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)
_process = CollectorRegistry()
_requests = Counter(
    "registry_requests", "Requests answered.", ("method", "route", "status"), registry=_process
)
_seconds = Histogram(
    "registry_request_seconds",
    "Time to answer.",
    ("route",),
    buckets=_BUCKETS,
    registry=_process,
)
_PASSED_ON: Final = (
    *("x-forwarded-for", "forwarded", "x-real-ip", "via"),
    *("x-forwarded-host", "x-forwarded-proto"),
)
"""Headers that proxies add; which of them differs from one to the next."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One more request; methods that nobody knows count as one, for anybody can invent some."""
    _requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def add_to(app: FastAPI) -> None:
    """Add /metrics."""

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        """Figures for a monitor, from an allowed address or with the token."""
        desk = desk_of(request)
        require_monitor(request, desk.home.settings.desk)
        found = CollectorRegistry()
        found.register(_Gauges(desk.home))
        return Response(_counted() + generate_latest(found), media_type=PLAIN)


def require_monitor(request: Request, settings: DeskSettings) -> None:
    """Raise `NotPermitted` unless a monitor asks.

    What a proxy passed on says so in a header, and may come from the proxy's address whoever asked:
    it needs the token.
    """
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    known = settings.metrics_token
    if known and kind.lower() == "bearer" and hmac.compare_digest(token.encode(), known.encode()):
        return
    passed_on = any(one in request.headers for one in _PASSED_ON)
    if passed_on or not _allowed(address_of(request), settings.metrics_from):
        raise NotPermitted(
            "metrics are for monitors",
            expected="an address of metrics_from in [desk], or the token REGISTRY_METRICS_TOKEN",
        )


def _allowed(address: str, allowed: Collection[str]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return str(getattr(found, "ipv4_mapped", None) or found) in allowed


def _counted() -> bytes:
    if SHARED not in os.environ:
        return bytes(generate_latest(_process))
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return bytes(generate_latest(shared))


class _Gauges(Collector):
    """What the store says, read when it is asked for."""

    def __init__(self, home: Context) -> None:
        self._home = home

    def collect(self) -> Iterator[Metric]:
        """The log, what protects it, how many sessions are open, and the jobs."""
        found = metered(self._home)
        yield _gauge("registry_log_events", "Events in the log.", found.events)
        yield _gauge(
            "registry_log_unanchored_events",
            "Events after the last anchor, which nothing outside protects.",
            found.unanchored,
        )
        if found.anchored_at is not None:
            yield _gauge(
                "registry_log_anchored_timestamp_seconds", "Last anchor.", found.anchored_at
            )
        yield _gauge("registry_open_sessions", "Sessions that last.", found.sessions)
        jobs = GaugeMetricFamily("registry_jobs", "Evaluations by state.", labels=["state"])
        for state, number in found.jobs.items():
            jobs.add_metric([state], number)
        yield jobs


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)
