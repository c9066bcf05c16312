"""Gate policies that were registered, and the release that a decision is about."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    op.create_table(
        "gate_policy",
        sa.Column("gate_policy", sa.String(), primary_key=True, nullable=False),
        sa.Column("seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False, nullable=False),
        *_text("digest", "name", "system"),
        sa.Column("document", sa.Text(), nullable=False),
        *_text("registered_by", "role", "author", "registered_at"),
        *_text("withdrawn_at", "withdrawn_by", nullable=True),
    )
    for column in ("seq", "digest", "system"):
        op.create_index(f"ix_gate_policy_{column}", "gate_policy", [column])
    _refuse_changes("gate_policy")
    for name in ("release", "release_digest"):
        op.add_column("decision", sa.Column(name, sa.String(), nullable=True))
    op.create_index("ix_decision_release", "decision", ["release"])


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


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
