from __future__ import annotations

import json
from dataclasses import replace

import pytest

from evaluators.base import Measurement

MEASURED = Measurement(
    metric="m",
    definition=1,
    scope=("a", "b"),
    status="measured",
    value=0.5,
    low=0.4,
    high=float("inf"),
    interval="wilson-95",
    n=10,
    direction="lower",
    unit="share",
    parameters={"bound": float("inf"), "nested": {"low": -float("inf")}},
    seed=3,
    versions={"numpy": "1"},
    cause=None,
    seconds=1.5,
)


def test_facts_are_json_and_leave_out_the_time() -> None:
    facts = MEASURED.facts()

    assert "seconds" not in facts
    assert facts == replace(MEASURED, seconds=9.0).facts()
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


def test_an_infinity_is_written_as_text() -> None:
    facts = MEASURED.facts()

    assert facts["high"] == "inf"
    assert facts["parameters"] == {"bound": "inf", "nested": {"low": "-inf"}}


@pytest.mark.parametrize("field", ["value", "low", "high"])
@pytest.mark.parametrize("number", [None, float("nan")])
def test_what_is_not_a_number_is_never_measured(field: str, number: float | None) -> None:
    with pytest.raises(ValueError, match="are numbers"):
        replace(MEASURED, **{field: number})  # type: ignore[arg-type]


def test_what_is_not_measurable_needs_a_cause_and_has_no_value() -> None:
    blank = {"status": "not-measurable", "value": None, "low": None, "high": None}

    assert replace(MEASURED, **blank, cause="too few rows").cause == "too few rows"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has a cause"):
        replace(MEASURED, **blank)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no value"):
        replace(MEASURED, status="not-measurable", cause="why")
