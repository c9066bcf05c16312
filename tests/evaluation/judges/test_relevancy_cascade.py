"""Relevancy by the cascade: the encoder's readings, a model where a point is in doubt."""

import asyncio
from collections.abc import Sequence

import pytest

from assay.kernel import ConfigurationError
from evaluation.encoder import Head
from evaluation.judges._calibration import Calibration, PointFit, RelevancyFit
from evaluation.judges._fitted import Logistic
from evaluation.judges._relevancy_cascade import CascadeRelevancy, Point, embedded_relevancy
from evaluation.llm import ModelError, ModelFailure
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.judges.fakes import FakeModel, FakeReader, item, yes

QUESTION = "What colour is the sky?"
ANSWER = "It is blue."
DOUBT = 0.5


def alone(name: str) -> Logistic:
    """Return a logistic that takes one reading as it is."""
    return Logistic(digest="sha256:fit", threshold=0.5, intercept=0.0, weights={name: 1.0})


FIT = RelevancyFit(
    digest="sha256:fit",
    subject=PointFit(logistic=alone("relevance"), low=0.3, high=0.7),
    focus=PointFit(logistic=alone("addresses"), low=0.3, high=0.7),
)
CALIBRATION = {point: Calibration(logistic=alone("likelihood")) for point in Point}


def judged(
    answer: str, *, addresses: float = 0.9, relevance: float = 0.9, replies: Sequence[object] | None = None
) -> tuple[Verdict, FakeReader, FakeModel]:
    """Judge with fits that take each reading as it is; no `replies`, no model."""
    model, reader = FakeModel(), FakeReader(addresses, relevance)
    for reply in replies or ():
        if isinstance(reply, tuple):
            model.enqueue(reply[0], alternatives=reply[1])
        else:
            model.enqueue(reply)  # type: ignore[arg-type]  # text or error
    stages = {} if replies is None else {"model": model, "calibration": CALIBRATION}
    judge = CascadeRelevancy("embedded", reader=reader, fit=FIT, **stages)  # type: ignore[arg-type]  # as above
    return asyncio.run(judge.judge(item(answer, question=QUESTION), repeat=0)), reader, model


@pytest.mark.parametrize(
    ("relevance", "addresses", "value"), [(0.9, 0.9, 1.0), (0.9, 0.1, 0.5), (0.1, 0.1, 0.0), (0.1, 0.9, 0.0)]
)
def test_each_point_has_its_own_reading_and_focus_needs_the_subject(
    relevance: float, addresses: float, value: float
) -> None:
    """Two points, of which the second is worth nothing without the first."""
    verdict, reader, _ = judged(ANSWER, addresses=addresses, relevance=relevance)

    assert verdict.value == value
    assert reader.pairs == [(Head.ADDRESSES, QUESTION, ANSWER), (Head.RELEVANCE, QUESTION, ANSWER)]
    assert verdict.probability == pytest.approx(addresses, abs=1e-3)


def test_a_point_in_doubt_goes_to_the_model_and_no_other_does() -> None:
    """The focus is in doubt, the subject is not: one call of one token."""
    verdict, _, model = judged(ANSWER, addresses=DOUBT, replies=[yes(0.9)])

    assert (verdict.value, len(model.requests)) == (1.0, 1)
    assert model.requests[0].max_tokens == 1
    assert "focus by the model" in verdict.reason


def test_both_questions_share_their_opening() -> None:
    """The second question costs only its own words."""
    _, _, model = judged(ANSWER, addresses=DOUBT, relevance=DOUBT, replies=[yes(0.9), yes(0.9)])

    first, second = (request.messages[-1].content for request in model.requests)
    assert first.rpartition("\n")[0] == second.rpartition("\n")[0]
    assert first != second


def test_an_answer_that_declines_has_no_focus() -> None:
    """However sure the readers are, nothing was given."""
    verdict, _, _ = judged("I don't know.")

    assert (verdict.value, verdict.probability) == (0.5, 0.0)


def test_an_empty_answer_asks_nobody() -> None:
    """There is nothing to rate."""
    verdict, reader, model = judged("  ", replies=())

    assert (verdict.outcome, reader.calls, model.requests) == (Outcome.NOT_APPLICABLE, 0, [])


def test_a_failed_call_is_a_typed_verdict() -> None:
    """A model that cannot be reached leaves no guess."""
    failure = ModelError(ModelFailure.TIMED_OUT, "no reply within 60 s")
    verdict, _, _ = judged(ANSWER, addresses=DOUBT, replies=[failure])

    assert verdict.outcome is Outcome.TIMED_OUT


def test_a_long_answer_is_read_where_it_meets_the_question() -> None:
    """Only the stretches that share words with the question are shown."""
    long = "Bread is baked daily. " * 80 + "The colour of the sky is blue. " + "Trains run on time. " * 80
    _, reader, _ = judged(long)

    assert all("colour of the sky" in said and len(said) < 1_000 for _, _, said in reader.pairs)


def test_weights_without_a_calibration_are_refused() -> None:
    """A judge that was never measured is no judge."""
    with pytest.raises(ConfigurationError, match="no calibration"):
        embedded_relevancy("embedded", FakeModel(digest="sha256:unknown"))
