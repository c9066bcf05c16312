"""Who sees to which duty."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = "duty_assignment"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; what is there stays as it is."""
    op.create_table(
        TABLE,
        sa.Column("system", sa.String(), primary_key=True, nullable=False),
        sa.Column("duty", sa.String(), primary_key=True, nullable=False),
        sa.Column("seq", BIG, sa.ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("owner", "due", "assigner", "recorded_at")),
    )
    op.create_index(f"ix_{TABLE}_seq", TABLE, ["seq"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{change.lower()} BEFORE {change} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} only grows'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION assay_only_grows()"
    )
