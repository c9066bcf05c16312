"""Alerts, incidents, and what the model registry was told."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("alert", "incident", "model_version", "model_alias")


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    _create_alerts()
    _create_incidents()
    _create_models()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _long(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _key(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(), primary_key=True, nullable=False)


def _stamp() -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False, nullable=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_alerts() -> None:
    op.create_table(
        "alert",
        _key("alert"),
        _stamp(),
        *_text("fingerprint", "kind", "system", "subject"),
        *_long("details"),
        *_text("state", "raised_at", "recorded_at"),
    )
    _index("alert", "fingerprint", "system", "seq")


def _create_incidents() -> None:
    op.create_table(
        "incident",
        _key("incident"),
        _stamp(),
        *_text("system", "state"),
        *_text("alert", nullable=True),
        *_long("grounds", nullable=True),
        *_text("aware_at", "zone", "duty", "due_at", "reported_at", nullable=True),
        *_text("opened_at", "recorded_at"),
    )
    _index("incident", "system", "alert", "seq")


def _create_models() -> None:
    op.create_table(
        "model_version",
        _key("model_version"),
        _stamp(),
        *_text("model", "version", "system", "digest"),
        *_text("artefacts", "run", "stage", nullable=True),
        *_text("status"),
        *_long("aliases"),
        *_text("recorded_at"),
    )
    _index("model_version", "model", "system", "seq")
    op.create_table(
        "model_alias",
        _key("model_alias"),
        _stamp(),
        *_text("model", "system"),
        *_text("version", "release", nullable=True),
        *_text("recorded_at"),
    )
    _index("model_alias", "model", "seq")


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
