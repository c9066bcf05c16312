"""The tables of the store.

Rules of this place: times are UTC RFC 3339 text; numbers that are not integers are decimal text; a state row is never
changed, a newer version is a new row stamped with the ledger sequence of the entry that recorded it, and "as of" is a
ledger size. A row's content is bound to its entry by digest (null columns left out, so that columns can be added).
The outbox is a queue of work, and sessions and the last use of tokens are passing; none of them is a record.
"""

from typing import Final

from sqlalchemy import Table
from sqlmodel import SQLModel

from governance.store._approval_tables import (
    ApprovalBarRow,
    ApprovalRequestRow,
    ApprovalRow,
    BreakGlassRow,
)
from governance.store._evidence_tables import (
    CommentRow,
    EvidenceFactRow,
    EvidenceOriginalRow,
    EvidenceRequestRow,
    EvidenceReviewRow,
    EvidenceSubmissionRow,
)
from governance.store._ledger_tables import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerKey,
    LedgerLog,
    LedgerPayload,
    LedgerTile,
    LedgerWitness,
)
from governance.store._lineage_tables import (
    LineageArtefactRow,
    LineageLinkRow,
    LineageNameRow,
    LineageSightingRow,
)
from governance.store._measured_tables import (
    DecisionRow,
    EstimateRow,
    EvidenceRow,
    JudgeCardRow,
    LabelRow,
    LabelSetRow,
    OutboxRow,
    ReportRow,
    RunRow,
    ScanRow,
    SystemRow,
)
from governance.store._obligation_tables import (
    ClassificationRow,
    CorrectiveActionRow,
    DutyAssignmentRow,
    RiskRatingRow,
    WaiverRow,
)
from governance.store._oversight_tables import (
    AlertRow,
    IncidentRow,
    ModelAliasRow,
    ModelVersionRow,
)
from governance.store._people_tables import (
    PersonRow,
    RoleGrantRow,
    SessionRow,
    TokenRow,
    TokenUseRow,
)
from governance.store._policy_tables import GatePolicyRow
from governance.store._retention_tables import (
    ErasureRow,
    LegalHoldRow,
    StoreBackupRow,
    StoreRestoreRow,
)
from governance.store._systems_tables import ReleaseEventRow, ReleaseRow, SystemProfileRow

__all__ = [
    "APPEND_ONLY",
    "STATE_TABLES",
    "AlertRow",
    "ApprovalBarRow",
    "ApprovalRequestRow",
    "ApprovalRow",
    "BreakGlassRow",
    "ClassificationRow",
    "CommentRow",
    "CorrectiveActionRow",
    "DecisionRow",
    "DutyAssignmentRow",
    "ErasureRow",
    "EstimateRow",
    "EvidenceFactRow",
    "EvidenceOriginalRow",
    "EvidenceRequestRow",
    "EvidenceReviewRow",
    "EvidenceRow",
    "EvidenceSubmissionRow",
    "GatePolicyRow",
    "IncidentRow",
    "JudgeCardRow",
    "LabelRow",
    "LabelSetRow",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerKey",
    "LedgerLog",
    "LedgerPayload",
    "LedgerTile",
    "LedgerWitness",
    "LegalHoldRow",
    "LineageArtefactRow",
    "LineageLinkRow",
    "LineageNameRow",
    "LineageSightingRow",
    "ModelAliasRow",
    "ModelVersionRow",
    "OutboxRow",
    "PersonRow",
    "ReleaseEventRow",
    "ReleaseRow",
    "ReportRow",
    "RiskRatingRow",
    "RoleGrantRow",
    "RunRow",
    "ScanRow",
    "SessionRow",
    "StoreBackupRow",
    "StoreRestoreRow",
    "SystemProfileRow",
    "SystemRow",
    "TokenRow",
    "TokenUseRow",
    "WaiverRow",
    "table_of",
]

STATE_TABLES: Final = (
    *("waiver", "risk_rating", "corrective_action", "classification", "duty_assignment"),
    *("system", "run", "estimate", "evidence", "decision", "report"),
    *("label_set", "label", "judge_card", "scan"),
    *("person", "role_grant", "token"),
    *("approval_request", "approval_bar", "approval", "break_glass"),
    *("legal_hold", "erasure", "store_backup", "store_restore"),
    "gate_policy",
    *("lineage_artefact", "lineage_link", "lineage_sighting"),
    *("evidence_submission", "evidence_fact", "evidence_review", "evidence_request", "comment"),
    *("alert", "incident", "model_version", "model_alias"),
    *("system_profile", "release", "release_event"),
)
APPEND_ONLY: Final = (
    *("ledger_log", "ledger_entry", "ledger_checkpoint", "ledger_key", "ledger_witness"),
    *STATE_TABLES,
)


def table_of(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a model, for statements on the hot path."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
