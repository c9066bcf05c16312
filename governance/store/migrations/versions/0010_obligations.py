"""Classifications, waivers, ratings of risks and corrective actions."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


INDEXED = {
    "waiver": ("seq", "system"),
    "risk_rating": ("seq",),
    "corrective_action": ("seq", "system"),
    "classification": ("seq", "system"),
}


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    _create_decided()
    _create_classification()
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
        _refuse_changes(table)


def _create_decided() -> None:
    op.create_table(
        "waiver",
        *_key("waiver"),
        _stamp(key=False),
        *_text("system", "control"),
        *_text("risk", nullable=True),
        *_text("digest", "requester", "expires_at", "recorded_at"),
    )
    op.create_table(
        "risk_rating",
        *_key("system", "risk"),
        _stamp(),
        *_number("inherent_likelihood", "inherent_impact", "residual_likelihood", "residual_impact"),
        *_text("treatment", "owner"),
        *_text("due", nullable=True),
        *_text("review_by", "framework", "rater", "recorded_at"),
    )
    op.create_table(
        "corrective_action",
        *_key("action"),
        _stamp(),
        *_text("system"),
        *_text("risk", "control", nullable=True),
        *_text("state", "owner", "due", "raised_by"),
        *_text("evidence", nullable=True),
        *_text("recorded_at"),
    )


def _create_classification() -> None:
    op.create_table(
        "classification",
        *_key("classification"),
        _stamp(),
        *_text("system", "digest"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.Text(), nullable=False),
        *_text("tree", "recorder"),
        *_text("confirmer", nullable=True),
        sa.Column("four_eyes", sa.Integer(), nullable=True),
        *_text("recorded_at"),
        sa.CheckConstraint("four_eyes = 0 OR confirmer <> recorder", name="classification_by_another"),
    )


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _number(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _key(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in names]


def _stamp(*, key: bool = True) -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, nullable=False
    )


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
