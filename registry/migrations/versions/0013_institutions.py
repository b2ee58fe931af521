"""Credit code, filing authority and parent of an issuer; issuers on file before have none until one is filed."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the index that the directory searches divisions by."""
    op.create_table(
        "credit_codes",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_credit_codes_issuer")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_credit_codes")),
        sa.UniqueConstraint("code", "issuer", name=op.f("uq_credit_codes_code_issuer")),
    )
    _create(
        "issuer_credit_codes",
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["value", "issuer"],
            ["credit_codes.code", "credit_codes.issuer"],
            name=op.f("fk_issuer_credit_codes_value_issuer"),
        ),
    )
    _create("issuer_authorities", sa.Column("value", sa.String(), nullable=False))
    _create(
        "issuer_parents",
        sa.Column("value", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["value"], ["issuers.code"], name=op.f("fk_issuer_parents_value")),
    )
    op.create_index(op.f("ix_issuer_parents_value"), "issuer_parents", ["value"])
    op.create_index(op.f("ix_issuers_division"), "issuers", ["division"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_issuers_division"), "issuers")
    for table in ("issuer_parents", "issuer_authorities", "issuer_credit_codes", "credit_codes"):
        op.drop_table(table)


def _create(table: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("day", _WHOLE, autoincrement=False, nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f(f"fk_{table}_issuer")),
        sa.PrimaryKeyConstraint("issuer", "day", name=op.f(f"pk_{table}")),
    )
