"""Retention: how long what is kept, holds, and erasures with the proofs intact."""

from governance.retention._classes import kept_classes, retention_classes
from governance.retention._service import Retention
from governance.retention._types import (
    Erasure,
    ErasureDraft,
    ErasureGround,
    ErasureSubject,
    Hold,
    HoldScope,
    RetentionClass,
)

__all__ = [
    "Erasure",
    "ErasureDraft",
    "ErasureGround",
    "ErasureSubject",
    "Hold",
    "HoldScope",
    "Retention",
    "RetentionClass",
    "kept_classes",
    "retention_classes",
]
