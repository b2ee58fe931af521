"""What is not valid is found without reading what is: a status list is published from it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NOT_VALID = sa.text("status <> 0")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_registered_not_valid",
        "registered",
        ["list", "index", "status"],
        sqlite_where=_NOT_VALID,
        postgresql_where=_NOT_VALID,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_registered_not_valid", "registered")
