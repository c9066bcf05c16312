"""The duties of the Act: for a class and a role, what is owed, from when, and what could show it.

Rules of this place: a duty keeps its paragraph; it says from when it counts formally and from when it meets its first
system. What an older system owes follows from the day on which it was marketed (Article 111). No clock: days come in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from risks._evidence import EvidenceKind
from risks.act._header import Header
from risks.act._parts import Part, Remark
from risks.act._tree import ActClass, Role

__all__ = [
    "Clock",
    "Duties",
    "Duty",
    "DutyDate",
    "DutyOnDay",
    "DutyState",
    "Legacy",
    "RecordedAs",
    "Route",
    "Schedule",
    "duties_of",
]


class Route(StrEnum):
    """By which way a rule reaches a system; its dates differ."""

    ANNEX_III = "annex_iii"
    ANNEX_I = "annex_i"
    ALL = "all"  # no such difference


class Legacy(StrEnum):
    """What becomes of something that was marketed before a rule began."""

    NONE = "none"  # nothing changes
    LATER = "later"  # it follows from a later day
    CHANGE = "change"  # it follows once its design changes significantly, for public authorities from a later day


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """From when a rule counts on one route. Days are ISO 8601."""

    id: str
    route: Route
    formal: str  # as the text says
    effective: str  # when it meets its first system
    ground: str
    legacy: Legacy
    legacy_before: str  # marketed before this day; empty without legacy
    legacy_from: str
    legacy_ground: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How long something is kept, or how soon it is due."""

    kind: str  # `retention` or `deadline`
    length: str  # ISO 8601 duration
    counted_from: str


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One obligation, in words of our own."""

    id: str  # the provision
    article: str
    title: str  # of the article
    says: str
    classes: tuple[ActClass, ...]
    roles: tuple[Role, ...]
    part: Part | None  # of the class or role that it is for; None: all of it
    schedule: str  # Schedule.id
    evidence: tuple[str, ...]  # kinds
    clock: Clock | None

    @property
    def only_for(self) -> str:
        """Whom it is for, where not for all; empty: all."""
        return "" if self.part is None else self.part.says


@dataclass(frozen=True, kw_only=True)
class RecordedAs:
    """As what else the record holds a kind of evidence, beside a document under its name."""

    recorded: tuple[EvidenceKind, ...]  # any of them
    of: str  # which name within them; empty: any
    days: int  # for so long one counts
    needs_document: str  # what measuring cannot show, so that a document is needed too; empty: nothing


@dataclass(frozen=True, kw_only=True)
class Duties:
    """Every duty, with the schedules and kinds of evidence that they name."""

    header: Header
    evidence: dict[str, str]  # kind → what it is
    recorded: dict[str, RecordedAs]  # kind → as what else it is recorded
    remarks: tuple[Remark, ...]
    schedules: tuple[Schedule, ...]
    duties: tuple[Duty, ...]


class DutyState(StrEnum):
    """How a duty stands on a day."""

    APPLIES = "applies"
    FORMAL_ONLY = "formal_only"  # in the text, but no system can meet it yet
    NOT_YET = "not_yet"
    AFTER_CHANGE = "after_change"  # of an older system: only once its design changes significantly


@dataclass(frozen=True, kw_only=True)
class DutyDate:
    """From when a duty counts for one system on one route."""

    route: Route
    formal: str
    effective: str  # ISO 8601; for an older system that need not change: of those for public authorities
    ground: str
    state: DutyState


@dataclass(frozen=True, kw_only=True)
class DutyOnDay:
    """A duty seen from a day."""

    duty: Duty
    dates: tuple[DutyDate, ...]


def duties_of(
    source: Duties, act_class: ActClass, role: Role, *, on: date, marketed: date | None = None, route: Route = Route.ALL
) -> Iterator[DutyOnDay]:
    """Yield what somebody in a role owes for a class, as it stands on a day; `route` leaves the other one out."""
    for duty in source.duties:
        if act_class in duty.classes and role in duty.roles:
            reached = [one for one in source.schedules if one.id == duty.schedule and _reaches(one.route, route)]
            if reached:
                yield DutyOnDay(duty=duty, dates=tuple(_date(one, on, marketed) for one in reached))


def _reaches(one: Route, wanted: Route) -> bool:
    return Route.ALL in (one, wanted) or one is wanted


def _date(schedule: Schedule, on: date, marketed: date | None) -> DutyDate:
    older = marketed is not None and marketed.isoformat() < schedule.legacy_before
    effective = schedule.legacy_from if older else schedule.effective
    return DutyDate(
        route=schedule.route,
        formal=schedule.formal,
        effective=effective,
        ground=schedule.legacy_ground if older else schedule.ground,
        state=_state(schedule, effective, on, change=older and schedule.legacy is Legacy.CHANGE),
    )


def _state(schedule: Schedule, effective: str, on: date, *, change: bool) -> DutyState:
    if change:
        return DutyState.AFTER_CHANGE
    if on.isoformat() >= effective:
        return DutyState.APPLIES
    formally = schedule.formal < schedule.effective and on.isoformat() >= schedule.formal
    return DutyState.FORMAL_ONLY if formally else DutyState.NOT_YET
