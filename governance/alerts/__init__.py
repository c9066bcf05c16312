"""Alerts: what a program noticed, as state that people settle. What measures stands elsewhere."""

from governance.alerts._service import Alerts
from governance.alerts._types import Alert, AlertDraft, AlertKind, AlertState

__all__ = ["Alert", "AlertDraft", "AlertKind", "AlertState", "Alerts"]
