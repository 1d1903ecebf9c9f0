"""Validly signed lies: each is refused with its cause, by both verifiers, and they agree."""

import pytest
from both import by_the_file_alone, by_the_registry
from lies import LIES, Lie

from registry.bundle.causes import CAUSES


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_signed_lie_is_refused_with_its_cause(lie: Lie) -> None:
    data = lie.make()

    registry, alone = by_the_registry(data), by_the_file_alone(data)

    assert lie.cause in registry
    assert registry == alone


def test_there_are_more_than_fifty_and_each_cause_is_known() -> None:
    assert len({lie.name for lie in LIES}) == len(LIES) > 50
    assert {lie.cause for lie in LIES} <= CAUSES.keys()
