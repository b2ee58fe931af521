"""Supervision: inspections, evaluated people, satisfaction, complaints, flags, grades."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _inspections()
    _satisfaction()
    _complaints()
    _flags()
    _years()


def downgrade() -> None:
    """Drop them."""
    for table in (
        *("scans", "issuer_years", "grades", "flag_issuers", "flags", "complaint_contacts", "complaints"),
        *("satisfaction", "evaluated", "inspections"),
    ):
        op.drop_table(table)


def _whole(name: str, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _WHOLE, nullable=nullable)


def _words(name: str, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _of_issuer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f(f"fk_{table}_issuer"))


def _of_request(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["issuer", "request"], ["requests.issuer", "requests.id"], name=op.f(f"fk_{table}_issuer_request")
    )


def _inspections() -> None:
    op.create_table(
        "inspections",
        _whole("id"),
        _words("issuer"),
        _whole("day"),
        _words("kind"),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        _words("outcome"),
        _whole("mend_by", nullable=True),
        _words("recorded_by"),
        _whole("recorded_at"),
        _words("closing", nullable=True),
        _words("closed_by", nullable=True),
        _whole("closed_at", nullable=True),
        sa.CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name=op.f("ck_inspections_closed")),
        sa.CheckConstraint("(outcome = 'to-mend') = (mend_by IS NOT NULL)", name=op.f("ck_inspections_mend_by")),
        _of_issuer("inspections"),
        _of_request("inspections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index("ix_inspections_issuer", "inspections", ["issuer"])


def _satisfaction() -> None:
    op.create_table(
        "evaluated",
        _words("issuer"),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        _whole("people"),
        _words("recorded_by"),
        _whole("recorded_at"),
        sa.CheckConstraint("people > 0", name=op.f("ck_evaluated_people")),
        _of_request("evaluated"),
        sa.PrimaryKeyConstraint("issuer", "request", name=op.f("pk_evaluated")),
    )
    op.create_table(
        "satisfaction",
        _whole("id"),
        _words("issuer"),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        *(_whole(name) for name in ("first", "last", "asked", "mark1", "mark2", "mark3", "mark4", "mark5")),
        _words("recorded_by"),
        _whole("recorded_at"),
        sa.CheckConstraint("first <= last", name=op.f("ck_satisfaction_days")),
        sa.CheckConstraint("mark1 + mark2 + mark3 + mark4 + mark5 <= asked", name=op.f("ck_satisfaction_asked")),
        _of_issuer("satisfaction"),
        _of_request("satisfaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
        sa.UniqueConstraint("issuer", "request", name=op.f("uq_satisfaction_issuer_request")),
    )
    of_periods = sa.text("request IS NULL")
    op.create_index(
        "uq_satisfaction_period",
        "satisfaction",
        ["issuer", "first", "last"],
        unique=True,
        sqlite_where=of_periods,
        postgresql_where=of_periods,
    )


def _complaints() -> None:
    op.create_table(
        "complaints",
        _whole("id"),
        *(_words(name) for name in ("case", "about", "whom")),
        _words("issuer", nullable=True),
        _words("said"),
        _whole("asked_at"),
        _words("taken_by", nullable=True),
        _whole("taken_at", nullable=True),
        *(_words(name, nullable=True) for name in ("outcome", "answer", "closed_by")),
        _whole("closed_at", nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_complaints_closed")),
        sa.CheckConstraint("closed_at IS NULL OR taken_at IS NOT NULL", name=op.f("ck_complaints_taken")),
        _of_issuer("complaints"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("case", name=op.f("uq_complaints_case")),
    )
    op.create_index("ix_complaints_issuer", "complaints", ["issuer"])
    op.create_table(
        "complaint_contacts",
        sa.Column("complaint", _WHOLE, autoincrement=False, nullable=False),
        _words("contact"),
        sa.ForeignKeyConstraint(["complaint"], ["complaints.id"], name=op.f("fk_complaint_contacts_complaint")),
        sa.PrimaryKeyConstraint("complaint", name=op.f("pk_complaint_contacts")),
    )


def _flags() -> None:
    op.create_table(
        "flags",
        _whole("id"),
        *(_words(name) for name in ("sort", "key")),
        _whole("day"),
        sa.Column("facts", sa.JSON(), nullable=False),
        _whole("raised_at"),
        _words("state"),
        *(_words(name, nullable=True) for name in ("explanation", "closed_by")),
        _whole("closed_at", nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_by IS NULL)", name=op.f("ck_flags_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("sort", "key", name=op.f("uq_flags_sort_key")),
    )
    op.create_index("ix_flags_state", "flags", ["state"])
    op.create_table(
        "flag_issuers",
        sa.Column("flag", _WHOLE, autoincrement=False, nullable=False),
        _words("issuer"),
        sa.ForeignKeyConstraint(["flag"], ["flags.id"], name=op.f("fk_flag_issuers_flag")),
        _of_issuer("flag_issuers"),
        sa.PrimaryKeyConstraint("flag", "issuer", name=op.f("pk_flag_issuers")),
    )
    op.create_index("ix_flag_issuers_issuer", "flag_issuers", ["issuer"])


def _years() -> None:
    op.create_table(
        "grades",
        _whole("id"),
        _words("issuer"),
        _whole("year"),
        *(_words(name) for name in ("grade", "document", "agreed_by")),
        _whole("given_at"),
        _of_issuer("grades"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
    )
    op.create_index("ix_grades_issuer", "grades", ["issuer"])
    op.create_table(
        "issuer_years",
        sa.Column("year", _WHOLE, autoincrement=False, nullable=False),
        _words("issuer"),
        _whole("certificates"),
        _of_issuer("issuer_years"),
        sa.PrimaryKeyConstraint("year", "issuer", name=op.f("pk_issuer_years")),
    )
    op.create_table(
        "scans",
        _whole("id"),
        _whole("at"),
        _whole("raised"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
    )
