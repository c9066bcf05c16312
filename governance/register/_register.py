"""What a system's risks come to, joined from what is measured, attested, waived and rated.

Rules of this place: it joins and decides nothing itself; evidence of runs counts where they asked the version of the
application that is in use, which is the released one, or else the one that was asked last.
"""

from dataclasses import dataclass

from governance._door import Door
from governance._readers import read_runs
from governance.actions import CorrectiveActions
from governance.evidence import Evidence
from governance.ratings import Ratings
from governance.releases import Releases, ReleaseState, target_of
from governance.status import Assessor, Moment, SystemStatus
from governance.waivers import Waivers
from risks import Framework

__all__ = ["OverdueReview", "Register"]


@dataclass(frozen=True, kw_only=True)
class OverdueReview:
    """Something that somebody should have looked at again."""

    what: str  # risk:ID | action:ID
    owner: str
    due: str  # ISO 8601 date


@dataclass(frozen=True)
class Register:
    """The register of an open store."""

    _door: Door

    def status(self, system: str, framework: Framework) -> SystemStatus:
        """Return the status of every control and risk of a system now."""
        return self._assess(system, Assessor(framework))

    def statuses(self, systems: tuple[str, ...], framework: Framework) -> tuple[SystemStatus, ...]:
        """Return the statuses of many systems."""
        assessor = Assessor(framework)
        return tuple(self._assess(system, assessor) for system in systems)

    def overdue(self, system: str) -> tuple[OverdueReview, ...]:
        """Return what should have been looked at or mended before today: it blocks the next release."""
        ratings = [
            OverdueReview(what=f"risk:{one.risk}", owner=one.owner, due=one.review_by)
            for one in Ratings(self._door).overdue(system)
        ]
        actions = [
            OverdueReview(what=f"action:{one.id}", owner=one.owner, due=one.due)
            for one in CorrectiveActions(self._door).overdue(system)
        ]
        return tuple(sorted((*ratings, *actions), key=lambda one: (one.due, one.what)))

    def _assess(self, system: str, assessor: Assessor) -> SystemStatus:
        facts = Evidence(self._door).facts(system)
        moment = Moment(now=self._door.clock.now(), current=self._current_runs(system))
        return assessor.assess(system, facts, moment, waivers=Waivers(self._door).in_force(system))

    def _current_runs(self, system: str) -> frozenset[str] | None:
        """Return the runs that asked the version in use; `None` where no run was recorded."""
        released = next(
            (one for one in Releases(self._door).releases(system=system) if one.state is ReleaseState.RELEASED), None
        )
        with self._door.reading() as connection:
            runs = read_runs(connection, system=system)
        if not runs:
            return None
        wanted = target_of(runs[0].plan) if released is None else released.manifest.target
        named = frozenset[str]() if released is None else {one.id for one in released.manifest.runs}
        return frozenset(one.run for one in runs if one.run in named or target_of(one.plan) == wanted)
