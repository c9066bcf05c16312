"""`assay incidents`: what went wrong, whether it is serious, and until when that is reported."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.incidents import (
    close_incident,
    declare_incident,
    incident_history,
    list_grounds,
    list_incidents,
    open_incident,
    propose_incident,
    report_incident,
    take_up_incident,
    withdraw_incident,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from assay.app.incidents import ListedIncident
    from governance.incidents import Incident

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Open, declare, report and close incidents (Article 73 of the EU AI Act).")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Id = Annotated[str, typer.Argument(metavar="INCIDENT", help="Id, as the list shows it.")]
_Comment = Annotated[str, typer.Option(help="What happened, or was found; kept where it can be erased.")]
_Zone = Annotated[str, typer.Option(help="Time zone of the place, whose days are counted: Europe/Berlin.")]


@app.command("open")
def open_one(
    comment: _Comment,
    incident: Annotated[str | None, typer.Argument(metavar="[INCIDENT]", help="One that was proposed.")] = None,
    system: Annotated[str | None, typer.Option(help="Of which system [default: the workspace's].")] = None,
    alert: Annotated[str | None, typer.Option(help="The alert that it comes from.")] = None,
    as_json: AsJson = False,
) -> None:
    """Open an incident, or one that was proposed. Example: assay incidents open --comment "it told a wrong dose"."""
    workspace = Workspace.find()
    if incident is None:
        _tell(open_incident(workspace, system=system, alert=alert, comment=comment), as_json=as_json)
    else:
        _tell(take_up_incident(workspace, incident, comment=comment), as_json=as_json)


@app.command("propose")
def propose(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="Id, as `assay monitor alerts` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Propose an incident from an alert; a person opens it. Example: assay incidents propose alert-1a2b."""
    _tell(propose_incident(Workspace.find(), alert), as_json=as_json)


@app.command("list")
def list_all(
    system: Annotated[str | None, typer.Option(help="Of one system alone.")] = None,
    with_closed: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List incidents: overdue ones first, then what is due next. Example: assay incidents list."""
    found = list_incidents(Workspace.find(), system=system, with_closed=with_closed)
    if as_json:
        emit_json({"incidents": [_as_json(one) for one in found]})
        return
    rows = (
        (
            one.incident.id,
            "OVERDUE" if one.is_overdue else one.incident.state,
            one.incident.system,
            ", ".join(one.incident.grounds) or "-",
            one.incident.duty or "-",
            one.incident.due_at or "-",
            (one.incident.reported_at or "-") + (" late" if one.incident.is_late else ""),
        )
        for one in found
    )
    show_table(["incident", "state", "system", "serious because", "duty", "report due before", "reported"], rows)


@app.command("show")
def show_one(incident: _Id, as_json: AsJson = False) -> None:
    """Show every step of an incident. Example: assay incidents show incident-1a2b."""
    found = incident_history(Workspace.find(), incident)
    if as_json:
        emit_json({**asdict(found[-1].incident), "history": [asdict(one) for one in found]})
        return
    _tell(found[-1].incident, as_json=False)
    rows = (
        (one.incident.recorded_at, one.action, one.actor, one.incident.comment or "(erased)", one.incident.seq)
        for one in found
    )
    show_table(["at", "what", "by", "words", "entry>"], rows)


@app.command("grounds")
def grounds(as_json: AsJson = False) -> None:
    """List what makes an incident serious, with its deadline. Example: assay incidents grounds."""
    found = list_grounds()
    if as_json:
        emit_json({"grounds": [asdict(one) for one in found]})
        return
    show_table(
        ["ground", "", "definition", "duty", "days>"],
        ((one.id, one.says, one.definition, one.duty, one.days) for one in found),
    )


@app.command("declare")
def declare(
    incident: _Id,
    ground: Annotated[list[str], typer.Option(help="Why, as `assay incidents grounds` lists. Repeatable.")],
    aware: Annotated[str, typer.Option(help="When you became aware: 2026-11-20T14:30, in --zone.")],
    comment: _Comment,
    zone: _Zone = "UTC",
    as_json: AsJson = False,
) -> None:
    """Declare an incident serious: a report is due, and releases of the system wait.

    Example: assay incidents declare ID --ground health --aware 2026-11-20T14:30 --zone Europe/Berlin --comment "…"
    """
    made = declare_incident(Workspace.find(), incident, grounds=tuple(ground), aware=aware, zone=zone, comment=comment)
    _tell(made, as_json=as_json)


@app.command("withdraw")
def withdraw(incident: _Id, comment: _Comment, as_json: AsJson = False) -> None:
    """Say that a declaration was wrong, and why. Example: assay incidents withdraw ID --comment "another system"."""
    _tell(withdraw_incident(Workspace.find(), incident, comment=comment), as_json=as_json)


@app.command("report")
def report(
    incident: _Id,
    comment: Annotated[str, typer.Option(help="Whom you told, and their file number; kept where it can be erased.")],
    at: Annotated[str | None, typer.Option(help="When, in --zone [default: now].")] = None,
    zone: _Zone = "UTC",
    as_json: AsJson = False,
) -> None:
    """Record that the authority was told; again where a first report is completed.

    Example: assay incidents report ID --comment "Bundesnetzagentur, file 12/26"
    """
    _tell(report_incident(Workspace.find(), incident, at=at, zone=zone, comment=comment), as_json=as_json)


@app.command("close")
def close(incident: _Id, comment: _Comment, as_json: AsJson = False) -> None:
    """Say that it is over; a serious one was reported. Example: assay incidents close ID --comment "corrected"."""
    _tell(close_incident(Workspace.find(), incident, comment=comment), as_json=as_json)


def _as_json(one: "ListedIncident") -> dict[str, object]:
    return {**asdict(one.incident), "is_overdue": one.is_overdue, "is_late": one.incident.is_late}


def _tell(made: "Incident", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.id} is {made.state}, entry {made.seq} of the ledger")
    if made.due_at is not None and made.reported_at is None:
        say(f"a report is due before {made.due_at} ({made.duty}), and at once where the link is likely")
