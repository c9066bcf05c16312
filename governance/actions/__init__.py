"""Corrective actions: what is to be mended, by whom and when, and what showed that it was."""

from governance.actions._service import CorrectiveActions
from governance.actions._types import ActionDraft, ActionState, CorrectiveAction

__all__ = ["ActionDraft", "ActionState", "CorrectiveAction", "CorrectiveActions"]
