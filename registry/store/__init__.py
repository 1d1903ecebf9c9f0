"""The database: engine, locking, triggers, migrations, unit of work; and the file store."""
