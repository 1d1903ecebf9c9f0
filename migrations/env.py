"""Alembic's entry point: runs on the connection handed over by ``registry.store.migrations``."""

from alembic import context
from sqlmodel import SQLModel

import registry.records  # declares the tables  # noqa: F401

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
