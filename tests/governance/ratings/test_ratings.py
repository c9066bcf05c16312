"""Rating risks: levels, versions, refusals, and reviews that are overdue."""

import dataclasses
import itertools

import pytest

import risks
from assay.kernel import InputError, MissingError
from governance.access import Role
from governance.ratings import Level, RatingDraft, Treatment, level_of
from tests.governance.people.teams import Team, begin_team
from tests.governance.samples import Place, on_both_stores

FRAMEWORK = risks.framework()
DRAFT = RatingDraft(
    system="default",
    risk="9.1",
    inherent_likelihood=4,
    inherent_impact=5,
    residual_likelihood=2,
    residual_impact=3,
    treatment=Treatment.MITIGATE,
    owner="person-1",
    review_by="2026-03-01",
    reason="measured by the suite",
)


def test_levels_grow_with_both() -> None:
    """From low to very high, never down."""
    order = list(Level)
    for one, other in itertools.product(itertools.product(range(1, 6), repeat=2), repeat=2):
        if one[0] <= other[0] and one[1] <= other[1]:
            assert order.index(level_of(*one)) <= order.index(level_of(*other))
    assert [level_of(1, 1), level_of(1, 5), level_of(2, 5), level_of(4, 5)] == order


@on_both_stores
def test_the_newest_rating_counts_and_the_others_stay(place: Place) -> None:
    """With its framework and its reason."""
    team = begin_team(place)
    reviewer = team.add("reviewer", Role.REVIEWER)
    team.record.ratings.rate(reviewer, DRAFT, FRAMEWORK)
    team.record.ratings.rate(reviewer, dataclasses.replace(DRAFT, risk="10.1"), FRAMEWORK)
    newer = dataclasses.replace(DRAFT, residual_impact=1, treatment=Treatment.TRANSFER, reason="")
    team.record.ratings.rate(reviewer, newer, FRAMEWORK)
    found = team.record.ratings.ratings("default")
    assert [(one.risk, one.treatment) for one in found] == [
        ("9.1", Treatment.TRANSFER),
        ("10.1", Treatment.MITIGATE),
    ]
    assert (found[0].inherent, found[0].residual, found[0].reason) == (Level.VERY_HIGH, Level.LOW, None)
    assert (found[0].framework, found[0].rater) == (FRAMEWORK.digest, reviewer.id)
    assert [one.reason for one in team.record.ratings.history("default", "9.1")] == [None, "measured by the suite"]
    assert team.record.ratings.ratings("another") == ()
    team.record.close()


def test_a_review_that_is_due_is_overdue_the_day_after(place: Place) -> None:
    """It blocks the next release."""
    team: Team = begin_team(place)
    team.record.ratings.rate(team.add("reviewer", Role.REVIEWER), DRAFT, FRAMEWORK)
    team.wait(days=58)  # to 2026-03-01
    assert team.record.ratings.overdue("default") == ()
    team.wait(days=1)
    assert [one.what for one in team.record.register.overdue("default")] == ["risk:9.1"]
    team.record.close()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"risk": "99.9"}, MissingError, "no risk"),
        ({"inherent_likelihood": 6}, InputError, "from 1 to 5"),
        ({"residual_impact": 0}, InputError, "from 1 to 5"),
        ({"residual_likelihood": 5}, InputError, "larger than the inherent"),
        ({"review_by": "2026-1-9"}, InputError, "expected a date"),
        ({"review_by": "2026-01-01"}, InputError, "from 2026-01-02 on"),
        ({"review_by": "2029-01-01"}, InputError, "within two years"),
        ({"due": "soon"}, InputError, "--due is 'soon'"),
    ],
)
def test_a_rating_that_cannot_be_is_refused(
    place: Place, changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """Before anything is written."""
    team = begin_team(place)
    reviewer, draft = team.add("reviewer", Role.REVIEWER), dataclasses.replace(DRAFT, **changes)  # type: ignore[arg-type]
    before = team.size
    with pytest.raises(error, match=words):
        team.record.ratings.rate(reviewer, draft, FRAMEWORK)
    assert team.size == before
    team.record.close()
