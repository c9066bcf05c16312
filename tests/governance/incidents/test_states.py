"""The states of an incident: every pair of state and event, walked."""

import itertools

import pytest

from assay.kernel import InputError
from governance.incidents import IncidentEvent as Event
from governance.incidents import IncidentState as State
from governance.incidents import next_state

TURNS = {
    (None, Event.PROPOSE): State.PROPOSED,
    (None, Event.OPEN): State.OPEN,
    (State.PROPOSED, Event.OPEN): State.OPEN,
    (State.PROPOSED, Event.CLOSE): State.CLOSED,
    (State.OPEN, Event.DECLARE): State.DECLARED,
    (State.OPEN, Event.CLOSE): State.CLOSED,
    (State.DECLARED, Event.DECLARE): State.DECLARED,
    (State.DECLARED, Event.WITHDRAW): State.OPEN,
    (State.DECLARED, Event.REPORT): State.REPORTED,
    (State.REPORTED, Event.DECLARE): State.DECLARED,
    (State.REPORTED, Event.REPORT): State.REPORTED,
    (State.REPORTED, Event.CLOSE): State.CLOSED,
}
ALL = list(itertools.product([None, *State], Event))


@pytest.mark.parametrize(("state", "event"), ALL)
def test_every_turn_leads_where_the_table_says_or_raises(state: State | None, event: Event) -> None:
    """Thirty-six pairs, twelve of which lead somewhere."""
    if (state, event) in TURNS:
        assert next_state(state, event) is TURNS[state, event]
        return
    with pytest.raises(InputError, match="cannot be turned") as caught:
        next_state(state, event)
    assert caught.value.hint


def test_a_serious_incident_never_ends_unreported() -> None:
    """From `declared` no way leads to the end but by a report or a withdrawal."""
    ways = {event for (state, event), to in TURNS.items() if state is State.DECLARED and to is not State.DECLARED}
    assert ways == {Event.WITHDRAW, Event.REPORT}
