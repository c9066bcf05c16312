"""What tests of the record share."""

from pathlib import Path

import pytest

from tests.governance.postgres import postgres_server, postgres_url
from tests.governance.samples import Place

__all__ = ["place", "postgres_server", "postgres_url"]


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Return a folder for a store that is not there yet; `on_both_stores` makes it SQLite, then PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return Place(tmp_path)
    return Place(tmp_path, server_url=request.getfixturevalue("postgres_url"))
