"""The EU AI Act as data: its dates, its classes, its duties. Pure: no store, no clock, no network. Not legal advice."""

from risks.act._answers import Answer, Answers, parse_answers
from risks.act._classify import CaseFound, Classification, RoleFound, Status, classify
from risks.act._cues import Cues, Sighting, Strength, sightings
from risks.act._duties import (
    Clock,
    Duties,
    Duty,
    DutyDate,
    DutyOnDay,
    DutyState,
    RecordedAs,
    Route,
    Schedule,
    duties_of,
)
from risks.act._explain import explained
from risks.act._form_file import FilledForm, changed_fields, form_template, parse_form
from risks.act._forms import FieldKind, Form, FormField, Forms, Known, forms, parse_forms
from risks.act._header import Header
from risks.act._incidents import (
    Deadline,
    IncidentGround,
    IncidentGrounds,
    deadline_of,
    incident_grounds,
    parse_incident_grounds,
)
from risks.act._lengths import days_of
from risks.act._parts import Part, Reach, Remark, reach_of, remarks_on
from risks.act._read_cues import cues, parse_cues
from risks.act._read_duties import duties, parse_duties
from risks.act._read_tree import parse_tree, tree
from risks.act._template import template
from risks.act._timeline import Basis, Event, EventKind, Timeline, TimelineDay, on_day, parse_timeline, timeline
from risks.act._tree import NO, NONE, YES, ActClass, Case, Kind, Option, Question, Role, Tree

__all__ = [
    "NO",
    "NONE",
    "YES",
    "ActClass",
    "Answer",
    "Answers",
    "Basis",
    "Case",
    "CaseFound",
    "Classification",
    "Clock",
    "Cues",
    "Deadline",
    "Duties",
    "Duty",
    "DutyDate",
    "DutyOnDay",
    "DutyState",
    "Event",
    "EventKind",
    "FieldKind",
    "FilledForm",
    "Form",
    "FormField",
    "Forms",
    "Header",
    "IncidentGround",
    "IncidentGrounds",
    "Kind",
    "Known",
    "Option",
    "Part",
    "Question",
    "Reach",
    "RecordedAs",
    "Remark",
    "Role",
    "RoleFound",
    "Route",
    "Schedule",
    "Sighting",
    "Status",
    "Strength",
    "Timeline",
    "TimelineDay",
    "Tree",
    "changed_fields",
    "classify",
    "cues",
    "days_of",
    "deadline_of",
    "duties",
    "duties_of",
    "explained",
    "form_template",
    "forms",
    "incident_grounds",
    "on_day",
    "parse_answers",
    "parse_cues",
    "parse_duties",
    "parse_form",
    "parse_forms",
    "parse_incident_grounds",
    "parse_timeline",
    "parse_tree",
    "reach_of",
    "remarks_on",
    "sightings",
    "template",
    "timeline",
    "tree",
]
