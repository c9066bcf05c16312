"""A waiver before and after it is recorded."""

from dataclasses import dataclass

from governance.approvals import ApprovalState

__all__ = ["RecordedWaiver", "WaiverDraft"]


@dataclass(frozen=True, kw_only=True)
class WaiverDraft:
    """A wish to do without a control."""

    system: str
    control: str  # risks.Control.id
    risk: str | None  # None: whatever the risk
    reason: str  # goes to the payload
    days: int  # until it ends
    compensating: str = ""  # what is done instead; goes to the payload


@dataclass(frozen=True, kw_only=True)
class RecordedWaiver:
    """A waiver as it stands."""

    id: str
    seq: int
    system: str
    control: str
    risk: str | None
    digest: str
    requester: str
    expires_at: str
    recorded_at: str
    request: str  # for approval
    state: ApprovalState  # `expired` once its end has come, too
    four_eyes: bool  # False: one user approved their own wish
    reason: str | None  # None: erased
    compensating: str | None
