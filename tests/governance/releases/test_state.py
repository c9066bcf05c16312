"""The states of a release: every pair of state and event, and the ways through."""

import itertools

import pytest

from assay.kernel import InputError
from governance.releases import FINAL_STATES, TURNS, ReleaseEvent, ReleaseState, step

D, Q, V, A, J, R, S, C = ReleaseState  # draft, requested, in review, approved, rejected, released, superseded, recalled
# What the table has to say, written out once more: state → event → state.
EXPECTED = {
    D: {"request": Q},
    Q: {"take_up": V, "lapse": D},
    V: {"approve": A, "reject": J, "lapse": D},
    A: {"release": R, "lapse": D},
    J: {},
    R: {"supersede": S, "recall": C},
    S: {},
    C: {},
}


@pytest.mark.parametrize(("state", "event"), [*itertools.product(ReleaseState, ReleaseEvent)], ids=str)
def test_every_pair_leads_where_it_has_to_or_raises(state: ReleaseState, event: ReleaseEvent) -> None:
    """64 pairs, 10 turns; every other one is a wrong turn that names state and event."""
    after = EXPECTED[state].get(event.value)
    if after is not None:
        assert step(state, event) is after
        return
    with pytest.raises(InputError, match=f"{state.value} takes no {event.value}") as refused:
        step(state, event)
    assert refused.value.hint


def test_nothing_leads_out_of_an_end() -> None:
    """Rejected, superseded and recalled stay so."""
    assert {J, S, C} == FINAL_STATES
    assert len(TURNS) == 10


def test_no_way_leads_to_a_release_past_the_review() -> None:
    """Every way from the draft to what is in use goes through request, review and approval, in this order."""
    ways: list[tuple[ReleaseState, ...]] = [(D,)]
    found: list[tuple[ReleaseState, ...]] = []
    for _ in range(6):
        ways = [(*way, after) for way in ways for (state, _), after in TURNS.items() if state is way[-1]]
        found += [way for way in ways if way[-1] is R]
    assert found
    assert all(way[-4:] == (Q, V, A, R) for way in found)
