"""Duties under the AI Act and what the record holds for each: evidence complete, missing, undecided."""

from governance.duties._recorded import RECORDED_AS
from governance.duties._statuses import DutyShown, DutyStatus, PieceStatus, duty_statuses, incomplete

__all__ = ["RECORDED_AS", "DutyShown", "DutyStatus", "PieceStatus", "duty_statuses", "incomplete"]
