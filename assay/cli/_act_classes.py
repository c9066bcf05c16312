"""How a classification is shown: as text for a person, as one document for a program."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from assay.cli._output import show, show_table
from risks.act import CaseFound, Classification, Header, Question

if TYPE_CHECKING:
    from assay.app.act_proposal import Proposal

__all__ = [
    "classification_document",
    "proposal_document",
    "question_document",
    "show_classification",
    "show_proposal",
]


def classification_document(found: Classification, header: Header, proposal: Mapping[str, object]) -> dict[str, object]:
    """Return a classification for a program; what a model proposes stands under `proposal` alone."""
    return {
        "status": found.status,
        "classes": list(found.classes),
        "cases": [_case(case) for case in found.cases],
        "roles": [{"role": role.role, "ground": role.ground} for role in found.roles],
        "open_questions": [question_document(question) for question in found.open_questions],
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


def proposal_document(proposal: "Proposal | None") -> dict[str, object]:
    """Return what a model proposes for a program; without a proposal, an empty document."""
    if proposal is None:
        return {}
    return {
        "model": proposal.model,
        "classes": list(proposal.classes),
        "answers": {one.question: {**asdict(one), "answer": list(one.answer)} for one in proposal.answers},
        "dropped": dict(proposal.dropped),
    }


def show_proposal(proposal: "Proposal") -> None:
    """Print what a model proposes for a person."""
    show(f"\nProposed by the model {proposal.model}; nothing of it is an answer until a person gives it:")
    rows = [(one.question, ", ".join(one.answer), one.quote) for one in proposal.answers]
    show_table(("question", "proposed", "words of the description"), rows)
    show(
        f"If answered so: {', '.join(proposal.classes) or 'no class yet'}. Without a proposal: {len(proposal.dropped)}"
    )


def show_classification(found: Classification, header: Header) -> None:
    """Print a classification for a person."""
    show(f"{found.status}: {', '.join(found.classes) or 'no class yet'}")
    for case in found.cases:
        show(f"\n{case.explanation}" + (f"\n  {_applies(case)}" if _applies(case) else ""))
    if found.roles:
        show("\nRoles: " + ", ".join(f"{role.role} ({role.ground})" for role in found.roles))
    if found.unused:
        show(f"\nAnswered without need: {', '.join(found.unused)}")
    if found.open_questions:
        show("\nOpen questions:")
        show_table(("id", "question", "ground"), [(one.id, one.ask, one.ground) for one in found.open_questions])
    show(f"\n{found.text_version}. {header.title}, version {header.version} ({found.catalogue}). Not legal advice.")


def _applies(case: CaseFound) -> str:
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
