"""Approvals: four eyes on what has a digest, asked for, given or refused, and what follows from it."""

from governance.approvals._answering import OldProofError, answer, found_request, right_to_answer, standing_in
from governance.approvals._asking import ask
from governance.approvals._emergency import Emergencies, Emergency
from governance.approvals._release_subject import newest_decision
from governance.approvals._rows import read_requests
from governance.approvals._service import Approvals
from governance.approvals._subjects import RELEASE, current_digest
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
    "RELEASE",
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
    "answer",
    "ask",
    "current_digest",
    "found_request",
    "newest_decision",
    "read_requests",
    "right_to_answer",
    "standing_in",
]
