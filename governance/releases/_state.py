"""The states of a release, and the one function that leads from one to the next.

    draft → requested → in review → approved → released → superseded
      ↑         │           │  ↓        │          ↓
      └─────────┴───────────┴──────────┘        recalled
              (lapsed)     rejected

Rules of this place: pure data; what the table does not name is a wrong turn and raises; nothing leads out of rejected,
superseded or recalled, and no turn skips the review. A request or an approval that lapsed (it expired, or what was
seen changed) leads back to the draft, which can be asked about anew.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from assay.kernel import InputError

__all__ = ["FINAL_STATES", "TURNS", "ReleaseEvent", "ReleaseState", "step"]


class ReleaseState(StrEnum):
    """How far a release has come."""

    DRAFT = "draft"
    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"


class ReleaseEvent(StrEnum):
    """What can happen to a release that is there."""

    REQUEST = "request"
    TAKE_UP = "take_up"
    APPROVE = "approve"
    REJECT = "reject"
    LAPSE = "lapse"  # no act of anybody: time passed, or what was seen changed
    RELEASE = "release"
    SUPERSEDE = "supersede"
    RECALL = "recall"


TURNS: Final[Mapping[tuple[ReleaseState, ReleaseEvent], ReleaseState]] = MappingProxyType(
    {
        (ReleaseState.DRAFT, ReleaseEvent.REQUEST): ReleaseState.REQUESTED,
        (ReleaseState.REQUESTED, ReleaseEvent.TAKE_UP): ReleaseState.IN_REVIEW,
        (ReleaseState.REQUESTED, ReleaseEvent.LAPSE): ReleaseState.DRAFT,
        (ReleaseState.IN_REVIEW, ReleaseEvent.APPROVE): ReleaseState.APPROVED,
        (ReleaseState.IN_REVIEW, ReleaseEvent.REJECT): ReleaseState.REJECTED,
        (ReleaseState.IN_REVIEW, ReleaseEvent.LAPSE): ReleaseState.DRAFT,
        (ReleaseState.APPROVED, ReleaseEvent.RELEASE): ReleaseState.RELEASED,
        (ReleaseState.APPROVED, ReleaseEvent.LAPSE): ReleaseState.DRAFT,
        (ReleaseState.RELEASED, ReleaseEvent.SUPERSEDE): ReleaseState.SUPERSEDED,
        (ReleaseState.RELEASED, ReleaseEvent.RECALL): ReleaseState.RECALLED,
    }
)
FINAL_STATES: Final = frozenset(ReleaseState) - {state for state, _ in TURNS}

_NEXT: Final = {
    ReleaseState.DRAFT: "assay releases request RELEASE",
    ReleaseState.REQUESTED: "assay releases review RELEASE",
    ReleaseState.IN_REVIEW: "assay releases show RELEASE, then approve or reject it",
    ReleaseState.APPROVED: "assay releases release RELEASE",
    ReleaseState.RELEASED: "assay releases recall RELEASE --reason TEXT",
}


def step(state: ReleaseState, event: ReleaseEvent) -> ReleaseState:
    """Return the state after an event; raise `InputError` for a wrong turn."""
    after = TURNS.get((state, event))
    if after is None:
        raise InputError(
            f"a release that is {state.value} takes no {event.value}",
            hint=_NEXT.get(state, "any change of the candidate is a new release: assay releases create"),
        )
    return after
