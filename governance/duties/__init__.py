"""Duties under the AI Act and what the record holds for each: what shows it, whose it is, until when."""

from governance.duties._assignments import Assignment, AssignmentDraft, Assignments
from governance.duties._incidents import unreported
from governance.duties._owed import Owed, owed_by
from governance.duties._pieces import DutyShown, PieceStatus, not_owed
from governance.duties._retention import retention_conflicts
from governance.duties._statuses import Beside, DutyStatus, duty_statuses, incomplete, overdue

__all__ = [
    "Assignment",
    "AssignmentDraft",
    "Assignments",
    "Beside",
    "DutyShown",
    "DutyStatus",
    "Owed",
    "PieceStatus",
    "duty_statuses",
    "incomplete",
    "not_owed",
    "overdue",
    "owed_by",
    "retention_conflicts",
    "unreported",
]
