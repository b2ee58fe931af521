"""Approvers' keys, and how much each request changed; requests from before count as nothing."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "approver_keys",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active_from", _WHOLE, nullable=False),
        sa.Column("retired_at", _WHOLE, nullable=True),
        sa.CheckConstraint("purpose = 'approval'", name=op.f("ck_approver_keys_purpose")),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_approver_keys_issuer")),
        sa.ForeignKeyConstraint(
            ["public", "purpose", "issuer"],
            ["keys.public", "keys.purpose", "keys.owner"],
            name=op.f("fk_approver_keys_public_purpose_issuer"),
        ),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_approver_keys")),
    )
    op.create_index(op.f("ix_approver_keys_issuer"), "approver_keys", ["issuer"])
    op.create_table(
        "request_changes",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("count", _WHOLE, nullable=False),
        sa.Column("approver", sa.LargeBinary(), nullable=True),
        sa.Column("approval", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(approver IS NULL) = (approval IS NULL)", name=op.f("ck_request_changes_approved")),
        sa.ForeignKeyConstraint(["approver"], ["approver_keys.public"], name=op.f("fk_request_changes_approver")),
        sa.ForeignKeyConstraint(
            ["issuer", "request"], ["requests.issuer", "requests.id"], name=op.f("fk_request_changes_issuer_request")
        ),
        sa.PrimaryKeyConstraint("issuer", "request", name=op.f("pk_request_changes")),
    )
    op.create_index("ix_request_changes_issuer_at", "request_changes", ["issuer", "at"])


def downgrade() -> None:
    """Drop them. An older version knows no approvers, so their keys go too."""
    op.drop_table("request_changes")
    op.drop_table("approver_keys")
    op.execute("DELETE FROM keys WHERE purpose = 'approval'")
