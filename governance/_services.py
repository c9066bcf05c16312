"""The services of a record: one property each, its parts behind the same door.

Rules of this place: a line a service; what a service does stands in its own package.
"""

from dataclasses import dataclass

from governance._door import Door
from governance._log_keys import LogKeys
from governance._witnessing import Witnesses
from governance.approvals import Approvals, Emergencies
from governance.backup import Backups
from governance.exports import Exports
from governance.people import Delegations, People, Sessions, Tokens
from governance.policies import Policies
from governance.retention import Retention

__all__ = ["Services"]


@dataclass(frozen=True)
class Services:
    """What an open store can do, by subject."""

    _door: Door

    @property
    def approvals(self) -> Approvals:
        """Requests for approval and their answers."""
        return Approvals(self._door)

    @property
    def backups(self) -> Backups:
        """Copies that were made, and restores."""
        return Backups(self._door)

    @property
    def delegations(self) -> Delegations:
        """Roles that people lend each other."""
        return Delegations(self._door)

    @property
    def emergencies(self) -> Emergencies:
        """Rights that were taken without approval."""
        return Emergencies(self._door)

    @property
    def exports(self) -> Exports:
        """What left the record."""
        return Exports(self._door)

    @property
    def keys(self) -> LogKeys:
        """The keys that sign the ledger."""
        return LogKeys(self._door)

    @property
    def people(self) -> People:
        """Who belongs to the team, and their roles."""
        return People(self._door)

    @property
    def policies(self) -> Policies:
        """Gate policies that people registered."""
        return Policies(self._door)

    @property
    def retention(self) -> Retention:
        """Holds and erasures."""
        return Retention(self._door)

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self._door)

    @property
    def tokens(self) -> Tokens:
        """What programs may do in somebody's name."""
        return Tokens(self._door)

    @property
    def witnesses(self) -> Witnesses:
        """Other parties that hold checkpoints."""
        return Witnesses(self._door)
