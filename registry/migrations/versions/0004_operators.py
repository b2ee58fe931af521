"""Accounts of operators, their recovery codes, and the browsers that are signed in."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "operators",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("added_at", _WHOLE, nullable=False),
        sa.Column("disabled_at", _WHOLE, nullable=True),
        sa.Column("setup", sa.LargeBinary(), nullable=True),
        sa.Column("setup_expires", _WHOLE, nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", _WHOLE, nullable=False),
        sa.Column("failures", _WHOLE, nullable=False),
        sa.Column("locked_until", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_operators")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.name"], name=op.f("fk_recovery_codes_operator")),
        sa.PrimaryKeyConstraint("operator", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("since", _WHOLE, nullable=False),
        sa.Column("seen_at", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.name"], name=op.f("fk_sign_ins_operator")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_operator"), "sign_ins", ["operator"])


def downgrade() -> None:
    """Drop them. The names in the record stay."""
    op.drop_index(op.f("ix_sign_ins_operator"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_table("recovery_codes")
    op.drop_table("operators")
