"""Classifications in the record, and what they ask of a system: for the command line and the pages."""

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.evidence import ME
from assay.app.systems import known_systems
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError
from risks.act import Classification, duties, tree

if TYPE_CHECKING:
    from governance import Record
    from governance.classifications import RecordedClassification
    from governance.duties import Assignment
    from governance.register import DutiesOfSystem

__all__ = [
    "assign_duty",
    "confirm_classification",
    "duties_of_system",
    "list_classifications",
    "record_classification",
    "unclassified_systems",
]


def record_classification(found: Classification, system: str | None) -> "RecordedClassification":
    """Record what follows from answers; `None`: of the workspace's own system, or of the one that the answers name."""
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        of = system or _known(workspace, record, found.answers.system) or workspace.settings.default_system
        return record.classifications.record(current_actor(record), of, found)


def _known(workspace: Workspace, record: "Record", named: str) -> str:
    """Return the system that answers name, "" where they name none; refuse one that nobody knows."""
    if named and named not in known_systems(workspace, record):
        raise InputError(
            f"the answers are about {named!r}, and nobody knows such a system",
            hint=f"write `system: {workspace.settings.default_system}` into the file, or assay systems add {named}",
        )
    return named


def confirm_classification(identity: str, *, seen: str) -> "RecordedClassification":
    """Confirm what was seen."""
    with closing(open_record(Workspace.find())) as record:
        return record.classifications.confirm(current_actor(record), identity, seen=seen, tree=tree())


def list_classifications(system: str | None) -> "tuple[RecordedClassification, ...]":
    """Return the classifications of a system or of all, newest first."""
    with closing(open_record(Workspace.find())) as record:
        return record.classifications.classifications(tree(), system=system)


def unclassified_systems() -> tuple[str, ...]:
    """Return the systems of the workspace and of the record that nobody has classified."""
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        classified = {one.system for one in record.classifications.classifications(tree())}
        return tuple(sorted(known_systems(workspace, record) - classified))


def duties_of_system(system: str | None, *, on: date) -> "tuple[str, DutiesOfSystem]":
    """Return a system and what its confirmed classification asks of it; raise `MissingError` without one."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.retention import kept_classes  # noqa: PLC0415

    workspace = Workspace.find()
    of = system or workspace.settings.default_system
    with closing(open_record(workspace)) as record:
        kept = kept_classes(workspace.settings.retention)
        found = record.register.duties(of, duties(), tree(), on=on, runs=workspace.runs, kept=kept)
    if not found.is_known:
        if found.classification is None:
            what = f"{of} has no classification"
            hint = "assay act classify --answers FILE --record; somebody else confirms it: assay act confirm"
        else:
            what = f"the classification of {of} is {found.classification.state.value}"
            hint = f"assay act status --system {of}"
        raise MissingError(f"{what}: nobody knows what it owes", hint=hint)
    return of, found


def assign_duty(duty: str, *, owner: str | None, due: str, system: str | None) -> "Assignment":
    """Record who sees to a duty (`None`: whoever types it) and until when."""
    from governance.duties import AssignmentDraft  # noqa: PLC0415  lazy, as above

    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        draft = AssignmentDraft(
            system=system or workspace.settings.default_system,
            duty=f"Article {duty}" if duty[:1].isdigit() else duty,
            owner=actor.id if owner in (None, ME) else str(owner),
            due=due,
        )
        return record.assignments.assign(actor, draft, duties())
