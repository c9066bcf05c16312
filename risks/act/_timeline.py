"""The dates of the Act: what happened, what applies from when, and until when something older may stay as it is.

Rules of this place: a date is a fact of a text and carries the article that sets it. `formal` is what the text says;
`effective` is when a rule that formally applies already meets its first system. No clock: the day is passed in.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from risks._fields import Fields, Problems
from risks.act._header import Header, finish, open_file, read_header, shipped

__all__ = ["Basis", "Event", "EventKind", "Timeline", "TimelineDay", "on_day", "parse_timeline", "timeline"]

FORMAT = "assay-act-timeline/1"


class EventKind(StrEnum):
    """What a date means to a reader."""

    MILESTONE = "milestone"  # of the making of the text
    APPLIES = "applies"  # rules apply from this day
    LEGACY = "legacy"  # what was on the market before follows from this day
    DUE = "due"  # others owe something by this day


class Basis(StrEnum):
    """Whether a date stands in the text or follows from another one."""

    FORMAL = "formal"
    EFFECTIVE = "effective"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One date of the Act."""

    id: str
    date: str  # ISO 8601
    kind: EventKind
    basis: Basis
    event: str
    articles: tuple[str, ...]
    ground: str  # the provision that sets the date
    known: str  # how we know it: primary or secondary text


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Every date, in order."""

    header: Header
    events: tuple[Event, ...]


@dataclass(frozen=True, kw_only=True)
class TimelineDay:
    """The dates seen from one day."""

    day: date
    past: tuple[Event, ...]  # milestones and what others owed until this day
    applies: tuple[Event, ...]  # rules that apply on this day
    ahead: tuple[Event, ...]  # the soonest first


@cache
def timeline() -> Timeline:
    """Return the dates that come with the product."""
    return parse_timeline(shipped("timeline.yaml"), "timeline.yaml")


def parse_timeline(text: str, file: str) -> Timeline:
    """Read dates from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header = read_header(fields, problems, FORMAT, digest)
    count = fields.whole("count")
    events = tuple(_event(item) for item in fields.each("events"))
    if count != len(events):
        problems.add("/count", f"{count} are stated, {len(events)} are there")
    _check(events, problems)
    finish(fields, problems, file)
    return Timeline(header=header, events=events)


def on_day(dates: Timeline, day: date) -> TimelineDay:
    """Sort the dates by what they mean on a day."""
    begun = [event for event in dates.events if event.date <= day.isoformat()]
    rules = (EventKind.APPLIES, EventKind.LEGACY)
    return TimelineDay(
        day=day,
        past=tuple(event for event in begun if event.kind not in rules),
        applies=tuple(event for event in begun if event.kind in rules),
        ahead=tuple(event for event in dates.events if event.date > day.isoformat()),
    )


def _event(fields: Fields) -> Event:
    made = Event(
        id=fields.text("id"),
        date=fields.date("date"),
        kind=fields.choice("kind", EventKind, EventKind.MILESTONE),
        basis=fields.choice("basis", Basis, Basis.FORMAL),
        event=fields.text("event"),
        articles=fields.texts("articles", required=False),
        ground=fields.text("ground"),
        known=fields.text("known"),
    )
    if made.kind is EventKind.APPLIES and not made.articles:
        fields.refuse("articles", made.articles, "the articles that apply")
    fields.close()
    return made


def _check(events: tuple[Event, ...], problems: Problems) -> None:
    seen: set[str] = set()
    for index, event in enumerate(events):
        if event.id in seen:
            problems.add(f"/events/{index}/id", f"the id {event.id!r} comes twice")
        seen.add(event.id)
        if index and event.date < events[index - 1].date:
            problems.add(f"/events/{index}/date", f"{event.date} comes after {events[index - 1].date}")
