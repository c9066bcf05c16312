"""What rests on what."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
