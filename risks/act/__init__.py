"""The EU AI Act as data: its dates, its classes, its duties. Pure: no store, no clock, no network. Not legal advice."""

from risks.act._header import Header
from risks.act._timeline import Basis, Event, EventKind, Timeline, TimelineDay, on_day, parse_timeline, timeline

__all__ = [
    "Basis",
    "Event",
    "EventKind",
    "Header",
    "Timeline",
    "TimelineDay",
    "on_day",
    "parse_timeline",
    "timeline",
]
