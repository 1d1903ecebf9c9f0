"""Every attack ends as it is stated to end, on each database that has the means for it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hostility.attack import Attack
from hostility.estate import Estate
from hostility.matrix import ATTACKS
from hostility.observe import observed
from hostility.page import page, stated

from registry.workflow.auditing.verify_anchored import verify_anchored
from registry.workflow.verify import verify

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hostile-administrator.md"


def test_the_page_is_what_the_matrix_states() -> None:
    assert PAGE.read_text() == page(stated()), "run `python tests/hostile_page.py`"


def test_there_are_attacks_enough_and_each_has_a_name_of_its_own() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) > 100


def test_the_estate_itself_is_sound(estate: Estate, tmp_path: Path) -> None:
    with estate.copied(tmp_path) as case:
        found = verify(case.context)
        against = verify_anchored(case.context, [str(case.outside / "anchors")])

    assert found.checkpoint is not None
    assert against.since == found.events - against.newest > 2


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_stated(
    estate: Estate, attack: Attack, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    database = "postgresql" if estate.server else "sqlite"
    if not attack.on(database):
        return
    outcome, said = observed(estate, attack, tmp_path)

    for name, value in (("attack", attack.name), ("database", database), ("outcome", outcome)):
        record_property(name, value)
    assert outcome == attack.outcome, said
    assert re.search(attack.said, said), said
