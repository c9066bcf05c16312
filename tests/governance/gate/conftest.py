"""Policies that are registered, for tests of the command."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.governance.gate.registering import registration


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, ...]]:
    """Return the options by which a gate without a store knows that a policy was registered for all systems."""
    made: dict[str, tuple[str, ...]] = {}

    def options(rules: str) -> tuple[str, ...]:
        if rules not in made:
            made[rules] = registration(tmp_path_factory.mktemp("register"), rules, at=datetime(2026, 1, 1, tzinfo=UTC))
        return made[rules]

    return options
