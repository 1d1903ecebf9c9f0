"""Measure everything in the catalogue: every metric, every scope, in a fixed order.

Fail closed: whatever a metric does, each of its scopes ends as a measurement, either a value or
not measurable with a cause. Nothing is skipped and nothing drops out of an average.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import version

from evaluators.base import Finding, Found, Measurement, NotMeasurable, Scope, Tables
from evaluators.catalogue import CATALOGUE, MetricInfo
from evaluators.quiet import quiet
from evaluators.scopes import NOTHING, scopes_of
from evaluators.seed import metric_seed

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]


def steps(tables: Tables) -> list[str]:
    """The metric ids that ``run`` goes through, in order."""
    return [name for name, info in CATALOGUE.items() if info.evaluator]


def run(tables: Tables, *, seed: int, progress: Progress | None = None) -> Iterator[Measurement]:
    """Every measurement of the catalogue; the same tables and seed give the same facts.

    ``progress(metric, done, total)`` is called before each metric and once after the last.
    """
    names = steps(tables)
    for done, name in enumerate(names):
        if progress:
            progress(name, done, len(names))
        yield from measure(tables, CATALOGUE[name], seed=seed)
    if progress:
        progress(names[-1], len(names), len(names))


def measure(tables: Tables, info: MetricInfo, *, seed: int) -> list[Measurement]:
    """One metric on each of its scopes, in schema order."""
    scopes = scopes_of(tables, info)
    own = metric_seed(seed, info.draws or info.id, info.definition)
    started = time.perf_counter()
    found, libraries = _found(tables, info, own)
    seconds = time.perf_counter() - started
    blank = _blank(info, own, {name: _version(name) for name in libraries})
    if not scopes:
        return [replace(blank, seconds=seconds, cause=NOTHING[info.scope])]
    share = seconds / max(len(scopes), 1)
    return [_measurement(replace(blank, scope=s, seconds=share), found[s]) for s in scopes]


def _found(
    tables: Tables, info: MetricInfo, seed: int
) -> tuple[dict[Scope, Found | NotMeasurable], tuple[str, ...]]:
    """What the evaluator found, with a cause in every scope it left open."""
    found: dict[Scope, Found | NotMeasurable] = {}
    libraries: tuple[str, ...] = ()
    cause = "the evaluator gave no result for this scope"
    try:
        _enough_rows(tables, info)
        with quiet(seed):
            evaluator, libraries = _evaluator(info.evaluator)
        with quiet(seed):
            found.update(evaluator(tables, seed))
    except NotMeasurable as refusal:
        cause = refusal.cause
    except Exception as error:  # anything at all: a crash is a finding, never a gap
        log.debug("%s failed", info.id, exc_info=True)
        cause = f"the evaluator failed with {type(error).__name__}"  # its text can quote a cell
    return {s: found.get(s, NotMeasurable(cause)) for s in scopes_of(tables, info)}, libraries


def _enough_rows(tables: Tables, info: MetricInfo) -> None:
    if tables.smallest < info.minimum_n:
        raise NotMeasurable(
            f"the smallest table has {tables.smallest} rows, {info.minimum_n} are needed"
        )


def _evaluator(
    place: str,
) -> tuple[Callable[[Tables, int], Iterator[Finding]], tuple[str, ...]]:
    module_name, _, function = place.partition(":")
    module = import_module(module_name)
    return getattr(module, function), module.LIBRARIES


def _blank(info: MetricInfo, seed: int, versions: dict[str, str]) -> Measurement:
    return Measurement(
        metric=info.id,
        definition=info.definition,
        scope=(),
        status="not-measurable",
        value=None,
        low=None,
        high=None,
        interval="none",
        n=None,
        direction=info.direction,
        unit=info.unit,
        parameters={},
        seed=seed,
        versions=versions,
        cause="not measured yet",
        seconds=0.0,
    )


def _measurement(blank: Measurement, finding: Found | NotMeasurable) -> Measurement:
    if isinstance(finding, NotMeasurable):
        return replace(blank, cause=finding.cause)
    if any(math.isnan(number) for number in (finding.value, finding.low, finding.high)):
        return replace(blank, cause="the value or its interval is not a number (NaN)")
    return replace(
        blank,
        status="measured",
        value=float(finding.value),
        low=float(finding.low),
        high=float(finding.high),
        interval=finding.interval,
        n=finding.n,
        parameters=dict(finding.parameters),
        cause=None,
    )


@cache
def _version(library: str) -> str:
    return version(library)
