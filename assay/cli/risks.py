"""`assay risks`: the catalogue of risks and the controls mapped to them. Needs no workspace."""

from dataclasses import asdict
from typing import Annotated

import typer

from assay.cli._output import emit_json, show, show_table
from assay.kernel import MissingError
from risks import Catalogue, Risk, built_in

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show the risks and the controls mapped to them.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("list")
def list_risks(as_json: _Json = False) -> None:
    """List all risks with their component and the number of mapped controls.

    Example: assay risks list
    """
    catalogue = built_in()
    if as_json:
        items = [_document(catalogue, risk) for risk in catalogue.risks]
        emit_json({"risks": items, "catalogue": _header(catalogue)})
        return
    names = {component.id: component.name for component in catalogue.components}
    rows = [(risk.id, risk.name, names[risk.component], len(risk.controls)) for risk in catalogue.risks]
    show_table(("id", "risk", "component", "controls>"), rows)
    show(f"{catalogue.title}, version {catalogue.version} ({catalogue.digest})")


@app.command("show")
def show_risk(
    risk_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a risk, such as 9.1.")], as_json: _Json = False
) -> None:
    """Show one risk: what it is, why it matters, how to test it, and the controls mapped to it.

    Example: assay risks show 9.1
    """
    catalogue = built_in()
    risk = next((risk for risk in catalogue.risks if risk.id == risk_id), None)
    if risk is None:
        raise MissingError(f"there is no risk {risk_id!r} in the catalogue", hint="`assay risks list` shows the ids")
    document = _document(catalogue, risk)
    if as_json:
        emit_json({**document, "catalogue": _header(catalogue)})
        return
    show(f"{risk.id}  {risk.name}\n{document['component']}\n\n{risk.definition}\n\nWhy it matters: {risk.why}\n\nHow to test it: {risk.test}\n")
    show(f"mapped to {len(risk.controls)} controls:")
    names = {control.id: control.name for control in catalogue.controls}
    rows = [(item.control, names[item.control], f"{item.provenance} ({item.sheet})") for item in risk.controls]
    show_table(("id", "control", "pair is (sheet of the source)"), rows)
    show(f"Source: {catalogue.source}. {catalogue.edition}.")


def _document(catalogue: Catalogue, risk: Risk) -> dict[str, object]:
    component = next(item for item in catalogue.components if item.id == risk.component)
    names = {control.id: control.name for control in catalogue.controls}
    controls = [
        {"id": item.control, "name": names[item.control], "provenance": item.provenance, "in": item.sheet}
        for item in risk.controls
    ]
    return {
        "id": risk.id,
        "name": risk.name,
        "component": component.name,
        "component_id": component.id,
        "definition": risk.definition,
        "why": risk.why,
        "test": risk.test,
        "controls": controls,
    }


def _header(catalogue: Catalogue) -> dict[str, object]:
    described = asdict(catalogue)
    return {key: described[key] for key in ("id", "title", "version", "edition", "date", "source", "licence", "digest")}
