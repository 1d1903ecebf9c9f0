"""Intermediate results that several metrics need, computed once for each ``Tables``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import Lock, RLock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from evaluators.base import Tables

P = ParamSpec("P")
T = TypeVar("T")


def once_per_tables(
    compute: Callable[Concatenate[Tables, P], T],
) -> Callable[Concatenate[Tables, P], T]:
    """Keep the result of ``compute(tables, ...)`` for each set of further (hashable) arguments
    until the tables are gone. Failures are not kept. A thread waits for another that is at it.
    """
    kept: WeakKeyDictionary[Tables, dict[object, T]] = WeakKeyDictionary()
    busy: WeakKeyDictionary[Tables, defaultdict[object, RLock]] = WeakKeyDictionary()
    entry = Lock()

    @wraps(compute)
    def cached(tables: Tables, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(sorted(kwargs.items())))
        with entry:
            results = kept.setdefault(tables, {})
            turn = busy.setdefault(tables, defaultdict(RLock))[key]
        with turn:
            if key not in results:
                results[key] = compute(tables, *args, **kwargs)
            return results[key]

    return cached
