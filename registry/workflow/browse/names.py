"""The names that a filter can be set to."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from registry.records import Dataset, Source
from registry.store.database import reading
from registry.workflow.context import Context

MOST = 200
# A loose index scan: from name to name, instead of through a row for each version.
_GENERATORS = text(
    "WITH RECURSIVE found(name) AS (SELECT MIN(name) FROM generator UNION ALL "
    "SELECT (SELECT MIN(name) FROM generator WHERE name > found.name) FROM found "
    f"WHERE found.name IS NOT NULL) SELECT name FROM found WHERE name IS NOT NULL LIMIT {MOST}"
)


def generators(session: Session) -> list[str]:
    """The names of generators, in order; at most two hundred."""
    return [str(name) for (name,) in session.execute(_GENERATORS)]


def sources(session: Session) -> list[str]:
    """The names of sources, in order; at most two hundred."""
    return list(session.exec(select(Source.name).order_by(col(Source.name)).limit(MOST)))


def dataset_names(context: Context) -> list[str]:
    """The names of datasets, in order; at most two hundred."""
    with reading(context.engine) as session:
        return list(session.exec(select(Dataset.name).order_by(col(Dataset.name)).limit(MOST)))


def source_names(context: Context) -> list[str]:
    """The same for a form."""
    with reading(context.engine) as session:
        return sources(session)
