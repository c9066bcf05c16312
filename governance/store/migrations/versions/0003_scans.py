"""Scans of tables and files."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; what is there stays as it is."""
    op.create_table(
        "scan",
        sa.Column("scan", sa.String(), primary_key=True),
        sa.Column("seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("source_digest", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
    )
    op.create_index("ix_scan_system", "scan", ["system"])
    op.create_index("ix_scan_seq", "scan", ["seq"])
    _refuse_changes("scan")


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION assay_only_grows()"
    )
