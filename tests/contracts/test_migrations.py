"""The migrations make the schema that the records declare, and nothing runs on another one."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import SQLModel
from world import World

import registry.records  # noqa: F401  # declares the tables
from registry.errors import Unavailable, Undecided
from registry.resources import folder
from registry.settings import Settings
from registry.store import database, migrations, triggers
from registry.workflow.context import Context, open_context
from registry.workflow.verify import verify

SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    "postgresql": "SELECT table_name, column_name, data_type, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = 'public' "
    "ORDER BY table_name, ordinal_position",
}


@pytest.fixture
def emptied(database_url: str, tmp_path: Path) -> str:
    """The address of a database that no migration ever ran on."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'new.db'}"
    engine = database.open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return database_url


def set_revision(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def opened(url: str, folder: Path) -> Context:
    return open_context(Settings(folder, url, "local", None))


def test_the_migrated_schema_is_the_one_the_records_declare(home: Context) -> None:
    with home.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_column_that_no_migration_makes_would_be_noticed(home: Context) -> None:
    with home.engine.begin() as connection:
        connection.execute(text("ALTER TABLE release DROP COLUMN revoked_reason"))
    with home.engine.connect() as connection:
        ((verb, _, table, column),) = compare_metadata(
            MigrationContext.configure(connection), SQLModel.metadata
        )
        assert (verb, table, column.name) == ("add_column", "release", "revoked_reason")


def test_the_revision_compared_every_day_is_that_of_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.set_main_option("path_separator", "os")

    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_every_trigger_stands_after_an_upgrade(emptied: str) -> None:
    engine = database.open_engine(emptied, create=True)

    assert migrations.upgrade(engine) == migrations.HEAD

    assert migrations.current(engine) == migrations.HEAD
    with engine.connect() as connection:
        assert triggers.faults(connection) == []
    engine.dispose()


def test_a_database_without_migrations_is_refused_and_the_command_named(
    emptied: str, tmp_path: Path
) -> None:
    database.open_engine(emptied, create=True).connect().close()

    with pytest.raises(Undecided) as caught:
        opened(emptied, tmp_path)

    assert caught.value.exit_code == 3
    assert "revision none" in caught.value.what
    assert "registry db upgrade" in (caught.value.todo or "")


@pytest.mark.parametrize("revision", ["0000", "9999", "zzzz"])
def test_a_database_at_another_revision_is_refused_and_the_command_named(
    home: Context, revision: str
) -> None:
    set_revision(home.engine, revision)

    with pytest.raises(Undecided) as caught:
        opened(home.settings.database_url, home.settings.folder)

    assert caught.value.exit_code == 3
    assert f"revision {revision}" in caught.value.what
    assert "registry db upgrade" in (caught.value.todo or "")


def test_an_upgrade_from_a_revision_nobody_knows_is_refused_and_changes_nothing(
    home: Context,
) -> None:
    set_revision(home.engine, "9999")

    with pytest.raises(Undecided, match="9999"):
        migrations.upgrade(home.engine)

    assert migrations.current(home.engine) == "9999"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////dev/null/registry.db",
        "postgresql://nobody@127.0.0.1:1/registry?connect_timeout=2",
    ],
)
def test_a_database_that_does_not_answer_is_not_taken_for_an_empty_one(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable) as caught:
        opened(url, tmp_path)

    assert "db upgrade" not in (caught.value.todo or "")


def test_a_file_that_is_no_database_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.write_bytes(b"age,cost\n41,12.5\n" * 1000)

    with pytest.raises(Unavailable, match="not a database"):
        opened(f"sqlite:///{path}", tmp_path)


def test_a_second_upgrade_changes_nothing(world: World) -> None:
    engine = world.home.engine

    def everything() -> tuple[object, ...]:
        with engine.connect() as connection:
            schema = connection.execute(text(SCHEMA[engine.dialect.name])).all()
            return schema, triggers.faults(connection), verify(world.home)

    before = everything()
    assert migrations.upgrade(engine) == migrations.HEAD

    assert everything() == before
