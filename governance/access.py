"""Who may do what: one function stands before every change.

Rules of this place: in single-user mode the person at the machine may do everything, and what needs two people is
marked as not done by two. Rights of teams come here, and nowhere else.
"""

from enum import StrEnum

from assay.kernel import InputError
from governance.ledger import Actor

__all__ = ["Permission", "authorize"]


class Permission(StrEnum):
    """What a change needs."""

    INGEST_RUN = "run:ingest"
    RECORD_DECISION = "decision:record"
    RECORD_REPORT = "report:record"
    RECORD_SCAN = "scan:record"
    RECORD_CARD = "judge:card"
    IMPORT_LABELS = "labels:import"


def authorize(actor: Actor, permission: Permission, resource: str) -> None:
    """Return if the actor may; raise `InputError` where nobody is named."""
    if not actor.id:
        raise InputError(f"nobody is named who wants {permission.value} on {resource!r}; every change has an actor")
