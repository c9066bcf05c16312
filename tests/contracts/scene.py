"""A team, and what it takes to try an act on its record: what the tables of rights are written with."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from governance.access import Role
from governance.ledger import Actor
from governance.record import Record
from tests.governance.people.teams import Team

SYSTEM: Final = "default"
NUMBERS: Final = itertools.count(1)

Attempt = Callable[[Actor], object]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A team, and a folder for files."""

    team: Team
    folder: Path

    @property
    def record(self) -> Record:
        """The team's record."""
        return self.team.record


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that changes the record."""

    roles: frozenset[Role]  # that may, whoever else may not
    prepare: Callable[[Scene], Attempt]  # makes what the act needs, and returns the act
    by_token: bool = True  # whether a token with the scope may, where its person's role does
    signed_in: bool = False  # whether it takes a session
    on: str | None = SYSTEM  # the system that the right is needed on; None: the whole store
    writes: bool = True  # whether it makes an entry


def may(*names: str) -> frozenset[Role]:
    """Return roles by their names."""
    return frozenset(Role(name) for name in names)


def fresh(name: str) -> str:
    """Return a name that nobody has yet."""
    return f"{name}-{next(NUMBERS)}"
