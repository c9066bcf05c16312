"""What a system's risks come to, joined from what is measured, attested, waived and rated.

Rules of this place: it joins and decides nothing itself; evidence of runs counts where they asked the version of the
application that is in use; of many systems everything is read once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from governance._door import Door
from governance.actions import CorrectiveActions
from governance.classifications import Classifications, ClassificationState, RecordedClassification
from governance.duties import (
    Assignments,
    Beside,
    DutyStatus,
    Owed,
    duty_statuses,
    incomplete,
    overdue,
    owed_by,
    retention_conflicts,
    unreported,
)
from governance.evidence import CHECKED_KINDS, Evidence, Fact
from governance.gate import Obligations
from governance.incidents import Incident, Incidents
from governance.ratings import Ratings
from governance.register._in_use import runs_in_use
from governance.releases import Releases
from governance.retention import Retention, RetentionClass, retention_classes
from governance.status import Assessor, Moment, RiskShown, SystemStatus
from governance.waivers import Waivers
from risks import Framework
from risks.act import Duties, Tree

__all__ = ["NOT_CLASSIFIED", "DutiesOfSystem", "OverdueReview", "Register"]

NOT_CLASSIFIED: Final = "classification"  # what is missing where nobody knows what is owed


@dataclass(frozen=True, kw_only=True)
class OverdueReview:
    """Something that somebody should have looked at again."""

    what: str  # risk:ID | action:ID
    owner: str
    due: str  # ISO 8601 date


@dataclass(frozen=True, kw_only=True)
class DutiesOfSystem:
    """What the AI Act asks of a system, as far as it is known."""

    classification: RecordedClassification | None  # the newest, whatever its state
    duties: tuple[DutyStatus, ...]  # none unless the classification is confirmed
    remarks: tuple[str, ...] = ()  # what to know about them

    @property
    def is_known(self) -> bool:
        """Whether a confirmed classification says what is owed."""
        found = self.classification
        return found is not None and found.state is ClassificationState.CONFIRMED


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """What is known of a system at a moment."""

    system: str
    facts: tuple[Fact, ...]
    moment: Moment


@dataclass(frozen=True)
class Register:
    """The register of an open store."""

    _door: Door

    def status(self, system: str, framework: Framework, runs: Path | None = None) -> SystemStatus:
        """Return the status of every control and risk of a system now.

        `runs`: the folder of the workspace's run logs, for what the product checks by itself; without it nothing is.
        """
        return self._assess(Assessor(framework), self._scene(system), runs)

    def statuses(self, systems: Sequence[str], framework: Framework) -> tuple[SystemStatus, ...]:
        """Return the statuses of many systems, without what the product checks by itself; all is read once."""
        assessor, now = Assessor(framework), self._door.clock.now()
        facts, waivers = Evidence(self._door).facts_by_system(), Waivers(self._door).in_force_by_system()
        releases = Releases(self._door).releases()
        with self._door.reading() as connection:
            in_use = runs_in_use(connection, releases)
        return tuple(
            assessor.assess(
                system,
                facts.get(system, ()),
                Moment(now=now, current=in_use.get(system)),
                waivers=waivers.get(system, ()),
            )
            for system in systems
        )

    def overdue(self, system: str) -> tuple[OverdueReview, ...]:
        """Return what should have been looked at or mended before today: it blocks the next release."""
        return self._overdue(system).get(system, ())

    def overdue_by_system(self) -> Mapping[str, tuple[OverdueReview, ...]]:
        """Return the same of each system that has any."""
        return self._overdue(None)

    def _overdue(self, system: str | None) -> Mapping[str, tuple[OverdueReview, ...]]:
        found: defaultdict[str, list[OverdueReview]] = defaultdict(list)
        for rating in Ratings(self._door).overdue(system):
            one = OverdueReview(what=f"risk:{rating.risk}", owner=rating.owner, due=rating.review_by)
            found[rating.system].append(one)
        for action in CorrectiveActions(self._door).overdue(system):
            one = OverdueReview(what=f"action:{action.id}", owner=action.owner, due=action.due)
            found[action.system].append(one)
        return {name: tuple(sorted(ones, key=lambda one: (one.due, one.what))) for name, ones in found.items()}

    def duties(
        self,
        system: str,
        source: Duties,
        tree: Tree,
        *,
        on: date,
        runs: Path | None = None,
        kept: Sequence[RetentionClass] | None = None,
    ) -> DutiesOfSystem:
        """Return what a system's confirmed classification asks of it on a day, with what the record holds for it.

        `runs`: the folder of the workspace's run logs, for what the product checks by itself; without it nothing is.
        `kept`: how long the workspace keeps what; without it as long as the classes say.
        """
        scene = self._scene(system)
        kinds = CHECKED_KINDS & {kind.value for one in source.recorded.values() for kind in one.recorded}
        checked = () if runs is None else Evidence(self._door).check(system, runs, kinds)
        return self._duties(replace(scene, facts=(*scene.facts, *checked)), source, tree, on=on, kept=kept)

    def _duties(
        self, scene: _Scene, source: Duties, tree: Tree, *, on: date, kept: Sequence[RetentionClass] | None
    ) -> DutiesOfSystem:
        found = Classifications(self._door).classification(scene.system, tree)
        if found is None or found.state is not ClassificationState.CONFIRMED:
            return DutiesOfSystem(classification=found, duties=())
        incidents = Incidents(self._door).incidents(system=scene.system, with_closed=True)
        owed = owed_by(found, source, on=on, incidents=incidents)
        beside = self._beside(scene.system, owed, retention_classes() if kept is None else kept, incidents)
        statuses = duty_statuses(owed, source, scene.facts, scene.moment, beside)
        return DutiesOfSystem(classification=found, duties=statuses, remarks=owed.remarks)

    def _beside(self, system: str, owed: Owed, kept: Sequence[RetentionClass], incidents: Sequence[Incident]) -> Beside:
        items, holds = Evidence(self._door).items(system), Retention(self._door).holds()
        return Beside(
            assignments=Assignments(self._door).assignments(system),
            conflicts={**retention_conflicts(owed.duties, kept, items, holds, system), **unreported(incidents)},
        )

    def obligations(
        self,
        system: str,
        framework: Framework,
        source: Duties,
        tree: Tree,
        runs: Path | None = None,
        *,
        kept: Sequence[RetentionClass] | None = None,
    ) -> Obligations:
        """Return what a gate may ask about: risks that are not treated, overdue reviews, duties that lack evidence."""
        scene = self._scene(system)  # read once for both
        checked = () if runs is None else Evidence(self._door).check(system, runs)
        scene = replace(scene, facts=(*scene.facts, *checked))
        status = self._assess(Assessor(framework), scene)
        owed = self._duties(scene, source, tree, on=scene.moment.now.date(), kept=kept)
        unsettled = (RiskShown.OPEN, RiskShown.UNDECIDED)
        return Obligations(
            open_risks=tuple(one.risk for one in status.risks if one.shown in unsettled),
            overdue_reviews=tuple(one.what for one in self.overdue(system)),
            incomplete_duties=incomplete(owed.duties) if owed.is_known else (NOT_CLASSIFIED,),
            overdue_duties=overdue(owed.duties),
            catalogue=framework.digest,
            own_files=tuple(one.file for one in framework.own),
        )

    def _scene(self, system: str) -> _Scene:
        moment = Moment(now=self._door.clock.now(), current=self._current_runs(system))
        return _Scene(system=system, facts=Evidence(self._door).facts(system), moment=moment)

    def _assess(self, assessor: Assessor, scene: _Scene, runs: Path | None = None) -> SystemStatus:
        checked = () if runs is None else Evidence(self._door).check(scene.system, runs)
        waivers = Waivers(self._door).in_force(scene.system)
        return assessor.assess(scene.system, (*scene.facts, *checked), scene.moment, waivers=waivers)

    def _current_runs(self, system: str) -> frozenset[str] | None:
        """Return the runs that asked the version in use; `None` where no run was recorded."""
        releases = Releases(self._door).releases(system=system)
        with self._door.reading() as connection:
            return runs_in_use(connection, releases, system=system).get(system)
