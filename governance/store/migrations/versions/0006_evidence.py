"""Evidence that people and other tools hand in, requests for it, and comments."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("evidence_submission", "evidence_fact", "evidence_review", "evidence_request", "comment")


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    _create_submissions()
    _create_facts()
    _create_reviews()
    _create_requests()
    for table in APPEND_ONLY:
        _refuse_changes(table)
    _refuse_reviews_alone()


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _key(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in names]


def _whole(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _big(name: str) -> "sa.Column[Any]":
    return sa.Column(name, BIG, nullable=False)


def _stamp(*, key: bool = False) -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, nullable=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_submissions() -> None:
    op.create_table(
        "evidence_submission",
        *_key("evidence"),
        _stamp(),
        *_text("thing"),
        *_whole("version"),
        *_text("system", "format", "digest"),
        _big("size"),
        *_text("media_type", "content", "submitter", "owner", "origin", "issued_at"),
        *_text("expires_at", nullable=True),
        *_text("recorded_at"),
        sa.UniqueConstraint("evidence", "submitter"),
        sa.UniqueConstraint("thing", "version"),
    )
    _index("evidence_submission", "digest", "seq", "system")
    op.create_table(
        "evidence_original",
        *_key("digest"),
        _big("size"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )


def _create_facts() -> None:
    op.create_table(
        "evidence_fact",
        *_key("evidence"),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        _stamp(),
        *_text("kind", "of"),
        *_text("conclusion", "value", "lower", "upper", nullable=True),
        *_whole("n", "failures"),
        *_whole("open_findings", nullable=True),
        sa.Column("by_severity", sa.Text(), nullable=True),
    )
    _index("evidence_fact", "seq")


def _create_reviews() -> None:
    op.create_table(
        "evidence_review",
        *_key("evidence"),
        _stamp(key=True),
        *_text("system", "submitter", "reviewer", "role", "method", "verdict"),
        *_whole("four_eyes"),
        *_text("recorded_at"),
        sa.ForeignKeyConstraint(
            ["evidence", "submitter"], ["evidence_submission.evidence", "evidence_submission.submitter"]
        ),
        sa.CheckConstraint("four_eyes = 0 OR reviewer <> submitter", name="review_by_another"),
        sa.CheckConstraint("method <> 'token'", name="review_by_a_person"),
        sa.CheckConstraint("verdict IN ('accepted', 'returned')", name="review_verdict"),
    )
    _index("evidence_review", "seq")


def _create_requests() -> None:
    op.create_table(
        "evidence_request",
        *_key("evidence_request"),
        _stamp(),
        *_text("system", "kind", "of", "person", "requester", "due_at", "recorded_at"),
    )
    _index("evidence_request", "person", "seq", "system")
    op.create_table(
        "comment",
        *_key("comment"),
        _stamp(),
        *_text("system", "subject_type", "subject", "author", "recorded_at"),
    )
    _index("comment", "seq", "subject", "system")


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


_ALONE = "NEW.four_eyes = 0 AND EXISTS (SELECT 1 FROM person)"
_REFUSAL = "a store with a team needs four eyes"


def _refuse_reviews_alone() -> None:
    """Four eyes by the database, too: no review by the submitter in a store with a team."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER evidence_review_alone BEFORE INSERT ON evidence_review WHEN {_ALONE} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION assay_evidence_review_alone() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_ALONE} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER evidence_review_alone BEFORE INSERT ON evidence_review "
        "FOR EACH ROW EXECUTE FUNCTION assay_evidence_review_alone()"
    )
