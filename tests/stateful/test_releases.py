"""Whatever people do, no release is in force without decision, quorum and separation."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from stateful.machine import Office, careless

QUICK = settings(
    max_examples=8,
    stateful_step_count=50,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_no_release_in_force_lacks_a_decision_a_quorum_or_separation() -> None:
    Office.done = Office.released = 0

    with careless():
        run_state_machine_as_test(seed(20260302)(Office), settings=QUICK)

    assert Office.done >= 250
