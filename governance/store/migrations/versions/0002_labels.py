"""Labels that people gave, judge cards made from them, and the corrected part of an estimate."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("label_set", "label", "judge_card")


def upgrade() -> None:
    """Add the tables and the column; what is there stays as it is."""
    op.add_column("estimate", sa.Column("corrected", sa.Text(), nullable=True))
    _create_label_sets()
    _create_cards()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _long(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _key(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(), primary_key=True)


def _stamp() -> "sa.Column[Any]":
    return sa.Column("seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False)


def _create_label_sets() -> None:
    op.create_table(
        "label_set",
        _key("label_set"),
        _stamp(),
        *_text("metric", "digest"),
        _long("rubric"),
        sa.Column("skipped", sa.Integer(), nullable=False),
        *_text("run_digest", nullable=True),
        _long("sampling", nullable=True),
        *_text("recorded_at"),
    )
    op.create_index("ix_label_set_run_digest", "label_set", ["run_digest"])
    op.create_index("ix_label_set_seq", "label_set", ["seq"])
    op.create_table(
        "label",
        _key("label_set"),
        _key("row"),
        sa.Column("repeat", sa.Integer(), primary_key=True, autoincrement=False),
        _key("annotator"),
        _stamp(),
        sa.Column("good", sa.Integer(), nullable=False),
        *_text("language", "probability", "commitment", nullable=True),
    )
    op.create_index("ix_label_seq", "label", ["seq"])


def _create_cards() -> None:
    op.create_table(
        "judge_card", _key("card"), _stamp(), *_text("judge", "metric", "language", "label_set"), _long("document")
    )
    op.create_index("ix_judge_card_judge", "judge_card", ["judge"])
    op.create_index("ix_judge_card_seq", "judge_card", ["seq"])


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
