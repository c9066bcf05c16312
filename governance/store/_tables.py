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
from governance.store._ledger_tables import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerKey,
    LedgerLog,
    LedgerPayload,
    LedgerTile,
    LedgerWitness,
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
from governance.store._people_tables import (
    PersonRow,
    RoleGrantRow,
    SessionRow,
    TokenRow,
    TokenUseRow,
)
from governance.store._retention_tables import (
    ErasureRow,
    LegalHoldRow,
    StoreBackupRow,
    StoreRestoreRow,
)

__all__ = [
    "APPEND_ONLY",
    "STATE_TABLES",
    "ApprovalBarRow",
    "ApprovalRequestRow",
    "ApprovalRow",
    "BreakGlassRow",
    "DecisionRow",
    "ErasureRow",
    "EstimateRow",
    "EvidenceRow",
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
    "OutboxRow",
    "PersonRow",
    "ReportRow",
    "RoleGrantRow",
    "RunRow",
    "ScanRow",
    "SessionRow",
    "StoreBackupRow",
    "StoreRestoreRow",
    "SystemRow",
    "TokenRow",
    "TokenUseRow",
    "table_of",
]

STATE_TABLES: Final = (
    *("system", "run", "estimate", "evidence", "decision", "report"),
    *("label_set", "label", "judge_card", "scan"),
    *("person", "role_grant", "token"),
    *("approval_request", "approval_bar", "approval", "break_glass"),
    *("legal_hold", "erasure", "store_backup", "store_restore"),
)
APPEND_ONLY: Final = (
    *("ledger_log", "ledger_entry", "ledger_checkpoint", "ledger_key", "ledger_witness"),
    *STATE_TABLES,
)


def table_of(model: type[SQLModel]) -> Table:
    """Return the SQLAlchemy table of a model, for statements on the hot path."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
