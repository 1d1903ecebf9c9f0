"""Validity: is the synthetic table well-formed at all?"""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import ORDERED, MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="validity.schema",
        title="Same columns, stored alike",
        definition=1,
        direction="higher",
        unit="share",
        scope="",
        sampled=False,
        minimum_n=1,
        describes="Share of columns that stand in the same place under the same name and are "
        "stored alike. Excluded columns are named with their kind.",
        formula="columns that agree / columns of either table",
        source="TableStructure of SDMetrics 0.32, with order and wholeness of numbers added",
        evaluator="evaluators.validity.schema:schema",
        profile="quick",
    ),
    MetricInfo(
        id="validity.keys",
        title="New and unique identifiers",
        definition=1,
        direction="higher",
        unit="share",
        scope="excluded",
        sampled=False,
        minimum_n=1,
        describes="Share of synthetic rows whose identifier is present, unique, and in no real "
        "table.",
        formula="rows with a present identifier, of one synthetic row and no real row / rows",
        source="KeyUniqueness of SDMetrics 0.32, counting no shared identifier and no real one",
        evaluator="evaluators.validity.keys:keys",
        kinds=("identifier",),
        profile="quick",
    ),
    MetricInfo(
        id="validity.ranges",
        title="Values within the real range",
        definition=1,
        direction="higher",
        unit="share",
        scope="column",
        sampled=False,
        minimum_n=1,
        describes="Share of synthetic rows whose value lies in the range of the real column; a "
        "missing value does where the real column has one.",
        formula="rows with min(real) <= value <= max(real), or allowed missing / rows",
        source="BoundaryAdherence of SDMetrics 0.32, with allowed missing values counted",
        evaluator="evaluators.validity.values:ranges",
        kinds=ORDERED,
        profile="quick",
    ),
    MetricInfo(
        id="validity.categories",
        title="Values among the real categories",
        definition=1,
        direction="higher",
        unit="share",
        scope="column",
        sampled=False,
        minimum_n=1,
        describes="Share of synthetic rows whose value occurs in the real column; a missing value "
        "does where the real column has one.",
        formula="rows with a value of the real column / rows",
        source="CategoryAdherence of SDMetrics 0.32",
        evaluator="evaluators.validity.values:categories",
        kinds=("categorical", "boolean"),
        profile="quick",
    ),
    MetricInfo(
        id="validity.constraints",
        title="Declared constraints satisfied",
        definition=1,
        direction="higher",
        unit="share",
        scope="constraint",
        sampled=False,
        minimum_n=1,
        describes="Share of synthetic rows that satisfy a declared relation between two columns; "
        "a row in which either is missing does.",
        formula="rows with left relation right, or either missing / rows",
        source="Inequality constraints as in Patki et al. (2016), DSAA, 399-410; a missing value "
        "reads as in a CHECK constraint of ISO/IEC 9075-2",
        evaluator="evaluators.validity.constraints:constraints",
        profile="quick",
        needs="constraints",
    ),
)
