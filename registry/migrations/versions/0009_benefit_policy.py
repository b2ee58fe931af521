"""The region's benefit policy, as it is to be published next."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "benefit_policy",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", _WHOLE, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_benefit_policy_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_policy")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("benefit_policy")
