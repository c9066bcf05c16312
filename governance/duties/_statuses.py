"""What the record holds for each duty. Pure: duties, facts and time are passed in.

Rules of this place: a duty's evidence is complete where every piece that it names is there and counts; a piece that
nobody handed in is missing; one that waits, was returned, is stale or failed is undecided; a duty that does not count
yet is shown as such, with its evidence all the same. Complete evidence is not fulfilment: that is for people to judge.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.duties._recorded import MEASURED_FOR_DAYS, RECORDED_AS
from governance.evidence import Conclusion, Fact
from governance.status import Moment, hold, key_of
from risks import MEASURED, Ask, EvidenceKind
from risks.act import DutyOnDay, DutyState

__all__ = ["DutyShown", "DutyStatus", "PieceStatus", "duty_statuses", "incomplete"]

_NO_AGE = 36_525  # days: a document counts until it expires
_BY_HAND = (EvidenceKind.DOCUMENT, EvidenceKind.ATTESTATION)


class DutyShown(StrEnum):
    """What people are shown of a duty."""

    COMPLETE = "evidence complete"
    MISSING = "missing"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class PieceStatus:
    """One kind of evidence that a duty names."""

    kind: str
    shown: DutyShown
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DutyStatus:
    """A duty with its evidence."""

    found: DutyOnDay
    shown: DutyShown
    is_due: bool  # whether it counts on the day that was asked about, on any route
    pieces: tuple[PieceStatus, ...]


def duty_statuses(found: Iterable[DutyOnDay], facts: Iterable[Fact], moment: Moment) -> tuple[DutyStatus, ...]:
    """Return each duty with what the record holds for it; facts of other systems must not be among them."""
    shelves = _shelves(facts)
    known: dict[str, PieceStatus] = {}
    statuses = []
    for one in found:
        for kind in one.duty.evidence:
            if kind not in known:
                known[kind] = _piece(kind, shelves, moment)
        pieces = tuple(known[kind] for kind in one.duty.evidence)
        is_due = any(date.state is DutyState.APPLIES for date in one.dates)
        statuses.append(DutyStatus(found=one, shown=_together(pieces), is_due=is_due, pieces=pieces))
    return tuple(statuses)


def incomplete(statuses: Iterable[DutyStatus]) -> tuple[str, ...]:
    """Return the duties that are due and lack evidence, by their provisions."""
    fine = (DutyShown.COMPLETE, DutyShown.NOT_APPLICABLE)
    return tuple(sorted({one.found.duty.id for one in statuses if one.is_due and one.shown not in fine}))


_Shelves = dict[tuple[str, str], list[Fact]]


def _shelves(facts: Iterable[Fact]) -> _Shelves:
    """Put facts where pieces look for them: by kind and name, and measured ones by kind alone too."""
    shelves: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        shelves[key_of(fact.kind, fact.of)].append(fact)
        shelves[fact.kind, ""].append(fact)
    return dict(shelves)


def _piece(kind: str, shelves: _Shelves, moment: Moment) -> PieceStatus:
    """Return the best way in which a piece is there: measured where it can be, or handed in under its name."""
    asks = [_ask(way, "", MEASURED_FOR_DAYS) for way in RECORDED_AS.get(kind, ())]
    asks += [_ask(way, kind, _NO_AGE) for way in _BY_HAND]
    ways = [(ask, facts) for ask in asks if (facts := shelves.get(key_of(ask.kind.value, ask.of)))]
    if not ways:
        return PieceStatus(kind=kind, shown=DutyShown.MISSING, reason="nobody handed it in", evidence=())
    held = [_held(ask, facts, moment) for ask, facts in ways]
    outcome, reason, evidence = min(held, key=lambda one: _BEST_FIRST.index(one[0]))
    return PieceStatus(kind=kind, shown=_SHOWN[outcome], reason=reason, evidence=evidence)


def _held(ask: Ask, facts: Sequence[Fact], moment: Moment) -> tuple[Conclusion, str, tuple[str, ...]]:
    found = hold(ask, facts, moment)
    return found.outcome, found.reason, found.evidence


_BEST_FIRST = (
    Conclusion.SATISFIED,
    Conclusion.NOT_APPLICABLE,
    Conclusion.INCONCLUSIVE,
    Conclusion.NOT_SATISFIED,
    Conclusion.ERROR,
)
_SHOWN = {
    Conclusion.SATISFIED: DutyShown.COMPLETE,
    Conclusion.NOT_APPLICABLE: DutyShown.NOT_APPLICABLE,
    Conclusion.INCONCLUSIVE: DutyShown.UNDECIDED,
    Conclusion.NOT_SATISFIED: DutyShown.UNDECIDED,  # evidence is there and speaks against it: people decide
    Conclusion.ERROR: DutyShown.ERROR,
}
_WORST_FIRST = (
    DutyShown.ERROR,
    DutyShown.MISSING,
    DutyShown.UNDECIDED,
    DutyShown.COMPLETE,
    DutyShown.NOT_APPLICABLE,
)


def _together(pieces: Sequence[PieceStatus]) -> DutyShown:
    found = {one.shown for one in pieces}
    return next((shown for shown in _WORST_FIRST if shown in found), DutyShown.UNDECIDED)


def _ask(kind: EvidenceKind, of: str, days: int) -> Ask:
    assert kind in MEASURED or kind in (*_BY_HAND, EvidenceKind.APPROVAL)  # noqa: S101  a table of ours
    return Ask(
        kind=kind,
        of=of,
        risks=(),
        max_age_days=days,
        at_least="",
        at_most="",
        min_n=0,
        owner="",
        document="",
    )
