"""Keys and witnesses of the ledger; people, rights and tokens; approvals; holds, erasures, backups and restores."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = (
    "ledger_key", "ledger_witness", "person", "role_grant", "token", "approval_request", "approval_bar", "approval",
    "break_glass", "legal_hold", "erasure", "store_backup", "store_restore",
)  # fmt: skip


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    _create_ledger_parts()
    _create_people()
    _create_requests()
    _create_approvals()
    _create_retention()
    _create_copies()
    for table in APPEND_ONLY:
        _refuse_changes(table)
    _refuse_wrong_approvals()


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _key(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in names]


def _long(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _big(name: str, *, key: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, BIG, primary_key=key, autoincrement=False, nullable=False)


def _stamp(*, key: bool = True) -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, nullable=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_ledger_parts() -> None:
    op.create_table(
        "ledger_key",
        _stamp(),
        *_long("vkey"),
        *_long("post_quantum", nullable=True),
        *_text("valid_until", nullable=True),
    )
    op.execute("INSERT INTO ledger_key (seq, vkey) SELECT 0, vkey FROM ledger_log")  # of a store made before
    op.create_table(
        "ledger_witness",
        _big("size", key=True),
        *_key("kind", "witness"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        *_text("obtained_at"),
    )


def _create_people() -> None:
    op.create_table("person", *_key("person"), _stamp(), *_text("kind", "status", "recorded_at"))
    _index("person", "seq")
    op.create_table(
        "role_grant",
        *_key("role_grant"),
        _stamp(),
        *_text("person", "role", "system", "valid_from", "valid_until"),
        *_text("delegated_by", "revoked_at", nullable=True),
    )
    _index("role_grant", "person", "seq")
    op.create_table(
        "token",
        *_key("token"),
        _stamp(),
        *_text("person", "secret_digest"),
        *_long("scopes"),
        *_text("system", "expires_at"),
        *_text("revoked_at", nullable=True),
        *_text("recorded_at"),
    )
    _index("token", "person", "secret_digest", "seq")
    op.create_table("token_use", *_key("token"), *_text("used_at"))
    op.create_table(
        "session",
        *_key("session"),
        *_text("person", "started_at", "seen_at", "authenticated_at"),
        *_text("ended_at", nullable=True),
    )
    _index("session", "person")


def _create_requests() -> None:
    op.create_table(
        "approval_request",
        *_key("request"),
        _stamp(key=False),
        *_text("purpose", "system", "subject_type", "subject", "subject_digest", "requester"),
        sa.Column("needed", sa.Integer(), nullable=False),
        *_long("roles"),
        *_text("expires_at", "recorded_at"),
        sa.UniqueConstraint("request", "requester", "subject_digest"),
    )
    _index("approval_request", "seq", "subject", "system")
    op.create_table("approval_bar", *_key("request", "person", "ground"), _stamp(key=False))
    _index("approval_bar", "seq")


def _create_approvals() -> None:
    op.create_table(
        "approval",
        *_key("approval"),
        _stamp(key=False),
        *_text("request", "requester", "subject_digest", "approver", "role", "method", "verdict"),
        sa.Column("four_eyes", sa.Integer(), nullable=False),
        *_text("expires_at", "recorded_at"),
        sa.ForeignKeyConstraint(
            ["request", "requester", "subject_digest"],
            ["approval_request.request", "approval_request.requester", "approval_request.subject_digest"],
        ),
        sa.UniqueConstraint("request", "approver"),
        sa.CheckConstraint("four_eyes = 0 OR approver <> requester", name="approval_by_another"),
        sa.CheckConstraint("method <> 'token'", name="approval_by_a_person"),
        sa.CheckConstraint("verdict IN ('approved', 'rejected')", name="approval_verdict"),
    )
    _index("approval", "request", "seq")
    op.create_table(
        "break_glass",
        *_key("break_glass"),
        _stamp(),
        *_text("person", "system"),
        *_long("permissions"),
        *_text("begins_at", "ends_at", "review_due"),
        *_text("reviewed_by", "reviewed_at", nullable=True),
    )
    _index("break_glass", "person", "seq")


def _create_retention() -> None:
    op.create_table(
        "legal_hold",
        *_key("legal_hold"),
        _stamp(),
        *_text("scope_type", "scope", "placed_at"),
        *_text("lifted_at", nullable=True),
    )
    _index("legal_hold", "seq")
    op.create_table(
        "erasure",
        *_key("erasure"),
        _stamp(),
        *_text("subject_type", "subject", "ground"),
        *_long("places"),
        *_long("withheld", nullable=True),
        *_text("backups_until", nullable=True),
        *_text("recorded_at"),
    )
    _index("erasure", "seq")


def _create_copies() -> None:
    op.create_table(
        "store_backup",
        *_key("store_backup"),
        _stamp(),
        *_text("digest"),
        _big("size"),
        *_text("expires_at", nullable=True),
        *_text("recorded_at"),
    )
    _index("store_backup", "seq")
    op.create_table(
        "store_restore",
        *_key("store_restore"),
        _stamp(),
        *_text("backup_digest"),
        _big("restored_size"),
        _big("lost_until"),
        *_text("declared_by"),
        *_long("approvals"),
        *_text("recorded_at"),
    )
    _index("store_restore", "seq")


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


_WRONG = (
    ("barred", "EXISTS (SELECT 1 FROM approval_bar b WHERE b.request = NEW.request AND b.person = NEW.approver)",
     "this person may not answer this request"),
    ("alone", "NEW.four_eyes = 0 AND EXISTS (SELECT 1 FROM person)",
     "a store with a team needs four eyes"),
)  # fmt: skip


def _refuse_wrong_approvals() -> None:
    """Four eyes by the database, too: those who are barred, and approvals by one person in a store with a team."""
    for name, condition, refusal in _WRONG:
        guarded = condition if name != "barred" else f"NEW.four_eyes = 1 AND {condition}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER approval_{name} BEFORE INSERT ON approval WHEN {guarded} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
            continue
        op.execute(
            f"CREATE OR REPLACE FUNCTION assay_approval_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {guarded} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER approval_{name} BEFORE INSERT ON approval "
            f"FOR EACH ROW EXECUTE FUNCTION assay_approval_{name}()"
        )
