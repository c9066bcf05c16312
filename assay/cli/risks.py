"""`assay risks`: the catalogue, what is mapped and related to it, and files of one's own: these need no workspace.

In a workspace with a store, risks come with their status; rating them takes one.
"""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from assay.app.frameworks import load_framework, unmeasured
from assay.app.register import RegisterView, SystemLine, load_portfolio, load_register, rate_risk
from assay.app.workbook_exports import export_register
from assay.app.workbooks import import_risks, preview_risks, read_mapping
from assay.cli._asks import ask_line, command_for
from assay.cli._frameworks import Extension, JsonOption, header, relation_document, risk_document, show_framework
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._statuses import NO_RECORD, show_status, status_document
from assay.cli._workbooks import Book, Force, Map, SheetOption, Write, tell_export, tell_import
from assay.kernel import MissingError
from risks import Catalogue, Crosswalk, Framework, Mapping, Risk, RuleBook, Sheet, validate

if TYPE_CHECKING:
    from governance.status import RiskStatus

__all__ = ["app"]

System = Annotated[str | None, typer.Option(help="Whose status [default: the workspace's default system].")]
_STATUSES = ("treated", "accepted", "undecided", "open")

app = typer.Typer(no_args_is_help=True, help="Show the risks, what is mapped and related to them, and check files.")


@app.command("list")
def list_risks(extension: Extension = None, system: System = None, as_json: JsonOption = False) -> None:
    """List all risks with their component and mapped controls; in a workspace with a store also with their status.

    Example: assay risks list
    """
    known = load_framework(extension)
    catalogue, view = known.catalogue, load_register(known, system)
    statuses = {} if view is None else {one.risk: one for one in view.status.risks}
    if as_json:
        documents = [{**risk_document(known, risk), **NO_RECORD} for risk in catalogue.risks]
        if view is not None:
            documents = [_with_status(one, status_document(view, statuses[str(one["id"])])) for one in documents]
        told = {} if view is None else {"system": view.status.system, "overdue": list(view.overdue)}
        emit_json({"risks": documents, "catalogue": header(known), **told})
        return
    names = {component.id: component.name for component in catalogue.components}
    columns = ["id", "risk", "component", *(["controls>"] if view is None else ["status", "why"])]
    rows = [(risk.id, risk.name, names[risk.component], *_standing(risk, statuses)) for risk in catalogue.risks]
    show_table(columns, rows)
    show_framework(known)
    if view is None:
        say("No status: here is no workspace with a store. In one, each risk says its status and why.")
    else:
        show(f"Status of {view.status.system}: " + ", ".join(_counts(view)))
        for one in view.overdue:
            show(f"overdue: {one}")


def _standing(risk: Risk, statuses: "dict[str, RiskStatus]") -> tuple[object, ...]:
    """Return status and why, which says of how many controls; without a record that number alone."""
    found = statuses.get(risk.id)
    return (len(risk.controls),) if found is None else (found.shown.value, found.reason.partition(":")[0])


def _counts(view: RegisterView) -> list[str]:
    found = [one.shown.value for one in view.status.risks]
    return [f"{found.count(one)} {one}" for one in _STATUSES]


def _with_status(document: dict[str, object], status: dict[str, object]) -> dict[str, object]:
    """Join catalogue and status; each control stays one object."""
    held = {one["id"]: one for one in cast("list[dict[str, object]]", status["controls"])}
    mapped = cast("list[dict[str, object]]", document["controls"])
    return {**document, **status, "controls": [{**one, **held[one["id"]]} for one in mapped]}


@app.command("portfolio")
def show_portfolio(extension: Extension = None, as_json: JsonOption = False) -> None:
    """Show all systems of the record: risks by status, class under the AI Act, what is in use, what is overdue.

    What the product checks by itself (run logs, its own ledger) is not looked at here: `assay risks list --system`.
    Example: assay risks portfolio
    """
    found = load_portfolio(load_framework(extension))
    if as_json:
        emit_json({"systems": [_line_document(one) for one in found]})
        return
    rows = [
        (one.status.system, *_tally(one).values(), one.overdue, _class_of(one), ", ".join(one.in_use)) for one in found
    ]
    show_table(("system", *(f"{name}>" for name in _STATUSES), "overdue>", "AI Act", "in use"), rows)
    say("without what the product checks by itself, which is in: assay risks list --system SYSTEM")


def _line_document(line: SystemLine) -> dict[str, object]:
    return {
        "system": line.status.system,
        "risks": _tally(line),
        "components": {name: outcome.value for name, outcome in line.status.components.items()},
        "overdue": line.overdue,
        "classes": [] if line.classification is None else [one.value for one in line.classification.classes],
        "classification": None if line.classification is None else line.classification.state.value,
        "in_use": list(line.in_use),
    }


def _tally(line: SystemLine) -> dict[str, int]:
    found = [one.shown.value for one in line.status.risks]
    return {name: found.count(name) for name in _STATUSES}


def _class_of(line: SystemLine) -> str:
    if line.classification is None:
        return "not classified"
    return f"{', '.join(line.classification.classes) or 'inconclusive'} ({line.classification.state})"


@app.command("show")
def show_risk(
    risk_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a risk, such as 9.1.")],
    extension: Extension = None,
    system: System = None,
    as_json: JsonOption = False,
) -> None:
    """Show one risk: what it is, why it matters, how to test it, mapped controls, related entries, and its status.

    Example: assay risks show 9.1
    """
    known = load_framework(extension)
    risk, view = known.risk_named(risk_id), load_register(known, system)
    status = None if view is None else next(one for one in view.status.risks if one.risk == risk.id)
    if as_json:
        document = {**risk_document(known, risk), **NO_RECORD}
        if view is not None and status is not None:
            document = _with_status(document, status_document(view, status))
        emit_json({**document, "catalogue": header(known)})
        return
    show(f"{risk.id}  {risk.name}\n{_component(known, risk)}\n\n{risk.definition}\n")
    show(f"Why it matters: {risk.why}\n\nHow to test it: {risk.test}\n")
    show(f"mapped to {len(risk.controls)} {'control' if len(risk.controls) == 1 else 'controls'}:")
    rows = [(item.control, known.control(item.control).name, _known_by(item)) for item in risk.controls]
    show_table(("id", "control", "pair is (sheet of the source)"), rows)
    _show_asked(known, risk)
    if related := _related_lines(known, risk):
        show("\nrelated, which does not say that one fulfils the other:")
        show_table(("list", "entries", "provenance"), related)
    own = known.own_file("risks", risk.id)
    show(f"Source: {known.catalogue.source}. {known.catalogue.edition}." if own is None else f"Source: {own.file}.")
    if view is not None and status is not None:
        show("")
        show_status(view, status)


@app.command("assess")
def assess(
    risk_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a risk, such as 9.1.")],
    *,
    inherent: Annotated[str, typer.Option(help="LIKELIHOODxIMPACT before treatment, each 1 to 5.")],
    residual: Annotated[str, typer.Option(help="The same after treatment.")],
    treatment: Annotated[str, typer.Option(help="mitigate, avoid, transfer or accept.")],
    review_by: Annotated[str, typer.Option(help="Day by which somebody looks again, such as 2027-03-31.")],
    owner: Annotated[str | None, typer.Option(help="Pseudonym of a person [default: you].")] = None,
    due: Annotated[str | None, typer.Option(help="Day by which the treatment is done.")] = None,
    reason: Annotated[str, typer.Option(help="Kept where it can be erased.")] = "",
    extension: Extension = None,
    system: System = None,
    as_json: JsonOption = False,
) -> None:
    """Rate a risk: likelihood and impact before and after treatment, who owns it, when somebody looks again.

    An overdue review blocks the next release. Example: assay risks assess 9.1 --inherent 4x4 --residual 2x3
    --treatment mitigate --review-by 2027-03-31
    """
    made = rate_risk(
        load_framework(extension),
        risk_id,
        inherent=inherent,
        residual=residual,
        treatment=treatment,
        review_by=review_by,
        owner=owner,
        due=due,
        reason=reason,
        system=system,
    )
    if as_json:
        emit_json({**asdict(made), "inherent": made.inherent, "residual": made.residual})
        return
    show(f"{made.risk} of {made.system}: {made.inherent} before, {made.residual} after; review by {made.review_by}")


@app.command("import")
def import_register(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A register of risks, one risk a row.")],
    *,
    sheet: SheetOption = None,
    mapped: Map = None,
    write: Write = False,
    extension: Extension = None,
    system: System = None,
    as_json: JsonOption = False,
) -> None:
    """Look through a register in a workbook, and with --write record its ratings, all or none.

    Example: assay risks import register.xlsx --map owner=F
    """
    known = load_framework(extension)
    found = preview_risks(file, known, system=system, sheet=sheet, mapped=read_mapping(mapped or ()))
    said = [one.said for one in found.rows]
    rows: list[tuple[object, ...]] = [
        (row.row, one.system or system or "", one.risk, "x".join(map(str, one.inherent)),
         "x".join(map(str, one.residual)), one.treatment, one.owner, one.review_by)
        for row, one in zip(found.rows, said, strict=True)
    ]  # fmt: skip
    columns = ["row>", "system", "risk", "before", "after", "treatment", "owner", "review by"]
    record = partial(import_risks, found, known, system=system) if write else None
    tell_import(found, columns, rows, write=record, as_json=as_json)


@app.command("export")
def export_book(
    file: Book,
    *,
    force: Force = False,
    extension: Extension = None,
    system: Annotated[str | None, typer.Option(help="'*' for all [default: the workspace's default system].")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write risks with status, rating and what is missing into a workbook, which `assay risks import` reads again.

    Example: assay risks export register.xlsx --system shop
    """
    made = export_register(load_framework(extension), file, system=system, force=force)
    tell_export(made, "risks" if len(made.systems) == 1 else f"risks of {len(made.systems)} systems", as_json=as_json)


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
    known = load_framework(extension)
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

    They are in force in a workspace whose assay.yaml names them under `risks: {files: […]}`.
    Example: assay risks validate ours.yaml our-rules.yaml
    """
    contents = validate(files)
    documents = [
        {
            "file": str(file),
            "id": item.id,
            "version": item.version,
            "digest": item.digest,
            "holds": _holds(item),
            "notes": list(unmeasured(item)) if isinstance(item, RuleBook) else [],
        }
        for file, item in zip(files, contents, strict=True)
    ]
    if as_json:
        emit_json({"files": documents})
        return
    for document in documents:
        show(f"{document['file']}: {document['holds']} ({document['digest']})")
        for note in cast("list[str]", document["notes"]):
            say(f"note: {document['file']}: {note}")
    say("in force once assay.yaml names them: risks: {files: [" + ", ".join(map(str, files)) + "]}")


def _holds(content: Catalogue | Crosswalk | RuleBook) -> str:
    if isinstance(content, Catalogue):
        return f"{len(content.components)} components, {len(content.risks)} risks, {len(content.controls)} controls"
    if isinstance(content, Crosswalk):
        return f"{len(content.relations)} relations to {len(content.standards)} lists"
    return f"{len(content.rules)} rules"


def _component(known: Framework, risk: Risk) -> str:
    return next(item.name for item in known.catalogue.components if item.id == risk.component)


def _known_by(item: Mapping) -> str:
    return item.provenance.value if item.sheet is Sheet.NONE else f"{item.provenance} ({item.sheet})"


def _show_asked(known: Framework, risk: Risk) -> None:
    """Print the evidence that all mapped controls need on account of a risk, and what gives the measured part."""
    asked = [(item.control, ask) for item in risk.controls for ask in known.rule(item.control).asked_for(risk.id)]
    show("\nevidence asked for on account of this risk, all of it:")
    show_table(
        ("control", "evidence", "of", "needs", "no older than"), [(control, *ask_line(ask)) for control, ask in asked]
    )
    typed = dict.fromkeys(command_for(ask, control) for control, ask in asked if ask.automatic)
    for command in filter(None, typed):
        show(f"measured by: {command}")
    show("handed in by: assay controls attest CONTROL --document FILE --expires DAY; more: assay controls show CONTROL")


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
