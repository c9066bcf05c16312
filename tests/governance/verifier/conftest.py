"""What tests of the verifier share."""

import shutil
from pathlib import Path

import pytest

from tests.governance.samples import Place
from tests.governance.verifier.stores import fill


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make a filled store, once."""
    return fill(Place(tmp_path_factory.mktemp("original")))


@pytest.fixture
def filled(original: Place, tmp_path: Path) -> Place:
    """Return a copy of the store to attack."""
    shutil.copytree(original.path, tmp_path / "copy")
    return Place(tmp_path / "copy")
