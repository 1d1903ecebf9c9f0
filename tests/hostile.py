"""What somebody does who has full write access to the database."""

from sqlalchemy import text
from world import World

from registry.store import triggers


def behind(world: World, *statements: str) -> None:
    """Do what somebody with full write access does."""
    with world.home.engine.begin() as connection:
        names = {
            "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal",
        }[connection.dialect.name]
        for name, table in connection.execute(text(names)).all():
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        for statement in statements:
            connection.execute(text(statement))
        triggers.create(connection)


def cut_back(world: World, size: int) -> None:
    """Restore the log of an earlier day: as if nothing had happened since."""
    behind(
        world,
        f"DELETE FROM anchor WHERE event_seq > {size}",
        "DELETE FROM decision",
        "DELETE FROM request",
        f"DELETE FROM event WHERE seq > {size}",
        f'DELETE FROM log_node WHERE ("index" + 1) << level > {size}',
        f"DELETE FROM log_checkpoint WHERE size > {size}",
    )
