"""What is drawn beside the measurements of an evaluation."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    # One more column and nothing copied, so that triggers stay as they are.
    op.add_column("evaluation", sa.Column("figures", sa.String(), nullable=True))
