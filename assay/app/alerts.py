"""Alerts for the command line and the pages: listed, and settled by people."""

from contextlib import closing
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace

if TYPE_CHECKING:
    from governance import Actor
    from governance.alerts import Alert

__all__ = ["list_alerts", "settle_alert"]


def list_alerts(workspace: Workspace, *, system: str | None = None, with_closed: bool = False) -> "tuple[Alert, ...]":
    """Return alerts, newest first."""
    with closing(open_record(workspace)) as record:
        return record.alerts.alerts(system=system, with_closed=with_closed)


def settle_alert(
    workspace: Workspace, alert: str, *, closed: bool, comment: str, actor: "Actor | None" = None
) -> "Alert":
    """Acknowledge or close an alert; `actor`: who signed in."""
    with closing(open_record(workspace)) as record:
        settle = record.alerts.close if closed else record.alerts.acknowledge
        return settle(actor or current_actor(record), alert, comment=comment)
