"""Evaluators: what a synthetic table is worth and what it gives away, measured against real tables.

A library of its own: it reads tables, measures, and hands back plain values. It knows nothing of
registers, policies or releases.

    from evaluators import evaluate
    result = evaluate(real="train.csv", holdout="holdout.csv", synthetic="synthetic.csv")
    result.to_frame()

Start at ``catalogue`` (what can be measured), ``tables`` (how a file becomes a table) and ``run``
(how a metric is measured). What is named here is loaded on first use, so that the catalogue can be
read without a single numerical package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluators.base import Constraint, Declared, Kind
    from evaluators.catalogue import CATALOGUE, MetricInfo
    from evaluators.evaluation import Evaluation, evaluate

__all__ = [
    "CATALOGUE",
    "Constraint",
    "Declared",
    "Evaluation",
    "Kind",
    "MetricInfo",
    "evaluate",
]

_PLACES = {
    "CATALOGUE": "evaluators.catalogue",
    "Constraint": "evaluators.base",
    "Declared": "evaluators.base",
    "Evaluation": "evaluators.evaluation",
    "Kind": "evaluators.base",
    "MetricInfo": "evaluators.catalogue",
    "evaluate": "evaluators.evaluation",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
