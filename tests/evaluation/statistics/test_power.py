"""Plans before a run: against statsmodels where it plans the same, and what each condition must cost."""

import pytest
from statsmodels.stats.power import TTestPower

from evaluation.statistics import (
    Plan,
    Shape,
    documents_still_needed,
    plan_non_inferiority,
    plan_threshold,
)


def questions(plan: Plan | None) -> int:
    """Return the questions of a plan that is there."""
    assert plan is not None
    return plan.questions


@pytest.mark.parametrize(("margin", "sd"), [(0.05, 0.3), (0.1, 0.4), (0.03, 0.5)])
def test_independent_questions_are_planned_as_for_a_paired_t_test(margin: float, sd: float) -> None:
    """Statsmodels' one-sided test at 2.5 %, and a little for the bow of the interval."""
    expected = TTestPower().solve_power(margin / sd, power=0.8, alpha=0.025, alternative="larger")

    found = questions(plan_non_inferiority(margin=margin, sd=sd))

    assert expected <= found <= 1.18 * expected + 5


def test_a_threshold_is_planned_by_the_score_test() -> None:
    """Expected 0.85 against a bound of 0.80: (1.96 √0.16 + 0.8416 √0.1275)² / 0.05² = 469 and a little."""
    assert 469 <= questions(plan_threshold(expected=0.85, bound=0.8)) <= 530


def test_questions_of_one_document_count_for_less() -> None:
    """Ten per document at correlation 0.3 are 3.7 times as many, in whole documents."""
    one = questions(plan_non_inferiority(margin=0.05, sd=0.3))
    plan = plan_non_inferiority(margin=0.05, sd=0.3, shape=Shape(per_document=10, correlation=0.3))

    assert plan is not None
    assert plan.questions == 10 * plan.documents
    assert plan.questions == pytest.approx(3.7 * one, rel=0.06)
    assert plan.design_effect == pytest.approx(3.7)


def test_a_judge_that_sees_half_of_a_difference_costs_four_times_the_questions() -> None:
    """N grows with 1/J², as evaluation at J = 0.52 needs 3.7 times the rows."""
    sure = questions(plan_non_inferiority(margin=0.05, sd=0.4))

    assert questions(plan_non_inferiority(margin=0.05, sd=0.4, shape=Shape(youden=0.52))) == pytest.approx(
        sure / 0.52**2, rel=0.1
    )


def test_repeats_take_away_their_own_variance_only() -> None:
    """With all variance in the repeats, two of them halve the questions; with none, they change nothing."""
    once = questions(plan_non_inferiority(margin=0.05, sd=0.0, shape=Shape(repeat_sd=0.3)))
    twice = questions(plan_non_inferiority(margin=0.05, sd=0.0, shape=Shape(repeat_sd=0.3, repeats=2)))

    assert twice == pytest.approx(once / 2, rel=0.1)
    assert questions(plan_non_inferiority(margin=0.05, sd=0.3, shape=Shape(repeats=5))) == questions(
        plan_non_inferiority(margin=0.05, sd=0.3)
    )


def test_several_rules_must_all_pass() -> None:
    """Four rules at 80 % together need 95 % each."""
    plan = plan_non_inferiority(margin=0.05, sd=0.3, shape=Shape(rules=4))

    assert plan is not None
    assert plan.power == pytest.approx(0.95)
    assert plan.questions > questions(plan_non_inferiority(margin=0.05, sd=0.3))


def test_what_no_number_would_show_has_no_plan() -> None:
    """A candidate that is truly worse by the margin, or a truth at the bound."""
    assert plan_non_inferiority(margin=0.05, sd=0.3, difference=-0.05) is None
    assert plan_threshold(expected=0.8, bound=0.8) is None


@pytest.mark.parametrize("changes", [{"per_document": 0}, {"correlation": 1.5}, {"youden": 0.0}, {"power": 1.0}])
def test_a_shape_that_no_run_has_is_refused(changes: dict[str, float]) -> None:
    """Misuse is told."""
    with pytest.raises(ValueError, match=r"per document|Youden"):
        Shape(**changes)  # type: ignore[arg-type]  # tests name real fields


def test_more_questions_come_from_more_documents() -> None:
    """At ten questions per document, 95 more need 10 documents; where each row is its own, none are counted."""
    assert documents_still_needed(95, n=200, clusters=20) == 10
    assert documents_still_needed(95, n=200, clusters=200) is None
