"""What a metric is measured for on these tables: every scope, in schema order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

from evaluators.base import Scope, Tables
from evaluators.catalogue.metric import MetricInfo

NOTHING = {
    "column": "no column is of a type that it applies to",
    "secret": "no column is of a type that it applies to",
    "pair": "there are no two columns of a type that it applies to",
    "excluded": "no column is free text or an identifier",
    "group": "no subgroup is declared",
    "constraint": "no constraint is declared",
}


def unasked(tables: Tables, infos: Iterable[MetricInfo]) -> dict[str, str]:
    """Metrics that have nothing to be measured for on these tables, each with the reason."""
    return {
        info.id: f"no {info.needs.replace('_', '-')} are declared"
        if info.needs
        else NOTHING[info.scope]
        for info in infos
        if not scopes_of(tables, info)
    }


def scopes_of(tables: Tables, info: MetricInfo) -> list[Scope]:
    """The scopes of ``info``; empty where there is nothing that it could be measured for."""
    if info.needs and not getattr(tables.declared, info.needs):
        return []
    if info.places:
        return list(info.places)
    return _SCOPES[info.scope](tables, info)


def _columns(tables: Tables, info: MetricInfo) -> list[Scope]:
    return [(name,) for name in tables.columns if tables.kinds[name].value in info.kinds]


def _pairs(tables: Tables, info: MetricInfo) -> list[Scope]:
    return list(combinations([name for (name,) in _columns(tables, info)], 2))


def _excluded(tables: Tables, info: MetricInfo) -> list[Scope]:
    return [(name,) for name in tables.excluded if tables.kinds[name].value in info.kinds]


_SCOPES: Mapping[str, Callable[[Tables, MetricInfo], list[Scope]]] = {
    "": lambda tables, info: [()],
    "column": _columns,
    "secret": _columns,
    "pair": _pairs,
    "excluded": _excluded,
    "group": lambda tables, info: [(name,) for name in tables.declared.subgroups],
    "constraint": lambda tables, info: [(c.name,) for c in tables.declared.constraints],
}
