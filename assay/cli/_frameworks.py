"""Risks, controls, relations and evidence as JSON documents and lines; words are "mapped to" and "related"."""

from dataclasses import asdict
from typing import Annotated

import typer

from assay.cli._asks import ask_document
from assay.cli._output import show
from risks import Framework, Mapping, OwnFile, Relation, Risk

__all__ = ["Extension", "JsonOption", "header", "origin", "relation_document", "risk_document", "rule_document"]
__all__ += ["show_framework"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Extension = Annotated[
    list[str] | None,
    typer.Option("--extension", metavar="NAME", help="Add an extension that is off by default: v2."),
]


def header(framework: Framework) -> dict[str, object]:
    """Return what a reader must know of the catalogue; its digest covers relations and rules as well."""
    catalogue = framework.catalogue
    told = {key: getattr(catalogue, key) for key in ("id", "title", "version", "edition", "date", "source", "licence")}
    files = [asdict(one) for one in framework.own]
    return {**told, "extensions": list(framework.extensions), "files": files, "digest": framework.digest}


def show_framework(framework: Framework) -> None:
    """Print which catalogue is in force, with the files of one's own that are part of it."""
    show(f"{framework.catalogue.title}, version {framework.catalogue.version} ({framework.digest})")
    for one in framework.own:
        show(f"with {one.file}: {one.id}, version {one.version} ({one.digest})")


def origin(file: OwnFile | None) -> dict[str, object]:
    """Return where something that does not come with the product is from; nothing for what does."""
    return {} if file is None else {"own_file": file.file}


def risk_document(framework: Framework, risk: Risk) -> dict[str, object]:
    """Return a risk with its controls, the evidence that each needs on its account, and its relations."""
    component = next(item for item in framework.catalogue.components if item.id == risk.component)
    return {
        "id": risk.id,
        "name": risk.name,
        **origin(framework.own_file("risks", risk.id)),
        "component": component.name,
        "component_id": component.id,
        "definition": risk.definition,
        "why": risk.why,
        "test": risk.test,
        "controls": [_mapped_document(framework, risk, item) for item in risk.controls],
        "related": [relation_document(framework, row) for row in framework.relations_of(risk.id)],
    }


def _mapped_document(framework: Framework, risk: Risk, item: Mapping) -> dict[str, object]:
    return {
        "id": item.control,
        "name": framework.control(item.control).name,
        "provenance": item.provenance,
        "in": item.sheet,
        "evidence": [ask_document(ask, item.control) for ask in framework.rule(item.control).asked_for(risk.id)],
    }


def rule_document(framework: Framework, control: str) -> dict[str, object]:
    """Return what proves a control, and what that does not prove."""
    rule = framework.rule(control)
    return {
        **origin(framework.own_file("rules", control)),
        "proves": rule.proves,
        "does_not_prove": rule.does_not_prove,
        "example": rule.example,
        "automation": rule.automation,
        "evidence": [ask_document(ask, control) for ask in rule.evidence],
    }


def relation_document(framework: Framework, row: Relation) -> dict[str, object]:
    """Return one relation, with the name of the entry where it may be shown."""
    standard = framework.standard(row)
    told = {
        "subject": row.subject,
        "predicate": row.kind,
        "object": row.object,
        "name": standard.names[row.object],
        "standard": row.standard,
        "title": standard.title,
        "edition": row.edition,
        "provenance": row.provenance,
        "source": row.source,
        "note": row.note,
    }
    return {key: value for key, value in told.items() if value}
