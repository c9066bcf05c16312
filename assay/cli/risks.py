"""`assay risks`: the catalogue, what is mapped and related to it, and files of one's own. Needs no workspace."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli._frameworks import Extension, JsonOption, header, relation_document, risk_document
from assay.cli._output import emit_json, show, show_table
from assay.kernel import MissingError
from risks import Catalogue, Crosswalk, Framework, Risk, RuleBook, framework, validate

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show the risks, what is mapped and related to them, and check files.")


@app.command("list")
def list_risks(extension: Extension = None, as_json: JsonOption = False) -> None:
    """List all risks with their component and the number of mapped controls.

    Example: assay risks list
    """
    known = framework(extension or ())
    catalogue = known.catalogue
    if as_json:
        emit_json({"risks": [risk_document(known, risk) for risk in catalogue.risks], "catalogue": header(known)})
        return
    names = {component.id: component.name for component in catalogue.components}
    rows = [(risk.id, risk.name, names[risk.component], len(risk.controls)) for risk in catalogue.risks]
    show_table(("id", "risk", "component", "controls>"), rows)
    show(f"{catalogue.title}, version {catalogue.version} ({known.digest})")


@app.command("show")
def show_risk(
    risk_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a risk, such as 9.1.")],
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Show one risk: what it is, why it matters, how to test it, mapped controls, related entries of other lists.

    Example: assay risks show 9.1
    """
    known = framework(extension or ())
    risk = known.risk(risk_id)
    if as_json:
        emit_json({**risk_document(known, risk), "catalogue": header(known)})
        return
    show(f"{risk.id}  {risk.name}\n{_component(known, risk)}\n\n{risk.definition}\n")
    show(f"Why it matters: {risk.why}\n\nHow to test it: {risk.test}\n")
    show(f"mapped to {len(risk.controls)} controls:")
    rows = [
        (item.control, known.control(item.control).name, f"{item.provenance} ({item.sheet})") for item in risk.controls
    ]
    show_table(("id", "control", "pair is (sheet of the source)"), rows)
    show("\nrelated, which does not say that one fulfils the other:")
    show_table(("list", "entries", "provenance"), _related_lines(known, risk))
    show(f"Source: {known.catalogue.source}. {known.catalogue.edition}. Evidence: `assay controls show ID`.")


@app.command("related")
def show_related(
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="Entry of another list: LLM01, LLM01:2025, AML.T0051, A.7.4, 15(5).")
    ],
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Find the risks and controls that are related to an entry of another list.

    Example: assay risks related LLM01:2025
    """
    known = framework(extension or ())
    found = known.related(entry)
    if not found:
        raise MissingError(
            f"nothing is related to {entry!r}",
            hint="entries are like LLM01:2025, ML02, AML.T0051, 'MEASURE 2.7', A.7.4 or 15(5)",
        )
    if as_json:
        emit_json({"related": [relation_document(known, row) for row in found], "catalogue": header(known)})
        return
    names = {risk.id: risk.name for risk in known.catalogue.risks}
    names |= {control.id: control.name for control in known.catalogue.controls}
    lines = [
        (
            row.subject,
            names[row.subject],
            f"{row.standard} {row.edition}",
            row.object,
            row.provenance,
            row.note or row.source,
        )
        for row in found
    ]
    show_table(("id", "risk or control", "list", "entry", "provenance", "note or source"), lines)
    show("Related, which does not say that one fulfils the other.")


@app.command("validate")
def validate_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files, which may refer to each other.")],
    as_json: JsonOption = False,
) -> None:
    """Check catalogues, rules and relations of one's own: all mistakes at once, with file and pointer.

    Example: assay risks validate ours.yaml our-rules.yaml
    """
    contents = validate(files)
    documents = [
        {"file": str(file), "id": item.id, "version": item.version, "digest": item.digest, "holds": _holds(item)}
        for file, item in zip(files, contents, strict=True)
    ]
    if as_json:
        emit_json({"files": documents})
        return
    for document in documents:
        show(f"{document['file']}: {document['holds']} ({document['digest']})")


def _holds(content: Catalogue | Crosswalk | RuleBook) -> str:
    if isinstance(content, Catalogue):
        return f"{len(content.components)} components, {len(content.risks)} risks, {len(content.controls)} controls"
    if isinstance(content, Crosswalk):
        return f"{len(content.relations)} relations to {len(content.standards)} lists"
    return f"{len(content.rules)} rules"


def _component(known: Framework, risk: Risk) -> str:
    return next(item.name for item in known.catalogue.components if item.id == risk.component)


def _related_lines(known: Framework, risk: Risk) -> list[tuple[str, str, str]]:
    entries: dict[tuple[str, str, str], list[str]] = {}
    for row in known.relations_of(risk.id):
        title = known.standard(row).title
        written = title if row.edition in title else f"{title} ({row.edition})"
        entries.setdefault((written, row.provenance, row.note or row.source), []).append(row.object)
    return [
        (title, ", ".join(sorted(objects)), f"{provenance}: {said}")
        for (title, provenance, said), objects in entries.items()
    ]
