"""How recorded classifications are shown: as a table for a person, as one document each for a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.cli._output import show_table

if TYPE_CHECKING:
    from governance.classifications import RecordedClassification

__all__ = ["recorded_document", "show_recorded"]


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


def _state(found: "RecordedClassification") -> str:
    changed = f": {', '.join(found.changed)} changed" if found.changed else ""
    return f"{found.state}{changed}" + (" (single user)" if found.four_eyes is False else "")
