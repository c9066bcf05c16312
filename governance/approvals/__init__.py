"""Approvals: four eyes on what has a digest, asked for, given or refused, and what follows from it."""

from governance.approvals._emergency import Emergencies, Emergency
from governance.approvals._service import Approvals, OldProofError
from governance.approvals._types import (
    Answer,
    ApprovalDraft,
    ApprovalPurpose,
    ApprovalRequest,
    ApprovalState,
    Ground,
    Standing,
    Verdict,
)

__all__ = [
    "Answer",
    "ApprovalDraft",
    "ApprovalPurpose",
    "ApprovalRequest",
    "ApprovalState",
    "Approvals",
    "Emergencies",
    "Emergency",
    "Ground",
    "OldProofError",
    "Standing",
    "Verdict",
]
