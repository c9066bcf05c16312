"""Roles, permissions, and which role gives which permission.

Rules of this place: the table is closed and read by everybody, so it is code; nobody has a right that no role gives; an
admin manages people and keys and approves nothing; a service account approves nothing.
"""

from enum import StrEnum
from typing import Final

__all__ = [
    "ANY_SYSTEM",
    "APPROVING_ROLES",
    "NEVER_BY_TOKEN",
    "ONLY_SIGNED_IN",
    "ROLE_PERMISSIONS",
    "Permission",
    "Role",
]

ANY_SYSTEM: Final = "*"


class Role(StrEnum):
    """What a person is for a system; DESIGN's words."""

    OWNER = "owner"  # the one user of a store without a team
    VIEWER = "viewer"
    ENGINEER = "engineer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SERVICE = "service"


class Permission(StrEnum):
    """What an act needs, as noun and verb."""

    READ_RECORD = "record:read"
    VERIFY_RECORD = "record:verify"
    MAKE_EXPORT = "export:make"
    INGEST_RUN = "run:ingest"
    RECORD_DECISION = "decision:record"
    RECORD_SCAN = "scan:record"
    RECORD_CARD = "card:record"
    IMPORT_LABELS = "labels:import"
    REQUEST_APPROVAL = "approval:request"
    GIVE_APPROVAL = "approval:give"
    DELEGATE_ROLE = "role:delegate"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_TOKENS = "tokens:manage"
    MANAGE_KEYS = "keys:manage"
    BREAK_GLASS = "glass:break"
    REVIEW_GLASS = "glass:review"
    MANAGE_HOLDS = "holds:manage"
    ERASE_DATA = "data:erase"
    BACK_UP_STORE = "store:backup"
    RESTORE_STORE = "store:restore"
    MANAGE_SYSTEMS = "systems:manage"
    PREPARE_RELEASE = "release:prepare"
    RECALL_RELEASE = "release:recall"
    REGISTER_POLICY = "policy:register"
    SUBMIT_EVIDENCE = "evidence:submit"
    ACCEPT_EVIDENCE = "evidence:accept"
    REQUEST_EVIDENCE = "evidence:request"
    WRITE_COMMENT = "comment:write"
    RECORD_LINEAGE = "lineage:record"
    RAISE_ALERT = "alert:raise"
    CLOSE_ALERT = "alert:close"
    OPEN_INCIDENT = "incident:open"
    DECLARE_INCIDENT = "incident:declare"
    CLASSIFY_SYSTEM = "classification:record"
    CONFIRM_CLASSIFICATION = "classification:confirm"
    ATTEST_CONTROL = "control:attest"
    WAIVE_CONTROL = "control:waive"
    ASSESS_RISK = "risk:assess"
    RAISE_ACTION = "action:raise"
    CLOSE_ACTION = "action:close"


_READING = frozenset({Permission.READ_RECORD, Permission.VERIFY_RECORD})
_MEASURING = frozenset(
    {
        Permission.INGEST_RUN,
        Permission.RECORD_DECISION,
        Permission.RECORD_SCAN,
        Permission.RECORD_CARD,
        Permission.IMPORT_LABELS,
        Permission.RECORD_LINEAGE,
        Permission.SUBMIT_EVIDENCE,
        Permission.PREPARE_RELEASE,
        Permission.RAISE_ALERT,
    }
)
# What anybody who works on a system does with words; a program has none.
_DISCUSSING = frozenset({Permission.WRITE_COMMENT, Permission.OPEN_INCIDENT, Permission.RAISE_ACTION})
_APPROVING = frozenset({Permission.GIVE_APPROVAL, Permission.DELEGATE_ROLE, Permission.REVIEW_GLASS})

ROLE_PERMISSIONS: Final = {
    Role.OWNER: frozenset(Permission),
    Role.VIEWER: _READING,
    Role.ENGINEER: _READING
    | _MEASURING
    | _DISCUSSING
    | {
        Permission.MAKE_EXPORT,
        Permission.REQUEST_APPROVAL,
        Permission.BREAK_GLASS,
        Permission.MANAGE_SYSTEMS,
        Permission.RECALL_RELEASE,
        Permission.CLASSIFY_SYSTEM,
        Permission.ATTEST_CONTROL,
        Permission.CLOSE_ALERT,
    },
    Role.REVIEWER: _READING
    | _APPROVING
    | _DISCUSSING
    | {
        Permission.MANAGE_SYSTEMS,
        Permission.RECALL_RELEASE,
        Permission.REGISTER_POLICY,
        Permission.SUBMIT_EVIDENCE,
        Permission.ACCEPT_EVIDENCE,
        Permission.REQUEST_EVIDENCE,
        Permission.CLOSE_ALERT,
        Permission.DECLARE_INCIDENT,
        Permission.CLASSIFY_SYSTEM,
        Permission.CONFIRM_CLASSIFICATION,
        Permission.ATTEST_CONTROL,
        Permission.WAIVE_CONTROL,
        Permission.ASSESS_RISK,
        Permission.CLOSE_ACTION,
        Permission.IMPORT_LABELS,
        Permission.MAKE_EXPORT,
        Permission.REQUEST_APPROVAL,
        Permission.MANAGE_HOLDS,
        Permission.ERASE_DATA,
    },
    Role.APPROVER: _READING
    | _APPROVING
    | _DISCUSSING
    | {
        Permission.MAKE_EXPORT,
        Permission.RECALL_RELEASE,
        Permission.REGISTER_POLICY,
        Permission.REQUEST_EVIDENCE,
        Permission.DECLARE_INCIDENT,
        Permission.CONFIRM_CLASSIFICATION,
    },
    Role.AUDITOR: _READING | {Permission.MAKE_EXPORT, Permission.WRITE_COMMENT, Permission.RAISE_ACTION},
    Role.ADMIN: frozenset(
        {
            Permission.VERIFY_RECORD,
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_TOKENS,
            Permission.MANAGE_KEYS,
            Permission.BACK_UP_STORE,
            Permission.RESTORE_STORE,
            Permission.REQUEST_APPROVAL,
        }
    ),
    Role.SERVICE: _READING | _MEASURING | {Permission.MAKE_EXPORT, Permission.REQUEST_APPROVAL},
}

NEVER_BY_TOKEN: Final = frozenset(
    {
        Permission.GIVE_APPROVAL,
        Permission.DELEGATE_ROLE,
        Permission.BREAK_GLASS,
        Permission.REVIEW_GLASS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_TOKENS,
        Permission.MANAGE_KEYS,
        Permission.RESTORE_STORE,
        Permission.REGISTER_POLICY,
        Permission.ACCEPT_EVIDENCE,
        Permission.DECLARE_INCIDENT,
        Permission.CONFIRM_CLASSIFICATION,
        Permission.ATTEST_CONTROL,
        Permission.WAIVE_CONTROL,
    }
)

# In a team these take a person who is signed in to a session; an account of the operating system is not enough.
ONLY_SIGNED_IN: Final = _APPROVING

APPROVING_ROLES: Final = frozenset(
    role for role, given in ROLE_PERMISSIONS.items() if Permission.GIVE_APPROVAL in given and role is not Role.OWNER
)
