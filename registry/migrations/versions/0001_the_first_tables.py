"""The first tables."""

import sqlalchemy as sa
from alembic import op

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_APPEND_ONLY_SQLITE = (
    "CREATE TRIGGER acts_no_update BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
    "CREATE TRIGGER acts_no_delete BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END",
)
_APPEND_ONLY_POSTGRESQL = (
    (
        "CREATE FUNCTION acts_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'acts are append-only'; END $$"
    ),
    "CREATE TRIGGER acts_no_change BEFORE UPDATE OR DELETE ON acts FOR EACH ROW EXECUTE FUNCTION acts_append_only()",
)


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "acts",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_table(
        "agreements",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changed_at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("partner", name=op.f("uq_agreements_partner")),
    )
    op.create_table(
        "filings",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("day", _WHOLE, nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", _WHOLE, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", _WHOLE, nullable=True),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> filed_by", name=op.f("ck_filings_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
    )
    op.create_index(
        "uq_filings_pending",
        "filings",
        ["issuer"],
        unique=True,
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.create_table(
        "issuers",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", _WHOLE, nullable=False),
        sa.Column("approved_at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_issuers")),
    )
    op.create_table(
        "keys",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_keys")),
        sa.UniqueConstraint("public", "purpose", "owner", name=op.f("uq_keys_public_purpose_owner")),
    )
    op.create_table(
        "on_record",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("issued_on", sa.String(), nullable=False),
        sa.Column("imported_at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_on_record")),
    )
    op.create_table(
        "partners",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("pin", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", _WHOLE, nullable=False),
        sa.Column("seq", _WHOLE, nullable=False),
        sa.Column("imported_at", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_partners")),
    )
    op.create_table(
        "publications",
        sa.Column("type", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("list", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("epoch", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("issued", _WHOLE, nullable=False),
        sa.Column("expires", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("type", "list", "epoch", "seq", name=op.f("pk_publications")),
    )
    op.create_table(
        "region",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status_base", sa.String(), nullable=False),
        sa.Column("qr_host", sa.String(), nullable=False),
        sa.Column("created_at", _WHOLE, nullable=False),
        sa.Column("change", _WHOLE, nullable=False),
        sa.Column("published_change", _WHOLE, nullable=False),
        sa.Column("filing_change", _WHOLE, nullable=False),
        sa.Column("published_filing_change", _WHOLE, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_region_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
    )
    op.create_table(
        "roots",
        sa.Column("version", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_roots")),
    )
    op.create_table(
        "status_lists",
        sa.Column("number", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("change", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "certificate_keys",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("compromised_since", _WHOLE, nullable=True),
        sa.Column("survivors", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("purpose = 'certificate'", name=op.f("ck_certificate_keys_purpose")),
        sa.CheckConstraint(
            "(compromised_since IS NULL) = (survivors IS NULL)", name=op.f("ck_certificate_keys_survivors")
        ),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_certificate_keys_issuer")),
        sa.ForeignKeyConstraint(
            ["public", "purpose", "issuer"],
            ["keys.public", "keys.purpose", "keys.owner"],
            name=op.f("fk_certificate_keys_public_purpose_issuer"),
        ),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_certificate_keys")),
    )
    op.create_index(op.f("ix_certificate_keys_issuer"), "certificate_keys", ["issuer"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("checked_at", _WHOLE, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", _WHOLE, nullable=True),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> checked_by", name=op.f("ck_enrolments_two_people")),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_enrolments_issuer")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_enrolments")),
    )
    op.create_table(
        "issuer_names",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("day", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_issuer_names_issuer")),
        sa.PrimaryKeyConstraint("issuer", "day", name=op.f("pk_issuer_names")),
    )
    op.create_table(
        "issuer_states",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("day", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("state", _WHOLE, nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_issuer_states_issuer")),
        sa.PrimaryKeyConstraint("issuer", "day", name=op.f("pk_issuer_states")),
    )
    op.create_table(
        "request_keys",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("active_from", _WHOLE, nullable=False),
        sa.Column("retired_at", _WHOLE, nullable=True),
        sa.CheckConstraint("purpose = 'request'", name=op.f("ck_request_keys_purpose")),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_request_keys_issuer")),
        sa.ForeignKeyConstraint(
            ["public", "purpose", "issuer"],
            ["keys.public", "keys.purpose", "keys.owner"],
            name=op.f("fk_request_keys_public_purpose_issuer"),
        ),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_request_keys")),
    )
    op.create_index(op.f("ix_request_keys_issuer"), "request_keys", ["issuer"], unique=False)
    op.create_index(op.f("ix_request_keys_kid"), "request_keys", ["kid"], unique=False)
    op.create_table(
        "requests",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", _WHOLE, nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_requests_issuer")),
        sa.PrimaryKeyConstraint("issuer", "id", name=op.f("pk_requests")),
        sa.UniqueConstraint("issuer", "nonce", name=op.f("uq_requests_issuer_nonce")),
    )
    op.create_table(
        "scopes",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("edition", _WHOLE, nullable=False),
        sa.Column("occupation", sa.String(), nullable=False),
        sa.Column("highest", _WHOLE, nullable=False),
        sa.Column("first", _WHOLE, nullable=False),
        sa.Column("last", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_scopes_issuer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scopes")),
        sa.UniqueConstraint(
            "issuer",
            "edition",
            "occupation",
            "highest",
            "first",
            name=op.f("uq_scopes_issuer_edition_occupation_highest_first"),
        ),
    )
    op.create_table(
        "sites",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("first", _WHOLE, nullable=False),
        sa.Column("last", _WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["issuer"], ["issuers.code"], name=op.f("fk_sites_issuer")),
        sa.PrimaryKeyConstraint("issuer", "code", name=op.f("pk_sites")),
    )
    op.create_table(
        "index_runs",
        sa.Column("list", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("end", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("first", _WHOLE, nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("granted_at", _WHOLE, nullable=False),
        sa.CheckConstraint(
            '(first IS NULL AND "end" = 0) OR ("end" > first AND "end" <= 1048576)', name=op.f("ck_index_runs_range")
        ),
        sa.ForeignKeyConstraint(
            ["issuer", "request"], ["requests.issuer", "requests.id"], name=op.f("fk_index_runs_issuer_request")
        ),
        sa.ForeignKeyConstraint(
            ["list", "first"], ["index_runs.list", "index_runs.end"], name=op.f("fk_index_runs_list_first")
        ),
        sa.ForeignKeyConstraint(["list"], ["status_lists.number"], name=op.f("fk_index_runs_list")),
        sa.PrimaryKeyConstraint("list", "end", name=op.f("pk_index_runs")),
        sa.UniqueConstraint("list", "end", "issuer", name=op.f("uq_index_runs_list_end_issuer")),
        sa.UniqueConstraint("list", "first", name=op.f("uq_index_runs_list_first")),
    )
    op.create_index(op.f("ix_index_runs_issuer"), "index_runs", ["issuer"], unique=False)
    op.create_table(
        "key_states",
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("at", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("state", _WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["public"], ["certificate_keys.public"], name=op.f("fk_key_states_public")),
        sa.PrimaryKeyConstraint("public", "at", name=op.f("pk_key_states")),
    )
    op.create_table(
        "registered",
        sa.Column("list", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("index", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("run_end", _WHOLE, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", _WHOLE, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", _WHOLE, nullable=False),
        sa.Column("status", _WHOLE, nullable=False),
        sa.CheckConstraint('"index" >= 0 AND "index" < run_end', name=op.f("ck_registered_in_run")),
        sa.ForeignKeyConstraint(
            ["issuer", "request"], ["requests.issuer", "requests.id"], name=op.f("fk_registered_issuer_request")
        ),
        sa.ForeignKeyConstraint(["key"], ["certificate_keys.public"], name=op.f("fk_registered_key")),
        sa.ForeignKeyConstraint(
            ["list", "run_end", "issuer"],
            ["index_runs.list", "index_runs.end", "index_runs.issuer"],
            name=op.f("fk_registered_list_run_end_issuer"),
        ),
        sa.PrimaryKeyConstraint("list", "index", name=op.f("pk_registered")),
        sa.UniqueConstraint("digest", name=op.f("uq_registered_digest")),
    )
    op.create_index("ix_registered_issuer_key", "registered", ["issuer", "key"], unique=False)
    op.create_index(op.f("ix_registered_number"), "registered", ["number"], unique=False)
    op.create_index(
        "uq_registered_standing",
        "registered",
        ["number"],
        unique=True,
        sqlite_where=sa.text("status IN (0, 2)"),
        postgresql_where=sa.text("status IN (0, 2)"),
    )
    op.create_table(
        "status_history",
        sa.Column("id", _WHOLE, nullable=False),
        sa.Column("list", _WHOLE, nullable=False),
        sa.Column("index", _WHOLE, nullable=False),
        sa.Column("before", _WHOLE, nullable=False),
        sa.Column("after", _WHOLE, nullable=False),
        sa.Column("reason", _WHOLE, nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list", "index"], ["registered.list", "registered.index"], name=op.f("fk_status_history_list_index")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_history")),
    )
    op.create_index("ix_status_history_entry", "status_history", ["list", "index"], unique=False)
    statements = _APPEND_ONLY_SQLITE if op.get_bind().dialect.name == "sqlite" else _APPEND_ONLY_POSTGRESQL
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_status_history_entry", table_name="status_history")
    op.drop_table("status_history")
    op.drop_index(
        "uq_registered_standing",
        table_name="registered",
        sqlite_where=sa.text("status IN (0, 2)"),
        postgresql_where=sa.text("status IN (0, 2)"),
    )
    op.drop_index(op.f("ix_registered_number"), table_name="registered")
    op.drop_index("ix_registered_issuer_key", table_name="registered")
    op.drop_table("registered")
    op.drop_table("key_states")
    op.drop_index(op.f("ix_index_runs_issuer"), table_name="index_runs")
    op.drop_table("index_runs")
    op.drop_table("sites")
    op.drop_table("scopes")
    op.drop_table("requests")
    op.drop_index(op.f("ix_request_keys_kid"), table_name="request_keys")
    op.drop_index(op.f("ix_request_keys_issuer"), table_name="request_keys")
    op.drop_table("request_keys")
    op.drop_table("issuer_states")
    op.drop_table("issuer_names")
    op.drop_table("enrolments")
    op.drop_index(op.f("ix_certificate_keys_issuer"), table_name="certificate_keys")
    op.drop_table("certificate_keys")
    op.drop_table("status_lists")
    op.drop_table("roots")
    op.drop_table("region")
    op.drop_table("publications")
    op.drop_table("partners")
    op.drop_table("on_record")
    op.drop_table("keys")
    op.drop_table("issuers")
    op.drop_index(
        "uq_filings_pending",
        table_name="filings",
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.drop_table("filings")
    op.drop_table("agreements")
    op.drop_table("acts")
