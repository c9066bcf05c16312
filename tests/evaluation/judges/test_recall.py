"""Context recall: faithfulness with the reference in the place of the answer."""

import asyncio
from dataclasses import replace

import pytest

from evaluation.answers import AnswerOutcome, Item
from evaluation.judges._faithfulness import FaithfulnessJudge
from evaluation.judges._recall import ContextRecall
from evaluation.llm import ModelError, ModelFailure
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.judges.fakes import FakeModel, finding, item

SKY = "The sky is blue."
BOTH = f"{SKY} The grass is green, as everybody knows."


def judged(model: FakeModel, row: Item) -> Verdict:
    """Judge one row."""
    return asyncio.run(ContextRecall(FaithfulnessJudge(model, "fake"), with_question=True).judge(row, repeat=0))


def referring(reference: str | None, *contexts: str, answer: str = "Unrelated words.") -> Item:
    """Return a row with a reference."""
    return replace(item(answer, *contexts), reference=reference)


def test_value_is_the_share_of_the_references_sentences_that_the_contexts_support() -> None:
    """The answer itself is not looked at."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))
    model.enqueue(finding("absent"))

    verdict = judged(model, referring(BOTH, SKY))

    assert (verdict.metric, verdict.value, verdict.units) == ("context_recall", 0.5, ())
    assert "Unrelated" not in model.last_words()


def test_its_verdicts_name_a_judge_of_their_own() -> None:
    """A card for faithfulness is none for context recall."""
    inner = FaithfulnessJudge(FakeModel(), "fake")
    spec = ContextRecall(inner, with_question=True).spec

    assert spec.metric == "context_recall"
    assert spec.digest != inner.spec.digest


def test_a_short_reference_is_shown_with_its_question() -> None:
    """`Blue` alone states nothing."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))

    assert judged(model, referring("blue", SKY)).value == 1
    assert "What colour is the sky: blue" in model.last_words()


@pytest.mark.parametrize(
    ("row", "outcome", "value"),
    [
        (referring(None, SKY), Outcome.NOT_APPLICABLE, None),
        (referring("..", SKY), Outcome.NOT_APPLICABLE, None),
        (referring(BOTH), Outcome.SCORED, 0.0),
        (replace(item("x", blind=True), reference=BOTH), Outcome.NOT_APPLICABLE, None),
        (referring(f"{SKY} " * 65, SKY), Outcome.ERROR, None),
        (replace(item("", SKY, outcome=AnswerOutcome.ERROR), reference=BOTH), Outcome.ERROR, None),
    ],
)
def test_rows_that_need_no_call(row: Item, outcome: Outcome, value: float | None) -> None:
    """No reference and no contexts to see are not applicable; nothing retrieved supports nothing."""
    model = FakeModel()

    verdict = judged(model, row)

    assert (verdict.outcome, verdict.value, model.requests) == (outcome, value, [])
    assert verdict.reason


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [(ModelFailure.TIMED_OUT, Outcome.TIMED_OUT), (ModelFailure.REFUSED, Outcome.REFUSED)],
)
def test_a_failure_of_the_model_is_a_typed_verdict(failure: ModelFailure, outcome: Outcome) -> None:
    """It keeps its kind through the wrapping."""
    model = FakeModel()
    model.enqueue(ModelError(failure, "down"))

    verdict = judged(model, referring(BOTH, SKY))

    assert (verdict.outcome, verdict.metric) == (outcome, "context_recall")


def test_prose_twice_is_unparsable() -> None:
    """As for faithfulness."""
    model = FakeModel()
    for _ in range(2):
        model.enqueue("Yes, of course.")

    assert judged(model, referring(BOTH, SKY)).outcome is Outcome.UNPARSABLE


def test_of_the_alternatives_of_a_short_reference_the_one_in_the_contexts_counts() -> None:
    """Any of them would have been right."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))

    assert judged(model, referring("azure; blue", SKY)).value == 1
    assert "the sky: blue\n" in model.last_words()
