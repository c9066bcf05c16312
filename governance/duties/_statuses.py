"""What the record holds for each duty. Pure: duties, facts, assignments and time are passed in.

Rules of this place: a duty's evidence is complete where every piece that it names is there and counts; a piece that
nobody handed in is missing; one that waits, was returned, is stale or failed is undecided; a duty that does not count
yet is shown as such, with its evidence all the same. Whether it is owed at all may be undecided too, until a document
says why not. Complete evidence is not fulfilment: that is for people to judge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from governance.duties._assignments import Assignment, assigned
from governance.duties._owed import Owed
from governance.duties._pieces import DutyShown, PieceStatus, Shelves, not_owed
from governance.evidence import Conclusion, Fact
from governance.status import Moment
from risks.act import Duties, DutyOnDay, DutyState, Part, Reach, RecordedAs, reach_of

__all__ = ["Beside", "DutyStatus", "duty_statuses", "incomplete", "overdue"]

_FINE: Final = (DutyShown.COMPLETE, DutyShown.NOT_APPLICABLE)
_WORST_FIRST: Final = (
    DutyShown.ERROR,
    DutyShown.MISSING,
    DutyShown.UNDECIDED,
    DutyShown.COMPLETE,
    DutyShown.NOT_APPLICABLE,
)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What bears on duties beside their evidence."""

    assignments: Sequence[Assignment] = ()
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # duty → what contradicts it


@dataclass(frozen=True, kw_only=True)
class DutyStatus:
    """A duty with its evidence."""

    found: DutyOnDay
    shown: DutyShown
    reach: Reach
    is_due: bool  # whether it is owed, and counts on the day that was asked about, on any route
    pieces: tuple[PieceStatus, ...]
    reasons: tuple[str, ...]  # why it is shown so, beside its pieces
    assignment: Assignment | None
    is_overdue: bool  # whether its evidence should have been complete before today, as it was assigned


def duty_statuses(
    owed: Owed, source: Duties, facts: Iterable[Fact], moment: Moment, beside: Beside | None = None
) -> tuple[DutyStatus, ...]:
    """Return each duty with what the record holds for it; facts of other systems must not be among them."""
    shelves, known = Shelves(facts, moment), _Known(source.recorded)
    return tuple(_status(one, owed, shelves, known, moment, beside or Beside()) for one in owed.duties)


def incomplete(statuses: Iterable[DutyStatus]) -> tuple[str, ...]:
    """Return the duties that are due and lack evidence, by their provisions."""
    return tuple(sorted({one.found.duty.id for one in statuses if one.is_due and one.shown not in _FINE}))


def overdue(statuses: Iterable[DutyStatus]) -> tuple[str, ...]:
    """Return the duties whose evidence should have been complete by now, as they were assigned."""
    return tuple(sorted({one.found.duty.id for one in statuses if one.is_overdue}))


class _Known:
    """Pieces that were held before: many duties name the same."""

    def __init__(self, recorded: Mapping[str, RecordedAs]) -> None:
        self._recorded = recorded
        self._pieces: dict[str, PieceStatus] = {}

    def piece(self, kind: str, shelves: Shelves) -> PieceStatus:
        if kind not in self._pieces:
            self._pieces[kind] = shelves.piece(kind, self._recorded)
        return self._pieces[kind]


def _status(one: DutyOnDay, owed: Owed, shelves: Shelves, known: _Known, moment: Moment, beside: Beside) -> DutyStatus:
    duty = one.duty
    pieces = tuple(known.piece(kind, shelves) for kind in duty.evidence)
    reach, reasons = _reach(duty.part, owed, shelves)
    conflicts = beside.conflicts.get(duty.id, ()) if reach is not Reach.NOT_OWED else ()
    shown = _shown(pieces, reach, conflicts)
    assignment = assigned(duty.id, beside.assignments) if reach is not Reach.NOT_OWED else None
    late = assignment is not None and assignment.due < moment.text[:10] and shown not in _FINE
    return DutyStatus(
        found=one,
        shown=shown,
        reach=reach,
        is_due=reach is not Reach.NOT_OWED and any(date.state is DutyState.APPLIES for date in one.dates),
        pieces=pieces,
        reasons=(*reasons, *conflicts) if shown is not DutyShown.COMPLETE else (),
        assignment=assignment,
        is_overdue=late,
    )


def _reach(part: Part | None, owed: Owed, shelves: Shelves) -> tuple[Reach, tuple[str, ...]]:
    """Return whether a duty is owed, and why it is not, or is not known to be."""
    reach = reach_of(part, owed.marks)
    if part is None or reach is Reach.OWED:
        return reach, ()
    if reach is Reach.NOT_OWED:
        return reach, (f"it is for {part.says}",)
    for said in shelves.by_hand(not_owed(part.id)):
        if said.outcome is Conclusion.SATISFIED:
            return Reach.NOT_OWED, (f"{', '.join(said.evidence)} says why it is not owed: it is for {part.says}",)
    return reach, (f"whether it is owed is not known: it is for {part.says}",)


def _shown(pieces: Sequence[PieceStatus], reach: Reach, conflicts: Sequence[str]) -> DutyShown:
    if reach is Reach.NOT_OWED:
        return DutyShown.NOT_APPLICABLE
    found = {one.shown for one in pieces}
    together = next((shown for shown in _WORST_FIRST if shown in found), DutyShown.UNDECIDED)
    if conflicts and together is not DutyShown.ERROR:
        return DutyShown.UNDECIDED
    is_open = reach is Reach.UNKNOWN and together is DutyShown.MISSING
    return DutyShown.UNDECIDED if is_open else together
