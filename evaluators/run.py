"""Measure one metric, or one after another: every scope, in a fixed order.

Fail closed: whatever a metric does, each of its scopes ends as a measurement, either a value or
not measurable with a cause. Nothing is skipped and nothing drops out of an average.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import version

from evaluators.base import FAILED, Finding, Found, Measurement, NotMeasurable, Scope, Tables
from evaluators.catalogue import MetricInfo
from evaluators.profiles import chosen
from evaluators.quiet import quiet
from evaluators.scopes import scopes_of
from evaluators.seed import metric_seed

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]


def run(
    tables: Tables,
    *,
    seed: int,
    infos: Sequence[MetricInfo] | None = None,
    progress: Progress | None = None,
) -> Iterator[Measurement]:
    """Every measurement of ``infos`` (default: the standard profile), in this process.

    The same tables and seed give the same facts. ``progress(metric, done, total)`` is called before
    each metric and once after the last. ``pool`` does the same in processes that can be stopped.
    """
    infos = chosen("standard") if infos is None else infos
    for done, info in enumerate(infos):
        if progress:
            progress(info.id, done, len(infos))
        yield from measure(tables, info, seed=seed)
    if progress and infos:
        progress(infos[-1].id, len(infos), len(infos))


def measure(tables: Tables, info: MetricInfo, *, seed: int) -> list[Measurement]:
    """One metric on each of its scopes, in schema order; none where it has no scope."""
    scopes = scopes_of(tables, info)
    if not scopes:
        return []
    own = metric_seed(seed, info.draws or info.id, info.definition)
    started = time.perf_counter()
    found, libraries = _found(tables, info, own)
    seconds = time.perf_counter() - started
    blank = _blank(info, own, {name: _version(name) for name in libraries})
    share = seconds / len(scopes)
    return [_measurement(replace(blank, scope=s, seconds=share), found[s]) for s in scopes]


def not_measured(tables: Tables, info: MetricInfo, seed: int, cause: str) -> list[Measurement]:
    """The metric on each of its scopes where something outside it kept it from being measured."""
    blank = _blank(info, metric_seed(seed, info.draws or info.id, info.definition), {})
    return [replace(blank, scope=s, cause=cause) for s in scopes_of(tables, info)]


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
        cause = f"{FAILED} {type(error).__name__}"  # its text can quote a cell
    return {s: found.get(s, NotMeasurable(cause)) for s in scopes_of(tables, info)}, libraries


def _enough_rows(tables: Tables, info: MetricInfo) -> None:
    if tables.smallest < info.minimum_n:
        raise NotMeasurable(
            f"the smallest table has {tables.smallest} rows, {info.minimum_n} are needed"
        )
    if info.family == "privacy" and tables.drawn:
        # A draw thins out the copies as well: a leak would look smaller than it is.
        raise NotMeasurable(
            "the tables are too large to hold, and a draw of their rows understates what leaks; "
            "hand the whole tables over as DataFrames"
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
        figures=finding.figures,
    )


@cache
def _version(library: str) -> str:
    return version(library)
