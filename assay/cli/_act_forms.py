"""How forms are shown: as text for a person, as one document for a program."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from assay.cli._output import say, show
from risks.act import FilledForm, Form

if TYPE_CHECKING:
    from governance.evidence import Submitted

__all__ = ["filled_document", "form_document", "tell_filled"]


def form_document(form: Form) -> dict[str, object]:
    """Return a form for a program."""
    return {
        "form": form.id,
        "title": form.title,
        "article": form.article,
        "evidence": form.evidence,
        "note": form.note,
        "fields": [
            {
                "id": one.id,
                "kind": one.kind,
                "ground": one.ground,
                "ask": one.ask,
                "options": [asdict(option) for option in one.options],
                "only": {name: list(answers) for name, answers in one.only.items()},
                "at_least": one.least or None,
            }
            for one in form.fields
        ],
    }


def filled_document(filled: FilledForm, made: "Submitted | None") -> dict[str, object]:
    """Return a form that was filled in, without what people wrote, for a program."""
    return {
        "form": filled.form.id,
        "evidence_kind": filled.form.evidence,
        "system": filled.system,
        "date": filled.date,
        "review_by": filled.review_by,
        "fields": sorted(filled.answers),
        "from_record": list(filled.from_record),
        "conflicts": list(filled.conflicts),
        "digest": filled.digest,
        "submitted": None if made is None else asdict(made),
    }


def tell_filled(filled: FilledForm, made: "Submitted | None") -> None:
    """Say what became of a form."""
    show(f"{filled.form.title} of {filled.system}: complete, {len(filled.answers)} fields")
    for conflict in filled.conflicts:
        show(f"conflict: {conflict}; mend it there, then hand in the form anew")
    if made is None:
        say("nothing was handed in: assay act submit FILE without --check does")
        return
    show(f"{made.evidence}: version {made.version}, {made.digest}")
    if made.is_new:
        say(f"it counts once somebody else has accepted it: assay evidence accept {made.evidence}")
    else:
        say("this very form was handed in before: nothing was changed")
