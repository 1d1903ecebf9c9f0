"""A hundred thousand steps: no release in force without decision, quorum and separation.

In shards with seeds of their own, so that two workers share them (`-n 2`).
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from stateful.machine import Office, careless

SHARDS = 40
STEPS = 2_500
LONG = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.soak
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_shard_of_a_hundred_thousand_steps(
    shard: int, record_property: Callable[[str, object], None]
) -> None:
    Office.done = Office.refused = Office.released = 0
    runs = 0

    with careless():
        while Office.done < STEPS:
            found = seed(1_000 * shard + runs)(Office)
            run_state_machine_as_test(found, settings=LONG)
            runs += 1

    figures = {name: getattr(Office, name) for name in ("done", "refused", "released")}
    for name, count in figures.items():
        record_property(name, count)
    assert SHARDS * STEPS >= 100_000
    assert Office.released > STEPS // 200
