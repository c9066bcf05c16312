"""How a classification is shown: as text for a person, as one document for a program."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assay.cli._output import show, show_table
from risks.act import CaseFound, Classification, Header, Question

if TYPE_CHECKING:
    from governance.classifications import RecordedCase

__all__ = [
    "classification_document",
    "question_document",
    "show_case",
    "show_classification",
]


def classification_document(found: Classification, header: Header, proposal: Mapping[str, object]) -> dict[str, object]:
    """Return a classification for a program; what a model proposes stands under `proposal` alone."""
    return {
        "status": found.status,
        "classes": list(found.classes),
        "cases": [_case(case) for case in found.cases],
        "roles": [{"role": role.role, "ground": role.ground} for role in found.roles],
        "open_questions": [question_document(question) for question in found.open_questions],
        "askable": [question.id for question in found.askable],
        "unused": list(found.unused),
        "proposal": proposal,
        "system": found.answers.system or None,
        "answers": {
            key: {"answer": one.given, "reason": one.reason, "person": one.person, "date": one.date}
            for key, one in found.answers.given.items()
        },
        "answers_digest": found.answers.digest or None,
        "text_version": found.text_version,
        "catalogue": {"id": header.id, "version": header.version, "date": header.date, "digest": found.catalogue},
        "not_legal_advice": True,
    }


def question_document(question: Question) -> dict[str, object]:
    """Return a question for a program."""
    return {
        "id": question.id,
        "kind": question.kind,
        "ask": question.ask,
        "ground": question.ground,
        "help": question.help or None,
        "asked_if": question.asked_if or None,
        "options": [{"id": one.id, "text": one.text, "ground": one.ground} for one in question.options],
    }


def show_classification(found: Classification, header: Header) -> None:
    """Print a classification for a person."""
    show(f"{found.status}: {', '.join(found.classes) or 'no class yet'}")
    for case in found.cases:
        show_case(case)
    if found.roles:
        show("\nRoles: " + ", ".join(f"{role.role} ({role.ground})" for role in found.roles))
    if found.unused:
        show(f"\nAnswered without need: {', '.join(found.unused)}")
    if found.open_questions:
        show("\nOpen questions, to be answered next:")
        show_table(("id", "question", "ground"), [(one.id, one.ask, one.ground) for one in found.askable])
        if later := len(found.open_questions) - len(found.askable):
            show(f"{later} more may follow, depending on the answers.")
    show(f"\n{found.text_version}. {header.title}, version {header.version} ({found.catalogue}). Not legal advice.")


def show_case(case: "CaseFound | RecordedCase") -> None:
    """Print why a case holds and from when, for a person."""
    show(f"\n{case.explanation}" + (f"\n  {applies}" if (applies := _applies(case)) else ""))


def _applies(case: "CaseFound | RecordedCase") -> str:
    if case.applies_from:
        return f"applies from {case.applies_from} ({case.applies_ground})"
    return f"{case.note} ({case.applies_ground})" if case.note else ""


def _case(case: CaseFound) -> dict[str, object]:
    return {
        "id": case.id,
        "class": case.act_class,
        "title": case.title,
        "ground": case.ground,
        "applies_from": case.applies_from or None,
        "applies_ground": case.applies_ground or None,
        "note": case.note or None,
        "explanation": case.explanation,
        "answers": list(case.answers),
    }
