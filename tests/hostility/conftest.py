"""The estate on each database, built once for the module and copied for each attack."""

from pathlib import Path

import pytest
from hostility.estate import Estate, build


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def estate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """Everything lived through once."""
    folder: Path = tmp_path_factory.mktemp("estate")
    if request.param == "sqlite":
        return build(folder, request.getfixturevalue("sqlite_template"), None)
    return build(folder, None, request.getfixturevalue("postgres_server"))
