"""Every interval in the tree, drawn again and again: how often does it hold the truth?

Required is 93 to 97 per cent in the regimes each method is stated for, give or take two standard
errors of a coverage found by so many draws; of a cautious method, no less than 93.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak import counts, curves, predictions, references
from tests.soak.case import HIGH, LOW, Case, coverage

CASES = [*counts.CASES, *curves.CASES, *references.CASES, *predictions.CASES]
EVALUATORS = Path(__file__).resolve().parents[2] / "evaluators"

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    case: Case, record_property: Callable[[str, object], None]
) -> None:
    found = coverage(case)

    line = (
        f"{case.method:26} {found.inside:.4f}  below {found.below:.4f}  above {found.above:.4f}  "
        f"{case.draws:6} draws  truth {case.truth}  {case.regime}"
    )
    record_property("coverage", line)
    assert found.inside >= LOW - case.allowance
    assert case.cautious or found.inside <= HIGH + case.allowance


def test_every_interval_of_the_tree_is_drawn() -> None:
    texts = [path.read_text(encoding="utf-8") for path in EVALUATORS.rglob("*.py")]
    named = {name for text in texts for name in re.findall(r'"([A-Za-z0-9-]+-95)"', text)}

    assert named
    assert {name.lower() for name in named} - {case.method for case in CASES} == set()
