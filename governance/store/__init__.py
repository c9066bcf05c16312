"""The store: tables, migrations, connections and the lock between writers. Only `governance` imports it."""

from governance.store._engine import open_engine, open_existing, read, write
from governance.store._lock import fair_lock
from governance.store._migrate import HEAD, is_current, migrate
from governance.store._tables import (
    APPEND_ONLY,
    STATE_TABLES,
    DecisionRow,
    EstimateRow,
    EvidenceRow,
    JudgeCardRow,
    LabelRow,
    LabelSetRow,
    LedgerCheckpoint,
    LedgerEntry,
    LedgerLog,
    LedgerPayload,
    LedgerTile,
    OutboxRow,
    ReportRow,
    RunRow,
    SystemRow,
    table_of,
)

__all__ = [
    "APPEND_ONLY",
    "HEAD",
    "STATE_TABLES",
    "DecisionRow",
    "EstimateRow",
    "EvidenceRow",
    "JudgeCardRow",
    "LabelRow",
    "LabelSetRow",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerLog",
    "LedgerPayload",
    "LedgerTile",
    "OutboxRow",
    "ReportRow",
    "RunRow",
    "SystemRow",
    "fair_lock",
    "is_current",
    "migrate",
    "open_engine",
    "open_existing",
    "read",
    "table_of",
    "write",
]
