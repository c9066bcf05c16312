"""The ledger, the state tables and the mirror's outbox, with triggers that refuse changes to what is recorded."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = (
    "ledger_log", "ledger_entry", "ledger_checkpoint", "system", "run", "estimate", "evidence", "decision", "report",
)  # fmt: skip


def upgrade() -> None:
    """Create everything."""
    _create_ledger()
    _create_runs()
    _create_judgement()
    _create_outbox()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def _text(*names: str, key: str = "", nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), primary_key=name == key, nullable=nullable) for name in names]


def _whole(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _key(name: str) -> "sa.Column[Any]":
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def _stamp() -> "sa.Column[Any]":
    return sa.Column("seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False)


def _bytes(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_ledger() -> None:
    op.create_table(
        "ledger_log", sa.Column("id", sa.Integer(), primary_key=True), *_text("origin", "vkey", "created_at")
    )
    op.create_table("ledger_entry", _key("seq"), _bytes("body"))
    op.create_table("ledger_payload", _key("seq"), _bytes("salt"), _bytes("data"))
    op.create_table(
        "ledger_tile", sa.Column("level", sa.Integer(), primary_key=True), _key("position"), _bytes("hashes")
    )
    op.create_table("ledger_checkpoint", _key("size"), sa.Column("note", sa.Text(), nullable=False))


def _create_runs() -> None:
    op.create_table("system", *_text("system", key="system"), _stamp(), *_text("name", "purpose"))
    _index("system", "seq")
    op.create_table(
        "run",
        *_text("run", key="run"),
        _stamp(),
        *_text("system", "digest", "outcome"),
        *_whole("expected", "found"),
        *_text("reason", "created_at", "ingested_at", "plan_digest"),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("verdicts_size", BIG, nullable=False),
        *_text("verdicts_digest"),
    )
    _index("run", "digest", "seq", "system")
    op.create_table(
        "estimate",
        *_text("run", key="run"),
        _stamp(),
        *_text("metric", key="metric"),
        *_whole("asked", "applicable", "scored"),
        sa.Column("failures", sa.Text(), nullable=False),
        *_whole("clusters"),
        *_text("mean", "lower", "upper", "worst", "best", nullable=True),
        *_text("method"),
    )
    _index("estimate", "seq")


def _create_judgement() -> None:
    op.create_table(
        "evidence",
        *_text("evidence", key="evidence"),
        _stamp(),
        *_text("kind", "system", "subject", "digest"),
        *_text("origin_kind", "origin_actor", "origin_job", "origin_commit", "issued_at"),
    )
    _index("evidence", "seq", "system")
    op.create_table(
        "decision",
        *_text("decision", key="decision"),
        _stamp(),
        *_text("system", "run"),
        *_text("run_digest", nullable=True),
        *_text("outcome", "policy"),
        sa.Column("document", sa.Text(), nullable=False),
        *_text("decided_at"),
    )
    _index("decision", "run", "seq", "system")
    op.create_table(
        "report",
        *_text("report", key="report"),
        _stamp(),
        *_text("kind", "format", "system", "subject", "digest"),
        *_whole("as_of"),
        *_text("built_at"),
    )
    _index("report", "seq")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        *_text("run_digest", key="run_digest"),
        *_text("run", "created_at"),
        *_whole("attempts"),
        sa.Column("error", sa.Text(), nullable=False),
        *_text("done_at", "mirrored_as", nullable=True),
    )


def _refuse_changes(table: str) -> None:
    refusal = f"{table} only grows"
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION assay_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION assay_only_grows()"
    )
