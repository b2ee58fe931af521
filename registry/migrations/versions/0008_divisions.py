"""The division that an issuer belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the divisions, and an issuer's."""
    op.create_table(
        "divisions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_divisions")),
    )
    op.add_column("issuers", sa.Column("division", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("issuers", "division")
    op.drop_table("divisions")
