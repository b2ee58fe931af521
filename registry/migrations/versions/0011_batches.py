"""The certificates of one batch are found without reading all of the issuer's: a proof of inclusion needs them."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_registered_issuer_request", "registered", ["issuer", "request"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_registered_issuer_request", "registered")
