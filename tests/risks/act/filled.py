"""Forms as people fill them in."""

import json

from risks.act import FieldKind, Form, FormField, forms

ANSWERS: dict[FieldKind, object] = {
    FieldKind.TEXT: "what we wrote",
    FieldKind.TEXTS: ["one thing", "another"],
    FieldKind.DAY: "2027-12-02",
    FieldKind.LENGTH: "P10Y",
}


def filled(form: str, *, system: str = "my-system", **answers: object) -> dict[str, object]:
    """Return a form with an answer to every field that is asked; `answers` take the place of some."""
    given: dict[str, object] = {}
    for field in forms().forms[form].fields:
        if _is_asked(field, given):
            given[field.id] = _answer(field)
        given.update({field.id: answers[field.id]} if field.id in answers else {})
    return {
        "format": "assay-act-form/1",
        "form": form,
        "forms": forms().header.digest,
        "system": system,
        "person": "alex",
        "date": "2026-01-02",
        "review_by": "2030-01-02",
        "answers": given,
    }


def form_text(document: dict[str, object]) -> str:
    """Return it as a file; JSON is YAML."""
    return json.dumps(document)


def every_form() -> tuple[Form, ...]:
    """Return the forms."""
    return tuple(forms().forms.values())


def _answer(field: FormField) -> object:
    first = field.options[0].id if field.options else ""
    return {**ANSWERS, FieldKind.CHOICE: first, FieldKind.CHOICES: [first]}[field.kind]


def _is_asked(field: FormField, given: dict[str, object]) -> bool:
    for name, wanted in field.only.items():
        said = given.get(name)
        if not set(said if isinstance(said, list) else [said]) & set(wanted):
            return False
    return True
