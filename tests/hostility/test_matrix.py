"""Every attack ends as it is stated to end, on each database that has the means for it."""

import re
from pathlib import Path

import pytest
from hostility.attack import Attack
from hostility.estate import Estate
from hostility.matrix import ATTACKS
from hostility.observe import observed

from registry.workflow.auditing.verify_anchored import verify_anchored
from registry.workflow.verify import verify


def test_the_estate_itself_is_sound(estate: Estate, tmp_path: Path) -> None:
    with estate.copied(tmp_path) as case:
        found = verify(case.context)
        against = verify_anchored(case.context, [str(case.outside / "anchors")])

    assert found.checkpoint is not None
    assert against.since == found.events - against.newest > 2


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_stated(estate: Estate, attack: Attack, tmp_path: Path) -> None:
    if not attack.on("postgresql" if estate.server else "sqlite"):
        return
    outcome, said = observed(estate, attack, tmp_path)

    assert (outcome, said if outcome != attack.outcome else "") == (attack.outcome, "")
    assert re.search(attack.said, said), said
