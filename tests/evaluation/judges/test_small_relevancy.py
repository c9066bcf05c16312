"""Relevancy by a small model: two one-token questions against measured cuts."""

import asyncio

import pytest

from assay.kernel import ConfigurationError
from evaluation.judges._calibration import Cuts
from evaluation.judges._small_relevancy import SmallRelevancy
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.judges.fakes import FakeModel, item, yes

CUTS = Cuts(digest="sha256:0", subject=0.7, focus=0.5)


def judged(answer: str, *chances: float) -> tuple[Verdict, FakeModel]:
    """Judge an answer with these probabilities of yes."""
    model = FakeModel()
    for chance in chances:
        text, alternatives = yes(chance)
        model.enqueue(text, alternatives=alternatives)
    return asyncio.run(SmallRelevancy(model, "embedded", CUTS).judge(item(answer), repeat=0)), model


@pytest.mark.parametrize(
    ("subject", "focus", "value"),
    [(0.9, 0.9, 1.0), (0.9, 0.4, 0.5), (0.6, 0.4, 0.0), (0.71, 0.51, 1.0), (0.6, 0.9, 0.5)],
)
def test_each_point_has_its_own_cut(subject: float, focus: float, value: float) -> None:
    """A point is given at the cut and above."""
    verdict, _ = judged("It is blue.", subject, focus)

    assert verdict.value == value


def test_both_questions_share_their_opening() -> None:
    """The second question costs only its own words."""
    _, model = judged("It is blue.", 0.9, 0.9)

    first, second = (request.messages[-1].content for request in model.requests)
    assert first.rpartition("\n")[0] == second.rpartition("\n")[0]
    assert first != second


def test_an_answer_that_declines_has_no_focus() -> None:
    """However sure the model is, nothing was given."""
    verdict, _ = judged("I don't know.", 0.9, 0.99)

    assert verdict.value == 0.5


def test_an_empty_answer_asks_nothing() -> None:
    """There is nothing to rate."""
    verdict, model = judged("  ")

    assert (verdict.outcome, model.requests) == (Outcome.NOT_APPLICABLE, [])


def test_weights_without_cuts_are_refused() -> None:
    """A judge that was never measured is no judge."""
    with pytest.raises(ConfigurationError, match="no calibration"):
        SmallRelevancy(FakeModel(digest="sha256:unknown"), "embedded")
