"""`assay actions`: what is to be mended, by whom and until when."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.frameworks import load_framework
from assay.app.register import close_action, list_actions, open_action
from assay.cli._frameworks import Extension, JsonOption
from assay.cli._output import emit_json, show, show_table

if TYPE_CHECKING:
    from governance.actions import CorrectiveAction

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List, open and close corrective actions.")

System = Annotated[str | None, typer.Option(help="Which system.")]


@app.command("list")
def list_all(system: System = None, as_json: JsonOption = False) -> None:
    """List corrective actions of all systems, open ones first. Example: assay actions list."""
    found = list_actions(system)
    if as_json:
        emit_json({"actions": [asdict(one) for one in found]})
        return
    rows = [
        (one.id, one.state, one.due, one.system, one.risk or one.control or "", one.owner, one.what or "erased")
        for one in found
    ]
    show_table(("action", "state", "due", "system", "about", "owner", "what"), rows)


@app.command("open")
def open_one(
    what: Annotated[str, typer.Argument(help="What is to be mended; kept where it can be erased.")],
    due: Annotated[str, typer.Option(help="Day by which it is done, such as 2027-01-31.")],
    owner: Annotated[str | None, typer.Option(help="Pseudonym of a person [default: you].")] = None,
    risk: Annotated[str | None, typer.Option(help="Id of a risk that it is about.")] = None,
    control: Annotated[str | None, typer.Option(help="Id of a control that it is about.")] = None,
    system: System = None,
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Raise a corrective action; auditors may, too. An overdue one blocks the next release.

    Example: assay actions open "answer in the user's language" --due 2027-01-31 --risk 9.8
    """
    made = open_action(load_framework(extension), what, due=due, owner=owner, risk=risk, control=control, system=system)
    _tell(made, as_json=as_json)


@app.command("close")
def close(
    action: Annotated[str, typer.Argument(help="Id of the action.")],
    evidence: Annotated[str, typer.Option(help="Id of the evidence that shows it: assay evidence list.")],
    comment: Annotated[str, typer.Option(help="Kept where it can be erased.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Close an action with the evidence that it is mended; in a team not by its owner.

    Example: assay actions close action-1a2b --evidence evidence-3c4d
    """
    _tell(close_action(action, evidence=evidence, comment=comment), as_json=as_json)


def _tell(made: "CorrectiveAction", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.id} is {made.state}, due {made.due}")
