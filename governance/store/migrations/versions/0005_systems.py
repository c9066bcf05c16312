"""What is governed and its releases."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("system_profile", "release", "release_event")


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    _create_profiles()
    _create_releases()
    for table in APPEND_ONLY:
        _refuse_changes(table)
    _refuse_unapproved()


def _text(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _key(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.String(), primary_key=True, nullable=False) for name in names]


def _long(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _number(name: str, *, key: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), primary_key=key, autoincrement=False, nullable=False)


def _stamp(*, key: bool = True) -> "sa.Column[Any]":
    return sa.Column(
        "seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=key, autoincrement=False, nullable=False
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_profiles() -> None:
    op.create_table(
        "system_profile",
        *_key("system"),
        _stamp(),
        _number("version"),
        *_text("owner"),
        *_long("profile"),
        *_text("recorded_at"),
        sa.UniqueConstraint("system", "version"),
    )
    _index("system_profile", "seq", "owner")


def _create_releases() -> None:
    op.create_table(
        "release",
        *_key("release"),
        _stamp(key=False),
        *_text("system", "version", "deployment", "digest"),
        *_long("manifest"),
        *_text("recorded_at"),
    )
    _index("release", "seq", "system", "digest")
    op.create_table(
        "release_event",
        *_key("release"),
        _number("position", key=True),
        _stamp(key=False),
        *_text("system", "event", "state"),
        *_text("request", "decision", nullable=True),
        *_text("recorded_at"),
    )
    _index("release_event", "seq", "system")


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


_UNAPPROVED = (
    "NEW.event = 'release' AND NOT EXISTS (SELECT 1 FROM approval a JOIN approval_request r ON r.request = a.request "
    "WHERE r.request = NEW.request AND r.subject_type = 'release' AND r.subject = NEW.release "
    "AND a.verdict = 'approved')"
)
_REFUSAL = "nothing is released without an approval of it"


def _refuse_unapproved() -> None:
    """Let the database, too, let nothing out that nobody approved."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER release_event_unapproved BEFORE INSERT ON release_event WHEN {_UNAPPROVED} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION assay_release_unapproved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_UNAPPROVED} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER release_event_unapproved BEFORE INSERT ON release_event "
        "FOR EACH ROW EXECUTE FUNCTION assay_release_unapproved()"
    )
