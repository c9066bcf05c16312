"""`assay monitor`: what programs noticed, and what people made of it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.alerts import list_alerts, settle_alert
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, show, show_table

if TYPE_CHECKING:
    from governance.alerts import Alert

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show and settle alerts.")
alerts = typer.Typer(help="Show and settle alerts.")
app.add_typer(alerts, name="alerts")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
System = Annotated[str | None, typer.Option(help="Of one system alone.")]
All = Annotated[bool, typer.Option("--all", help="Those that were closed, too.")]
_Id = Annotated[str, typer.Argument(metavar="ALERT", help="Id, as the list shows it.")]


@app.callback()
def _group() -> None:
    pass


@alerts.callback(invoke_without_command=True)
def _list_when_nothing_is_typed(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_all()


@alerts.command("list")
def list_all(system: System = None, with_closed: All = False, as_json: AsJson = False) -> None:
    """List alerts that nobody closed, newest first. Example: assay monitor alerts list --system shop."""
    found = list_alerts(Workspace.find(), system=system, with_closed=with_closed)
    if as_json:
        emit_json({"alerts": [asdict(one) for one in found]})
        return
    rows = ((one.id, one.kind, one.state, one.system, one.subject, _facts(one), one.raised_at[:16]) for one in found)
    show_table(["alert", "kind", "state", "system", "about", "", "raised"], rows)


@alerts.command("acknowledge")
def acknowledge(
    alert: _Id,
    comment: Annotated[str, typer.Option(help="What is known; kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Say that you know; it is not raised again while it stands.

    Example: assay monitor alerts acknowledge ALERT --comment "a rollback by the night shift"
    """
    _tell(settle_alert(Workspace.find(), alert, closed=False, comment=comment), as_json=as_json)


@alerts.command("close")
def close(
    alert: _Id,
    comment: Annotated[str, typer.Option(help="What became of it; kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Say that it is over; noticed again, it is raised again.

    Example: assay monitor alerts close ALERT --comment "moved back"
    """
    _tell(settle_alert(Workspace.find(), alert, closed=True, comment=comment), as_json=as_json)


def _facts(alert: "Alert") -> str:
    return ", ".join(f"{key} {'none' if value is None else value}" for key, value in alert.details.items())


def _tell(alert: "Alert", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(alert))
    else:
        show(f"{alert.id} is {alert.state}, entry {alert.seq} of the ledger")
