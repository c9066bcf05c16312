"""What tests of the server share: one server for the tests of a file, with keys and settings of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.governance.postgres import postgres_server, postgres_url
from tests.server.served import Server, Team, environment, make_team, running

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the keys of a whole file of tests in one folder: those of `tests/conftest.py` are a test's own."""
    folder = tmp_path_factory.mktemp("served")
    with environment({"ASSAY_KEYS": str(folder / "keys"), "ASSAY_MLFLOW_SYNC": "by_hand"}):
        yield folder


@pytest.fixture(scope="module")
def team(surroundings: Path) -> Team:
    """Make a workspace with a team."""
    return make_team(surroundings / "w")


@pytest.fixture(scope="module")
def server(team: Team, surroundings: Path) -> Iterator[Server]:
    """Run one server."""
    with running(team, more={"ASSAY_KEYS": str(surroundings / "keys")}) as one:
        yield one


@pytest.fixture(autouse=True)
def _same_keys(_own_user_folders: None, surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_KEYS", str(surroundings / "keys"))
