"""Risks, controls, relations and evidence as JSON documents and lines; words are "mapped to" and "related"."""

from collections.abc import Iterable
from typing import Annotated

import typer

from risks import Ask, EvidenceKind, Framework, Mapping, Relation, Risk, Rule

__all__ = ["Extension", "JsonOption", "ask_document", "ask_line", "header", "relation_document", "risk_document"]
__all__ += ["rule_document"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Extension = Annotated[
    list[str] | None,
    typer.Option("--extension", metavar="NAME", help="Add an extension that is off by default: v2."),
]


def header(framework: Framework) -> dict[str, object]:
    """Return what a reader must know of the catalogue; its digest covers relations and rules as well."""
    catalogue = framework.catalogue
    told = {key: getattr(catalogue, key) for key in ("id", "title", "version", "edition", "date", "source", "licence")}
    return {**told, "extensions": list(framework.extensions), "digest": framework.digest}


def risk_document(framework: Framework, risk: Risk) -> dict[str, object]:
    """Return a risk with its controls, the evidence that each needs on its account, and its relations."""
    component = next(item for item in framework.catalogue.components if item.id == risk.component)
    return {
        "id": risk.id,
        "name": risk.name,
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
        "evidence": [ask_document(ask) for ask in framework.rule(item.control).asked_for(risk.id)],
    }


def rule_document(rule: Rule) -> dict[str, object]:
    """Return what proves a control, and what that does not prove."""
    return {
        "proves": rule.proves,
        "does_not_prove": rule.does_not_prove,
        "example": rule.example,
        "automation": rule.automation,
        "evidence": [ask_document(ask) for ask in rule.evidence],
    }


def ask_document(ask: Ask) -> dict[str, object]:
    """Return one piece of evidence that is asked for; bounds and forms only where it has them."""
    told = {"kind": ask.kind, "of": ask.of, "max_age_days": ask.max_age_days, "automatic": ask.automatic}
    more = {
        "risks": list(ask.risks),
        "at_least": ask.at_least,
        "at_most": ask.at_most,
        "min_n": ask.min_n,
        "owner": ask.owner,
        "document": ask.document,
    }
    return {**told, **{key: value for key, value in more.items() if value}}


def ask_line(ask: Ask) -> tuple[str, str, str, str, str]:
    """Return kind, what, how much or who, age and risks for a table."""
    if ask.kind is EvidenceKind.ATTESTATION:
        needs = f"signed by {ask.owner}, with {ask.document}"
    else:
        needs = ", ".join(_bounds(ask)) or "–"
    kind = ask.kind.replace("_", " ") + (" (automatic)" if ask.automatic else "")
    return kind, ask.of, needs, f"{ask.max_age_days} days", ", ".join(ask.risks) or "all"


def _bounds(ask: Ask) -> Iterable[str]:
    if ask.at_least:
        yield f"interval from {ask.at_least} up"
    if ask.at_most:
        yield f"interval up to {ask.at_most}"
    if ask.min_n:
        yield f"n ≥ {ask.min_n}"


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
