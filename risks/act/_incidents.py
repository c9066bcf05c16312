"""Serious incidents: what makes one serious, and until when it is reported (Article 73).

Rules of this place: lengths stand with the duties, grounds name the duty; the earliest of several counts. Days are
calendar days of the place where somebody became aware: that day is not counted, and the last one counts to its end.
Weekends and holidays do not put it off: the rules of Regulation (EEC, Euratom) No 1182/71 may end it later, never
earlier than shown here. No clock: the time of awareness comes in.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cache

from risks._fields import Fields, Problems
from risks.act._duties import Clock
from risks.act._header import Header, finish, open_file, read_header, shipped
from risks.act._read_duties import duties

__all__ = ["Deadline", "IncidentGround", "IncidentGrounds", "deadline_of", "incident_grounds", "parse_incident_grounds"]

FORMAT = "assay-act-incidents/1"
_DAYS = re.compile(r"P(\d{1,4})D")


@dataclass(frozen=True, kw_only=True)
class IncidentGround:
    """Something that makes an incident serious."""

    id: str
    says: str
    definition: str  # the provision that makes it serious
    duty: str  # the provision that says how soon it is reported
    days: int  # calendar days, at most


@dataclass(frozen=True, kw_only=True)
class IncidentGrounds:
    """Every ground."""

    header: Header
    grounds: tuple[IncidentGround, ...]


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Until when a report is due."""

    due: datetime  # UTC; the report has to be made before
    duty: str
    days: int


@cache
def incident_grounds() -> IncidentGrounds:
    """Return the grounds that come with the product."""
    return parse_incident_grounds(shipped("incidents.yaml"), "incidents.yaml")


def parse_incident_grounds(text: str, file: str) -> IncidentGrounds:
    """Read grounds from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header = read_header(fields, problems, FORMAT, digest)
    count = fields.whole("count")
    clocks = {one.id: one.clock for one in duties().duties}
    grounds = tuple(_ground(item, clocks) for item in fields.each("grounds"))
    if count != len(grounds):
        problems.add("/count", f"{count} are stated, {len(grounds)} are there")
    _refuse_repeats(grounds, problems)
    finish(fields, problems, file)
    return IncidentGrounds(header=header, grounds=grounds)


def deadline_of(grounds: tuple[IncidentGround, ...], aware: datetime, place: tzinfo) -> Deadline:
    """Return the earliest deadline of several grounds; `place` is where somebody became aware. None named: an error."""
    strictest = min(grounds, key=lambda one: one.days)
    first_day = aware.astimezone(place).date()
    after_last = first_day + timedelta(days=strictest.days + 1)  # its first moment ends the last day
    due = datetime.combine(after_last, time(), tzinfo=place).astimezone(UTC)
    return Deadline(due=due, duty=strictest.duty, days=strictest.days)


def _ground(fields: Fields, clocks: dict[str, Clock | None]) -> IncidentGround:
    duty = fields.text("duty")
    clock = clocks.get(duty)
    length = None if clock is None or clock.kind != "deadline" else _DAYS.fullmatch(clock.length)
    if length is None:
        fields.refuse("duty", duty, "a duty with a deadline in days")
    made = IncidentGround(
        id=fields.text("id"),
        says=fields.text("says"),
        definition=fields.text("definition"),
        duty=duty,
        days=int(length[1]) if length else 0,
    )
    fields.close()
    return made


def _refuse_repeats(grounds: tuple[IncidentGround, ...], problems: Problems) -> None:
    seen: set[str] = set()
    for index, one in enumerate(grounds):
        if one.id in seen:
            problems.add(f"/grounds/{index}/id", f"the id {one.id!r} comes twice")
        seen.add(one.id)
