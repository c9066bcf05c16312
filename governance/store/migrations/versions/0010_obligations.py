"""Classifications, attestations, waivers, ratings of risks and corrective actions."""

# ruff: noqa: INP001  Alembic runs this file, nothing imports it

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
