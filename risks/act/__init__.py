"""The EU AI Act as data: its dates, its classes, its duties. Pure: no store, no clock, no network. Not legal advice."""

from risks.act._answers import Answer, Answers, parse_answers
from risks.act._classify import CaseFound, Classification, RoleFound, Status, classify
from risks.act._header import Header
from risks.act._read_tree import parse_tree, tree
from risks.act._template import template
from risks.act._timeline import Basis, Event, EventKind, Timeline, TimelineDay, on_day, parse_timeline, timeline
from risks.act._tree import ActClass, Case, Kind, Option, Question, Role, Tree

__all__ = [
    "ActClass",
    "Answer",
    "Answers",
    "Basis",
    "Case",
    "CaseFound",
    "Classification",
    "Event",
    "EventKind",
    "Header",
    "Kind",
    "Option",
    "Question",
    "Role",
    "RoleFound",
    "Status",
    "Timeline",
    "TimelineDay",
    "Tree",
    "classify",
    "on_day",
    "parse_answers",
    "parse_timeline",
    "parse_tree",
    "template",
    "timeline",
    "tree",
]
