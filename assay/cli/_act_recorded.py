"""How recorded classifications are shown: as a table for a person, as one document each for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from assay.cli._act_classes import show_case
from assay.cli._output import say, show, show_table
from assay.kernel import MissingError

if TYPE_CHECKING:
    from governance.classifications import RecordedCase, RecordedClassification

__all__ = ["one_of", "recorded_document", "show_recorded", "show_whole", "tell_recorded"]

_BEGIN: Final = "assay act questions > answers.yaml; then assay act classify --answers answers.yaml --record"


def recorded_document(found: "RecordedClassification") -> dict[str, object]:
    """Return a recorded classification for a program."""
    return {
        "id": found.id,
        "system": found.system,
        "state": found.state.value,
        "changed": list(found.changed),
        "status": found.status.value,
        "classes": [one.value for one in found.classes],
        "cases": [_case(one) for one in found.cases],
        "roles": [one.value for one in found.roles],
        "open_questions": list(found.open_questions),
        "digest": found.digest,
        "text_version": found.text_version,
        "catalogue": found.tree,
        "rests_on": dict(found.rests_on),
        "marketed": found.marketed or None,
        "recorder": found.recorder,
        "confirmer": found.confirmer,
        "four_eyes": found.four_eyes,
        "recorded_at": found.recorded_at,
        "confirmed_at": found.confirmed_at,
        "ledger_entry": found.seq,
        "answers": None if found.answers is None else {key: dict(said) for key, said in found.answers.items()},
        "next": _next(found) or None,
    }


def one_of(found: Sequence["RecordedClassification"], identity: str) -> "RecordedClassification":
    """Return the one with an id; raise `MissingError` where there is none."""
    for one in found:
        if one.id == identity:
            return one
    raise MissingError(f"there is no classification {identity[:80]!r}", hint="assay act status")


def show_recorded(found: Sequence["RecordedClassification"], missing: Sequence[str]) -> None:
    """Print recorded classifications for a person, and what to do next; `missing`: systems without one."""
    if not found and not missing:
        show("no classification is recorded")
    rows = [
        (one.id, one.system, _state(one), ", ".join(one.classes) or one.status, one.recorded_at[:10], one.digest)
        for one in found
    ]
    if rows:
        show_table(("classification", "system", "state", "classes", "recorded", "digest"), rows)
    for one in found:
        if todo := _next(one):
            show(f"next for {one.system}: {todo}")
    for system in missing:
        show(f"next for {system}, which nobody has classified: {_BEGIN} --system {system}")


def show_whole(found: "RecordedClassification") -> None:
    """Print one recorded classification with all that was said, for whoever is to confirm it."""
    show(f"{found.id} of {found.system} is {_state(found)}: {', '.join(found.classes) or found.status}")
    for case in found.cases:
        show_case(case)
    show(f"\nRoles: {', '.join(found.roles) or 'none'}")
    if found.answers is None:
        show("The answers were erased.")
    else:
        rows = [
            (key, said["answer"], said["reason"], said["person"], said["date"]) for key, said in found.answers.items()
        ]
        show_table(("question", "answer", "reason", "person", "date"), rows)
    show(f"Recorded by {found.recorder} on {found.recorded_at[:10]}, digest {found.digest}")
    if found.confirmer is not None and found.confirmed_at is not None:
        show(f"Confirmed by {found.confirmer} on {found.confirmed_at[:10]}")
    if todo := _next(found):
        show(f"next: {todo}")


def tell_recorded(found: "RecordedClassification", own: str | None) -> None:
    """Print what was just recorded, and what comes next; `own`: the workspace's system, where none was named."""
    show(f"\nRecorded as {found.id} of {found.system}, digest {found.digest}")
    if own is not None and found.system != own:
        say(f"note: the answers name {found.system}; for this workspace's system: --system {own}")
    show(f"next: {_next(found)}")


def _next(found: "RecordedClassification") -> str:
    """Return what brings a classification on; empty where nothing does."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.classifications import ClassificationState  # noqa: PLC0415

    again = f"assay act classify --answers FILE --record --system {found.system}"
    if found.state is ClassificationState.SUPERSEDED:
        return ""
    if found.state is ClassificationState.CONFIRMED:
        return f"see what it owes: assay act duties --system {found.system}"
    if found.state is ClassificationState.OUTDATED:
        return f"{', '.join(found.changed)} changed, so look at the answers again: {again}"
    if found.open_questions:
        count = len(found.open_questions)
        return f"{count} questions are open, and nobody can confirm it before they are answered: {again}"
    by = "it waits to be confirmed, in a team by somebody else who has read it"
    return f"{by}: assay act status {found.id}; assay act confirm {found.id} --seen {found.digest}"


def _case(one: "RecordedCase") -> dict[str, object]:
    return {
        "id": one.id,
        "class": one.act_class.value,
        "title": one.title,
        "ground": one.ground,
        "applies_from": one.applies_from or None,
        "applies_ground": one.applies_ground or None,
        "note": one.note or None,
        "explanation": one.explanation,
    }


def _state(found: "RecordedClassification") -> str:
    changed = f": {', '.join(found.changed)} changed" if found.changed else ""
    return f"{found.state}{changed}" + (" (single user)" if found.four_eyes is False else "")
