"""What a metric is measured for: columns of the right types, what is declared, or fixed places."""

from __future__ import annotations

from dataclasses import replace

from evaluators.base import Constraint, Declared, Kind, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.scopes import scopes_of, unasked


def test_a_column_metric_is_for_the_columns_of_its_types(independent: Tables) -> None:
    assert scopes_of(independent, CATALOGUE["validity.categories"]) == [("job",), ("ill",)]


def test_a_pair_metric_is_for_every_pair_once_in_schema_order(independent: Tables) -> None:
    pairs = scopes_of(independent, CATALOGUE["fidelity.trend"])

    assert len(pairs) == 15
    assert pairs[:2] == [("age", "job"), ("age", "pay")]


def test_excluded_columns_are_for_the_metrics_of_copies_alone(independent: Tables) -> None:
    tables = replace(independent, kinds=independent.kinds | {"job": Kind.TEXT})

    assert ("job",) not in scopes_of(tables, CATALOGUE["fidelity.shape"])
    assert scopes_of(tables, CATALOGUE["privacy.verbatim"]) == [("job",)]


def test_what_is_declared_is_what_is_measured(independent: Tables) -> None:
    declared = Declared(subgroups=("job",), constraints=(Constraint("age", "<=", "pay"),))
    tables = replace(independent, declared=declared)

    assert scopes_of(tables, CATALOGUE["fidelity.subgroup"]) == [("job",)]
    assert scopes_of(tables, CATALOGUE["validity.constraints"]) == [("age <= pay",)]


def test_a_metric_without_anything_to_measure_says_why(independent: Tables) -> None:
    why = unasked(independent, CATALOGUE.values())

    assert why["fidelity.subgroup"] == "no subgroups are declared"
    assert why["privacy.k_map"] == "no quasi-identifiers are declared"
    assert why["privacy.verbatim"] == "no column is free text or an identifier"


def test_fixed_places_are_the_same_on_every_table(independent: Tables) -> None:
    assert scopes_of(independent, CATALOGUE["privacy.mia.auc"]) == [
        ("distance",),
        ("density-ratio",),
    ]
