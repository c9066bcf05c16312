"""`assay controls`: what proves a control, and what that does not prove. Needs no workspace."""

from typing import Annotated

import typer

from assay.cli._frameworks import Extension, JsonOption, ask_line, header, relation_document, rule_document
from assay.cli._output import emit_json, show, show_table
from risks import framework

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show what proves a control.")


@app.callback()
def controls() -> None:
    """Show what proves a control."""


@app.command("show")
def show_control(
    control_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a control, such as 'DASF 54'.")],
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Show one control: what proves it, what that does not prove, an example, and the risks it is mapped to.

    Example: assay controls show 'DASF 54'
    """
    known = framework(extension or ())
    control = known.control(control_id)
    rule, mapped = known.rule(control.id), known.risks_of(control.id)
    if as_json:
        emit_json(
            {
                "id": control.id,
                "name": control.name,
                "since": control.since,
                **rule_document(rule),
                "risks": [{"id": risk.id, "name": risk.name} for risk in mapped],
                "related": [relation_document(known, row) for row in known.relations_of(control.id)],
                "catalogue": header(known),
            }
        )
        return
    show(f"{control.id}  {control.name}\n\nProves: {rule.proves}\n\nDoes not prove: {rule.does_not_prove}\n")
    show(f"Good evidence, for example: {rule.example}\n\nAsked for, all that apply to a risk together:")
    show_table(("evidence", "of", "needs", "no older than", "for risks"), [ask_line(ask) for ask in rule.evidence])
    show(f"\nmapped to {len(mapped)} risks:")
    show_table(("id", "risk"), [(risk.id, risk.name) for risk in mapped])
