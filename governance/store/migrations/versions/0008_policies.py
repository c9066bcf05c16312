"""Gate policies that were registered."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
