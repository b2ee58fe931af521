"""What waits for a second operator; sites that close and open again."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PENDING = sa.text("approved_at IS NULL")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the proposals, and the first day to the key of sites."""
    op.create_table(
        "proposals",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", _WHOLE, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", _WHOLE, nullable=True),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_proposals_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(
        "uq_proposals_pending",
        "proposals",
        ["what", "subject"],
        unique=True,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    _key_of_sites(["issuer", "code", "first"])


def downgrade() -> None:
    """Drop the proposals; of a site that opened again the latest days are kept."""
    op.execute(
        "DELETE FROM sites WHERE first < "
        "(SELECT max(later.first) FROM sites AS later WHERE later.issuer = sites.issuer AND later.code = sites.code)"
    )
    _key_of_sites(["issuer", "code"])
    op.drop_index("uq_proposals_pending", table_name="proposals")
    op.drop_table("proposals")


def _key_of_sites(columns: list[str]) -> None:
    with op.batch_alter_table("sites") as sites:
        sites.drop_constraint("pk_sites", type_="primary")
        sites.create_primary_key("pk_sites", columns)
