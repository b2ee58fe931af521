"""What holders ask to have corrected; the statistics of each day."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "corrections",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("list", _WHOLE, nullable=False),
        sa.Column("index", _WHOLE, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("asked_at", _WHOLE, nullable=False),
        sa.Column("outcome", _WHOLE, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", _WHOLE, nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name=op.f("ck_corrections_answered")),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_corrections_issuer")),
        sa.ForeignKeyConstraint(
            ["list", "index"], ["registered.list", "registered.index"], name=op.f("fk_corrections_list_index")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("case", name=op.f("uq_corrections_case")),
    )
    op.create_index("ix_corrections_entry", "corrections", ["list", "index"])
    op.create_index("ix_corrections_issuer_outcome", "corrections", ["issuer", "outcome"])
    op.create_table(
        "statistics",
        sa.Column("day", _WHOLE, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_statistics")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("statistics")
    op.drop_table("corrections")
