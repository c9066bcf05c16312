"""Sentences about numbers."""

import pytest

from evaluation.metrics import COMPUTED
from reports.words import difference_sentence, metric_meaning, metric_name, number, signed


@pytest.mark.parametrize(
    ("difference", "lower", "upper", "expected"),
    [
        (0.2, 0.1, 0.3, "F is higher than in the baseline."),
        (0.2, -0.1, 0.5, "F: no difference shown; the interval includes 0."),
        (0.1, 0.0, 0.2, "F: no difference shown; the interval includes 0."),
        (-0.2, -0.3, -0.1, "F is lower than in the baseline."),
        (-0.2, -0.5, 0.1, "F: no difference shown; the interval includes 0."),
        (None, None, None, "F: nothing to compare; no row was scored in both runs."),
    ],
)
def test_a_difference_is_claimed_only_when_the_interval_excludes_zero(
    difference: float | None, lower: float | None, upper: float | None, expected: str
) -> None:
    """The interval speaks, not the point."""
    assert difference_sentence("F", difference, lower, upper) == expected


def test_unknown_is_a_word_and_minus_is_a_minus() -> None:
    """None is never written as 0."""
    assert (number(None), number(0.0), signed(None), signed(-0.05)) == ("not known", "0.000", "not known", "−0.050")


@pytest.mark.parametrize("metric", [*(metric.info.id for metric in COMPUTED), "refusal", "citation_correctness"])
def test_a_computed_metric_has_a_meaning_of_its_own(metric: str) -> None:
    """Nobody has to know what an acronym stands for."""
    assert metric_meaning(metric) != metric_meaning("a plug-in's")


def test_a_high_refusal_cannot_be_read_as_many_refusals() -> None:
    """Higher is better, and the name says what is counted."""
    assert metric_name("refusal") == "Answers given (refusal)"
