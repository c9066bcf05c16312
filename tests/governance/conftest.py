"""What tests of the record share."""

from pathlib import Path

import pytest

from tests.governance.samples import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a folder for a store that is not there yet."""
    return Place(tmp_path)
