"""What the answers to a request amount to.

Rules of this place: one rejection is enough; an approval counts while it has not expired and what was seen is what is
there; people count once; what is not known to be approved is not.
"""

from collections.abc import Sequence

from governance.approvals._types import Answer, ApprovalRequest, ApprovalState, Standing, Verdict

__all__ = ["standing_at"]


def standing_at(request: ApprovalRequest, answers: Sequence[Answer], *, now: str, current: str | None) -> Standing:
    """Return the state at a time; `current` is the subject's digest now, None where the record does not hold it."""
    counted = {
        one.approver: one
        for one in answers
        if one.verdict is Verdict.APPROVED and one.expires_at > now and one.subject_digest == request.subject_digest
    }
    return Standing(
        request=request,
        answers=tuple(answers),
        state=_state(request, answers, len(counted), now=now, current=current),
        missing=max(0, request.needed - len(counted)),
        four_eyes=bool(counted) and all(one.four_eyes for one in counted.values()),
    )


def _state(
    request: ApprovalRequest, answers: Sequence[Answer], counted: int, *, now: str, current: str | None
) -> ApprovalState:
    if any(one.verdict is Verdict.REJECTED for one in answers):
        return ApprovalState.REJECTED
    if current is not None and current != request.subject_digest:
        return ApprovalState.VOID
    if counted >= request.needed:
        return ApprovalState.APPROVED
    has_lapsed = sum(one.verdict is Verdict.APPROVED for one in answers) >= request.needed
    return ApprovalState.EXPIRED if has_lapsed or now >= request.expires_at else ApprovalState.PENDING
