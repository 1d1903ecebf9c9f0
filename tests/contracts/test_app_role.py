"""Under a role of its own the application works, and cannot change the log in any way."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from databases import run_on
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from world import World, build

from registry.errors import InvalidInput, NotFound, NotPermitted
from registry.records import Role
from registry.store.database import writing
from registry.store.grants import grant_app_role
from registry.workflow.add_account import add_account
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.context import Context, open_context
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.verify import verify

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def grant(home: Context, role: str) -> dict[str, str]:
    with writing(home.engine) as session:
        return grant_app_role(session.connection(), role)


@pytest.fixture
def role(home: Context, postgres_server: str) -> Iterator[str]:
    """A role that may log in, and nothing else."""
    name = f"app_{uuid4().hex[:12]}"
    run_on(postgres_server, f"CREATE ROLE {name} LOGIN")
    yield name
    home.engine.dispose()
    with home.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
    run_on(postgres_server, f"DROP ROLE {name}")


@pytest.fixture
def app(home: Context, role: str) -> Iterator[Context]:
    """The registry as the application opens it, under its role."""
    add_account(home, "admin", [Role.ADMIN])
    checkpoint(home)
    grant(home, role)
    address = make_url(home.settings.database_url).set(username=role)
    url = address.render_as_string(hide_password=False)
    context = open_context(replace(home.settings, database_url=url), home.clock)
    yield context
    context.engine.dispose()


@on_postgresql
def test_the_whole_story_runs_under_the_role(home: Context, role: str) -> None:
    grant(home, role)
    address = make_url(home.settings.database_url).set(username=role)
    url = address.render_as_string(hide_password=False)
    context = open_context(replace(home.settings, database_url=url), home.clock)

    world: World = build(context, home.settings.folder)
    request = world.submit()
    world.approve(request)
    released = release(world.by("carla"), request, Terms("Pricing team"))
    revoke(world.by("carla"), released.label, "the agreement is over")
    checkpoint(context)

    assert verify(context) == verify(home)
    context.engine.dispose()


def refused(app: Context, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        app.engine.begin() as connection,
    ):
        connection.execute(text(statement))


CHANGES = [
    f"{change} {table}{rest}"
    for table in ("event", "log_node", "log_checkpoint")
    for change, rest in (
        ("UPDATE", " SET {column} = {column}"),
        ("DELETE FROM", ""),
        ("TRUNCATE", ""),
        ("ALTER TABLE", " DISABLE TRIGGER ALL"),
        ("DROP TABLE", ""),
        ("DROP TRIGGER {table}_no_update ON", ""),
        ("CREATE TRIGGER mine BEFORE INSERT ON", " EXECUTE FUNCTION registry_event_refuse()"),
    )
]
COLUMN = {"event": "body", "log_node": "hash", "log_checkpoint": "note"}


@on_postgresql
@pytest.mark.parametrize("statement", CHANGES)
def test_the_log_is_refused_to_the_role_even_where_the_triggers_are_gone(
    home: Context, app: Context, statement: str
) -> None:
    (table,) = (name for name in COLUMN if f" {name}" in statement)
    with home.engine.begin() as connection:
        for name in COLUMN:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER ALL"))

    refused(app, statement.format(table=table, column=COLUMN[table]))


@on_postgresql
def test_the_role_cannot_silence_triggers_nor_make_tables_of_its_own(app: Context) -> None:
    for statement in (
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        refused(app, statement)


@on_postgresql
def test_a_role_that_no_permission_holds_back_is_refused(
    home: Context, postgres_server: str, role: str
) -> None:
    with home.engine.connect() as connection:
        owner = str(connection.execute(text("SELECT current_user")).scalar())
    with pytest.raises(NotPermitted, match="superuser") as caught:
        grant(home, owner)
    assert caught.value.exit_code == 4
    run_on(postgres_server, f"GRANT pg_write_all_data TO {role}")
    with pytest.raises(NotPermitted, match="may change the table anchor"):
        grant(home, role)
    run_on(postgres_server, f"REVOKE pg_write_all_data FROM {role}")
    run_on(postgres_server, f'GRANT "{owner}" TO {role}')
    with pytest.raises(NotPermitted, match="owns the table anchor"):
        grant(home, role)


@on_postgresql
def test_a_role_that_is_not_there_is_named(home: Context) -> None:
    with pytest.raises(NotFound, match="no role 'nobody-here'"):
        grant(home, "nobody-here")


@on_sqlite
def test_sqlite_has_no_roles(home: Context) -> None:
    with pytest.raises(InvalidInput, match="no roles") as caught:
        grant(home, "app")
    assert caught.value.exit_code == 2
