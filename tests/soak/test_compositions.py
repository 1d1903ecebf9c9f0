"""A thousand random compositions of Gaussians against the exact one."""

import pytest
from ledgers import errors_of_gaussians


@pytest.mark.soak
def test_a_thousand_compositions_of_gaussians_are_never_below_the_exact_one() -> None:
    errors = list(errors_of_gaussians(6, 1000))

    assert len(errors) == 1000
    assert min(errors) >= 0
    assert max(errors) < 1e-4
