"""What rests on what."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("lineage_artefact", "lineage_link", "lineage_sighting")


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    op.create_table(
        "lineage_artefact",
        sa.Column("artefact", BIG, primary_key=True, autoincrement=False, nullable=False),
        _stamp(key=False),
        *_text("kind", "name", "digest", "system"),
        sa.UniqueConstraint("name", "digest", "kind", "system"),
    )
    op.create_table(
        "lineage_link",
        _artefact("upstream"),
        _artefact("downstream"),
        sa.Column("relation", sa.String(), primary_key=True, nullable=False),
        _stamp(key=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lineage_link_downstream", "lineage_link", ["downstream", "upstream"])
    op.create_table(
        "lineage_sighting",
        _artefact("artefact"),
        _stamp(),
        *_text("seen_at"),
        sa.Column("present", sa.Integer(), nullable=False),
    )
    op.create_table(
        "lineage_name",
        sa.Column("pseudonym", sa.String(), primary_key=True, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_text("name_digest"),
    )
    _index("lineage_artefact", "seq", "system")
    _index("lineage_link", "seq")
    _index("lineage_sighting", "seq")
    _index("lineage_name", "name_digest")
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _text(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _artefact(name: str) -> "sa.Column[Any]":
    return sa.Column(
        name, BIG, sa.ForeignKey("lineage_artefact.artefact"), primary_key=True, autoincrement=False, nullable=False
    )


def _stamp(*, key: bool = True) -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, nullable=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


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
