"""The judgement and the record: store, ledger, gate. The only room that joins a measurement with an obligation.

Names are loaded when they are asked for: SQLAlchemy costs start-up time that a store-less command does not owe.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance._types import (
        BuiltReport,
        ImportedLabels,
        IngestedRun,
        LedgerEntry,
        MirrorTask,
        Proof,
        RecordedCard,
        RecordedCards,
        RecordedDecision,
        RecordedReport,
        RecordedRun,
        RecordedScan,
        RecordedSystem,
    )
    from governance.ledger import Actor, Checkpoint
    from governance.record import Record

__all__ = [
    "Actor",
    "BuiltReport",
    "Checkpoint",
    "ImportedLabels",
    "IngestedRun",
    "LedgerEntry",
    "MirrorTask",
    "Proof",
    "Record",
    "RecordedCard",
    "RecordedCards",
    "RecordedDecision",
    "RecordedReport",
    "RecordedRun",
    "RecordedScan",
    "RecordedSystem",
]

_HOMES = {"Record": "governance.record", "Actor": "governance.ledger", "Checkpoint": "governance.ledger"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "governance._types")), name)
