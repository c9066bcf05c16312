"""The services of a record: one property each, its parts behind the same door.

Rules of this place: a line a service; what a service does stands in its own package, and is loaded when it is asked
for, so that a command pays for what it uses.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance._door import Door

if TYPE_CHECKING:
    from governance._log_keys import LogKeys
    from governance._witnessing import Witnesses
    from governance.actions import CorrectiveActions
    from governance.alerts import Alerts
    from governance.approvals import Approvals, Emergencies
    from governance.backup import Backups
    from governance.classifications import Classifications
    from governance.comments import Comments
    from governance.duties import Assignments
    from governance.evidence import Evidence
    from governance.exports import Exports
    from governance.incidents import Incidents
    from governance.lineage import Lineage
    from governance.people import Delegations, People, Sessions, Tokens
    from governance.policies import Policies
    from governance.ratings import Ratings
    from governance.register import Register
    from governance.registry import Registry
    from governance.releases import Releases
    from governance.retention import Retention
    from governance.systems import Inventory
    from governance.waivers import Waivers

__all__ = ["Services"]


@dataclass(frozen=True)
class Services:
    """What an open store can do, by subject."""

    _door: Door

    @property
    def alerts(self) -> "Alerts":
        """What programs noticed."""
        from governance.alerts import Alerts

        return Alerts(self._door)

    @property
    def approvals(self) -> "Approvals":
        """Requests for approval and their answers."""
        from governance.approvals import Approvals

        return Approvals(self._door)

    @property
    def backups(self) -> "Backups":
        """Copies that were made, and restores."""
        from governance.backup import Backups

        return Backups(self._door)

    @property
    def classifications(self) -> "Classifications":
        """What systems are under the AI Act."""
        from governance.classifications import Classifications

        return Classifications(self._door)

    @property
    def comments(self) -> "Comments":
        """What people say of what is recorded."""
        from governance.comments import Comments

        return Comments(self._door)

    @property
    def delegations(self) -> "Delegations":
        """Roles that people lend each other."""
        from governance.people import Delegations

        return Delegations(self._door)

    @property
    def emergencies(self) -> "Emergencies":
        """Rights that were taken without approval."""
        from governance.approvals import Emergencies

        return Emergencies(self._door)

    @property
    def evidence(self) -> "Evidence":
        """What is measured, imported and handed in."""
        from governance.evidence import Evidence

        return Evidence(self._door)

    @property
    def exports(self) -> "Exports":
        """What left the record."""
        from governance.exports import Exports

        return Exports(self._door)

    @property
    def incidents(self) -> "Incidents":
        """What went wrong, and what is due."""
        from governance.incidents import Incidents

        return Incidents(self._door)

    @property
    def inventory(self) -> "Inventory":
        """What is said of each system."""
        from governance.systems import Inventory

        return Inventory(self._door)

    @property
    def keys(self) -> "LogKeys":
        """The keys that sign the ledger."""
        from governance._log_keys import LogKeys

        return LogKeys(self._door)

    @property
    def lineage(self) -> "Lineage":
        """What rests on what, and what is stale."""
        from governance.lineage import Lineage

        return Lineage(self._door)

    @property
    def people(self) -> "People":
        """Who belongs to the team, and their roles."""
        from governance.people import People

        return People(self._door)

    @property
    def policies(self) -> "Policies":
        """Gate policies that people registered."""
        from governance.policies import Policies

        return Policies(self._door)

    @property
    def registry(self) -> "Registry":
        """Versions of models, and where aliases were put."""
        from governance.registry import Registry

        return Registry(self._door)

    @property
    def releases(self) -> "Releases":
        """Candidates, and what became of them."""
        from governance.releases import Releases

        return Releases(self._door)

    @property
    def retention(self) -> "Retention":
        """Holds and erasures."""
        from governance.retention import Retention

        return Retention(self._door)

    @property
    def sessions(self) -> "Sessions":
        """Who is signed in."""
        from governance.people import Sessions

        return Sessions(self._door)

    @property
    def tokens(self) -> "Tokens":
        """What programs may do in somebody's name."""
        from governance.people import Tokens

        return Tokens(self._door)

    @property
    def witnesses(self) -> "Witnesses":
        """Other parties that hold checkpoints."""
        from governance._witnessing import Witnesses

        return Witnesses(self._door)

    @property
    def actions(self) -> "CorrectiveActions":
        """What is to be mended."""
        from governance.actions import CorrectiveActions

        return CorrectiveActions(self._door)

    @property
    def assignments(self) -> "Assignments":
        """Who sees to which duty."""
        from governance.duties import Assignments

        return Assignments(self._door)

    @property
    def ratings(self) -> "Ratings":
        """How risks are rated and treated."""
        from governance.ratings import Ratings

        return Ratings(self._door)

    @property
    def register(self) -> "Register":
        """Risks with their evidence, waivers, ratings and actions."""
        from governance.register import Register

        return Register(self._door)

    @property
    def waivers(self) -> "Waivers":
        """Doing without a control until a day."""
        from governance.waivers import Waivers

        return Waivers(self._door)
