"""Alerts, incidents, and what the model registry was told."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
