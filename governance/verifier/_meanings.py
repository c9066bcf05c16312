"""What entries and their rows say of each other: which action makes which rows, and that both are about one thing.

Rules of this place: every table with a stamp stands here, or among those that come with any action; a table of a later
version is held against its entries' digests alone.
"""

from typing import Any

from governance.verifier._entries import canonical, digest_of
from governance.verifier._types import BrokenError

__all__ = ["ACCOMPANYING", "ACTIONS", "Row", "check_meaning", "in_question"]

Row = dict[str, Any]

_RUN_FORMAT = "assay-run/1"

# table → the actions whose entries seal one row of it, about the entry's own subject
ACTIONS = {
    "system": {"system.registered"},
    "system_profile": {"system.changed"},
    "run": {"run.ingested"},
    "scan": {"scan.recorded"},
    "decision": {"decision.made"},
    "report": {"report.built"},
    "label_set": {"labels.imported", "judge.card"},
    "person": {"person.added", "person.changed"},
    "role_grant": {"role.granted", "role.delegated", "role.revoked"},
    "token": {"token.issued", "token.revoked"},
    "approval_request": {"approval.requested"},
    "approval": {"approval.given", "approval.refused"},
    "break_glass": {"glass.broken", "glass.reviewed"},
    "legal_hold": {"hold.placed", "hold.lifted"},
    "erasure": {"erasure.performed"},
    "store_backup": {"backup.made"},
    "store_restore": {"restore.declared"},
    "gate_policy": {"policy.registered", "policy.withdrawn"},
    "release": {"release.created"},
    "release_event": {
        *("release.created", "release.requested", "release.in_review", "release.approved", "release.rejected"),
        *("release.released", "release.superseded", "release.recalled"),
    },
    "evidence_submission": {"evidence.submitted"},
    "evidence_review": {"evidence.accepted", "evidence.returned"},
    "evidence_request": {"evidence.requested"},
    "comment": {"comment.made"},
    "alert": {"alert.raised", "alert.acknowledged", "alert.closed"},
    "incident": {
        *("incident.proposed", "incident.opened", "incident.declared"),
        *("incident.withdrawn", "incident.reported", "incident.closed"),
    },
    "model_version": {"registry.synced"},
    "model_alias": {"registry.synced"},
    "waiver": {"control.waived"},
    "risk_rating": {"risk.assessed"},
    "corrective_action": {"action.raised", "action.closed"},
    "classification": {"classification.recorded", "classification.confirmed"},
    "duty_assignment": {"duty.assigned"},
}
# Rows that come beside those, as many as there are.
ACCOMPANYING = {
    "estimate": {"run.ingested", "labels.imported"},
    "evidence": {"run.ingested", "scan.recorded"},
    "label": {"labels.imported", "judge.card"},
    "judge_card": {"judge.card"},
    "approval_bar": {"approval.requested"},
    "evidence_fact": {"evidence.submitted"},
    # The lineage of anything that is recorded.
    "lineage_artefact": None,
    "lineage_link": None,
    "lineage_sighting": None,
}
_KNOWN_ALREADY = {"judge.card"}  # labels may have come before the card
_EITHER = {"registry.synced"}  # of a version or of an alias, as the subject says
_ID = {
    "system_profile": "system",
    "approval_request": "request",
    "release_event": "release",
    "corrective_action": "action",
} | {f"evidence_{one}": "evidence" for one in ("submission", "review")}
_WITHOUT_ID = {"risk_rating", "duty_assignment"}  # of a risk or a duty in a system: two cells
_DIGESTED = {
    "report",
    "scan",
    "label_set",
    "gate_policy",
    "evidence_submission",
    "classification",
    "waiver",
    "model_version",
}
_DOCUMENTS = {"decision": "document", "release": "manifest"}


def check_meaning(entry: dict[str, Any], rows: list[tuple[str, Row]]) -> None:
    """Raise `BrokenError` where an entry and its rows are not about the same."""
    action, subject = entry["action"], entry["subject"]
    there = [table for table, _ in rows]
    due = [table for table in _due(action, subject["type"]) if there.count(table) != 1]
    if due:
        raise BrokenError(f"it records {action} without the one row of {' and of '.join(due)} that says so")
    for table, cells in rows:
        if not _may_come(table, action):
            raise BrokenError(f"its row of {table} is none that {action} records")
        if table in ACTIONS:
            _check_subject(table, cells, subject)


def in_question(action: str, subject_type: str, there: list[str]) -> str:
    """Name the tables that too many or too few rows can be of."""
    missing = [table for table in _due(action, subject_type) if table not in there]
    if missing:
        return f", none of {', '.join(missing)}"
    strange = sorted({table for table in there if not _may_come(table, action)})
    if strange:
        return f", and {action} records nothing in {', '.join(strange)}"
    possible = {table for table in (*ACTIONS, *ACCOMPANYING) if _may_come(table, action)} | {*there}
    return f"; it may be of {', '.join(sorted(possible))}"


def _due(action: str, subject_type: str) -> list[str]:
    if action in _KNOWN_ALREADY:
        return []
    tables = [table for table, actions in ACTIONS.items() if action in actions]
    return [table for table in tables if table == subject_type] if action in _EITHER else tables


def _may_come(table: str, action: str) -> bool:
    if table in ACTIONS:
        return action in ACTIONS[table]
    allowed = ACCOMPANYING.get(table)
    return allowed is None or action in allowed


def _check_subject(table: str, cells: Row, subject: dict[str, Any]) -> None:
    named = cells.get(_ID.get(table, table))
    if table not in _WITHOUT_ID and named != subject["id"]:
        raise BrokenError(f"it is about {subject['id']!r}, its row of {table} about {named!r}")
    if subject["digest"] != _digest(table, cells, subject["digest"]):
        raise BrokenError(f"its digest is not that of its row of {table}")


def _digest(table: str, cells: Row, otherwise: object) -> object:
    """Return the digest that a row's own cells make, where they make one."""
    if table == "run":
        plan, verdicts = cells.get("plan_digest"), cells.get("verdicts_digest")
        if digest_of(str(cells.get("plan")).encode()) != plan:
            raise BrokenError("its run has another plan than the one that was digested")
        return digest_of(canonical({"format": _RUN_FORMAT, "run": plan, "verdicts": verdicts}))
    if table in _DOCUMENTS:
        return digest_of(str(cells.get(_DOCUMENTS[table])).encode())
    return cells.get("digest") if table in _DIGESTED else otherwise
