"""How recorded classifications are shown: as a table for a person, as one document each for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.cli._output import say, show, show_table

if TYPE_CHECKING:
    from governance.classifications import RecordedClassification

__all__ = ["recorded_document", "show_recorded", "tell_recorded"]


def recorded_document(found: "RecordedClassification") -> dict[str, object]:
    """Return a recorded classification for a program."""
    return {
        "id": found.id,
        "system": found.system,
        "state": found.state.value,
        "changed": list(found.changed),
        "status": found.status.value,
        "classes": [one.value for one in found.classes],
        "cases": [{"id": one.id, "class": one.act_class.value, "ground": one.ground} for one in found.cases],
        "roles": [one.value for one in found.roles],
        "open_questions": list(found.open_questions),
        "digest": found.digest,
        "text_version": found.text_version,
        "recorder": found.recorder,
        "confirmer": found.confirmer,
        "four_eyes": found.four_eyes,
        "recorded_at": found.recorded_at,
        "ledger_entry": found.seq,
        "answers": None if found.answers is None else {key: dict(said) for key, said in found.answers.items()},
    }


def show_recorded(found: Sequence["RecordedClassification"]) -> None:
    """Print recorded classifications for a person."""
    rows = [
        (one.id, one.system, _state(one), ", ".join(one.classes) or one.status, one.recorded_at[:10], one.digest)
        for one in found
    ]
    show_table(("classification", "system", "state", "classes", "recorded", "digest"), rows)


def tell_recorded(found: "RecordedClassification", own: str | None) -> None:
    """Print what was just recorded, and what comes next; `own`: the workspace's system, where none was named."""
    show(f"\nRecorded as {found.id} of {found.system}, digest {found.digest}")
    if own is not None and found.system != own:
        say(f"note: the answers name {found.system}; for this workspace's system: --system {own}")
    if found.open_questions:
        show("next: answer what is open and record again; until then nobody can confirm it")
    else:
        show(f"next, by somebody else: assay act confirm {found.id} --seen {found.digest}")


def _state(found: "RecordedClassification") -> str:
    changed = f": {', '.join(found.changed)} changed" if found.changed else ""
    return f"{found.state}{changed}" + (" (single user)" if found.four_eyes is False else "")
