"""The body of a ledger entry: what changed, by whom, in a closed form without free text.

Rules of this place: bodies are canonical JSON under the strict profile and are stored as these bytes; people appear as
pseudonymous ids; what a person wrote goes to the payload, of which the entry holds only a salted commitment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assay.kernel import JsonValue, canonical_bytes

__all__ = ["Action", "Actor", "EntryDraft", "Subject", "entry_body"]

ENTRY_VERSION: Final = 1


class Action(StrEnum):
    """What can happen, as noun and past verb."""

    WORKSPACE_CREATED = "workspace.created"
    SYSTEM_REGISTERED = "system.registered"
    RUN_INGESTED = "run.ingested"
    DECISION_MADE = "decision.made"
    REPORT_BUILT = "report.built"
    SCAN_RECORDED = "scan.recorded"
    JUDGE_CARD = "judge.card"
    LABELS_IMPORTED = "labels.imported"
    EXPORT_MADE = "export.made"
    KEY_ROTATED = "key.rotated"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    ROLE_GRANTED = "role.granted"
    ROLE_DELEGATED = "role.delegated"
    ROLE_REVOKED = "role.revoked"
    TOKEN_ISSUED = "token.issued"  # noqa: S105  what happened, not a secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  as above
    APPROVAL_REQUESTED = "approval.requested"
    APPROVAL_GIVEN = "approval.given"
    APPROVAL_REFUSED = "approval.refused"
    GLASS_BROKEN = "glass.broken"
    GLASS_REVIEWED = "glass.reviewed"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    ERASURE_PERFORMED = "erasure.performed"
    BACKUP_MADE = "backup.made"
    RESTORE_DECLARED = "restore.declared"
    SYSTEM_CHANGED = "system.changed"
    RELEASE_CREATED = "release.created"
    RELEASE_REQUESTED = "release.requested"
    RELEASE_IN_REVIEW = "release.in_review"
    RELEASE_APPROVED = "release.approved"
    RELEASE_REJECTED = "release.rejected"
    RELEASE_RELEASED = "release.released"
    RELEASE_SUPERSEDED = "release.superseded"
    RELEASE_RECALLED = "release.recalled"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    EVIDENCE_ACCEPTED = "evidence.accepted"
    EVIDENCE_RETURNED = "evidence.returned"
    EVIDENCE_REQUESTED = "evidence.requested"
    COMMENT_MADE = "comment.made"
    POLICY_REGISTERED = "policy.registered"
    POLICY_WITHDRAWN = "policy.withdrawn"
    LINEAGE_RECORDED = "lineage.recorded"
    ALERT_RAISED = "alert.raised"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_CLOSED = "alert.closed"
    REGISTRY_SYNCED = "registry.synced"
    INCIDENT_PROPOSED = "incident.proposed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_DECLARED = "incident.declared"
    INCIDENT_WITHDRAWN = "incident.withdrawn"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_CLOSED = "incident.closed"
    CLASSIFICATION_RECORDED = "classification.recorded"
    CLASSIFICATION_CONFIRMED = "classification.confirmed"
    CONTROL_ATTESTED = "control.attested"
    CONTROL_WAIVED = "control.waived"
    RISK_ASSESSED = "risk.assessed"
    ACTION_RAISED = "action.raised"
    ACTION_CLOSED = "action.closed"
    DUTY_ASSIGNED = "duty.assigned"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is at the door, a pseudonymous id; an entry keeps the id, the role that let them in, and the method.

    What a token allows narrows what its person may do, and is not kept.
    """

    id: str
    role: str = "owner"  # set by `authorize`; what the caller says here counts for nothing in a store with a team
    method: str = "local"  # local | token | oidc
    scopes: frozenset[str] | None = None  # permissions that a token carries; None: not narrowed
    system: str = "*"  # the one system that a token is for
    authenticated_at: str | None = None  # when a signed-in person last proved who they are
    request_id: str | None = None  # of the request by which they act; an entry keeps it among its details


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What was changed."""

    type: str  # run | scan | decision | report | system | workspace | label_set | person | token | …
    id: str
    version: int
    digest: str | None  # of the subject's content, tagged; None where it has none


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """An entry before it has its place."""

    action: Action
    actor: Actor
    subject: Subject
    at: str  # kernel.format_time
    details: Mapping[str, JsonValue]  # small, no free text
    commitment: str | None = None


def entry_body(draft: EntryDraft, *, log: str, seq: int) -> bytes:
    """Return the bytes that are hashed and stored."""
    subject = draft.subject
    return canonical_bytes(
        {
            "v": ENTRY_VERSION,
            "log": log,
            "seq": seq,
            "ts": draft.at,
            "actor": {"id": draft.actor.id, "role": draft.actor.role, "method": draft.actor.method},
            "action": draft.action.value,
            "subject": {
                "type": subject.type,
                "id": subject.id,
                "version": subject.version,
                "digest": subject.digest,
            },
            "commitment": draft.commitment,
            "details": dict(draft.details),
        }
    )
