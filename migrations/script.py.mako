"""${message}.

A batch operation on SQLite rebuilds the table and silently drops its triggers: a migration that
touches ``event`` ends with ``triggers.create(op.get_bind())``.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
