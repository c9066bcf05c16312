"""Every act in every state, through the service: it leads where the table says, or refuses and leaves nothing."""

from collections.abc import Callable
from functools import partial

import pytest

from assay.kernel import InputError
from governance.releases import TURNS, Release, ReleaseEvent, ReleaseState
from tests.governance.releases.scenes import Scene, scene
from tests.governance.samples import Place

Lead = Callable[[Scene], Release]


def requested(here: Scene) -> Release:
    """Lead a candidate to its request."""
    one = here.create()
    here.decide(one)
    return here.request(one)


def in_review(here: Scene) -> Release:
    """Lead a candidate into review."""
    return here.team.record.releases.take_up(here.reviewer, requested(here).id)


def rejected(here: Scene) -> Release:
    """Lead a candidate to its rejection."""
    one = in_review(here)
    here.team.record.releases.reject(here.reviewer, one.id, seen=here.seen(one), comment="no card")
    return here.now(one)


def superseded(here: Scene) -> Release:
    """Lead a candidate into use, and another one after it."""
    one = here.shipped()
    here.measure("run-2", answers="2")
    here.shipped("2.0", "run-2")
    return here.now(one)


def recalled(here: Scene) -> Release:
    """Lead a candidate into use and back."""
    return here.team.record.releases.recall(here.engineer, here.shipped().id, reason="it lies")


STATES: dict[ReleaseState, Lead] = {
    ReleaseState.DRAFT: lambda here: here.create(),
    ReleaseState.REQUESTED: requested,
    ReleaseState.IN_REVIEW: in_review,
    ReleaseState.APPROVED: lambda here: here.approved(),
    ReleaseState.REJECTED: rejected,
    ReleaseState.RELEASED: lambda here: here.shipped(),
    ReleaseState.SUPERSEDED: superseded,
    ReleaseState.RECALLED: recalled,
}


def acts(here: Scene, one: Release) -> dict[ReleaseEvent, Callable[[], object]]:
    """Return what people can do to a release."""
    releases, seen = here.team.record.releases, here.seen(one)
    return {
        ReleaseEvent.REQUEST: partial(releases.request, here.engineer, one.id),
        ReleaseEvent.TAKE_UP: partial(releases.take_up, here.reviewer, one.id),
        ReleaseEvent.APPROVE: partial(releases.approve, here.approver, one.id, seen=seen),
        ReleaseEvent.REJECT: partial(releases.reject, here.approver, one.id, seen=seen, comment="no"),
        ReleaseEvent.RELEASE: partial(releases.ship, here.engineer, one.id),
        ReleaseEvent.RECALL: partial(releases.recall, here.engineer, one.id, reason="why"),
    }


@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_wrong_turn_is_refused_and_leaves_nothing(place: Place, state: ReleaseState) -> None:
    """All acts but those of the table; an answer to a request takes up its review first."""
    here = scene(place)
    one = STATES[state](here)
    assert one.state is state
    size = here.team.size
    for event, act in acts(here, one).items():
        answers = state is ReleaseState.REQUESTED and event in {ReleaseEvent.APPROVE, ReleaseEvent.REJECT}
        if (state, event) not in TURNS and not answers:
            with pytest.raises(InputError, match=f"{state.value} takes no {event.value}"):
                act()
    assert (here.team.size, here.now(one)) == (size, one)
