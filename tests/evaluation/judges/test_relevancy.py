"""Relevancy by a model, with a fake one."""

import asyncio

import pytest

from evaluation.answers import AnswerOutcome, Item
from evaluation.judges import build_judge
from evaluation.llm import ModelError, ModelFailure
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.judges.fakes import FakeModel, item


def judged(model: FakeModel, row: Item) -> Verdict:
    """Judge one row."""
    return asyncio.run(build_judge("relevancy", "fake", model).judge(row, repeat=0))


@pytest.mark.parametrize(("subject", "focus", "value"), [(1, 1, 1.0), (1, 0, 0.5), (0, 0, 0.0)])
def test_value_is_half_the_points(subject: int, focus: int, value: float) -> None:
    """The protocol's 0 to 2, halved; one call a row."""
    model = FakeModel()
    model.enqueue(f'{{"subject": {subject}, "focus": {focus}}}')

    verdict = judged(model, item("The sky is blue.", blind=True))

    assert (verdict.outcome, verdict.value, verdict.usage.calls) == (Outcome.SCORED, value, 1)


def test_result_line_where_no_schema_binds() -> None:
    """The `[RESULT]` line is read from the reply's own lines."""
    model = FakeModel(schema=False)
    model.enqueue("SUBJECT: 1 | FOCUS: 0\n[RESULT] 1")

    assert judged(model, item("The sky is big.")).value == 0.5
    assert model.requests[0].schema is None


def test_declining_answer_has_no_focus_whatever_the_model_says() -> None:
    """An answer of "I don't know" gives nothing that was asked for."""
    model = FakeModel()
    model.enqueue('{"subject": 1, "focus": 1}')

    verdict = judged(model, item("I don't know."))

    assert verdict.value == 0.5
    assert "declines" in verdict.reason


def test_prose_is_repaired_once_and_then_unparsable() -> None:
    """Exactly one repair."""
    model = FakeModel()
    model.enqueue("It is relevant: 2")
    model.enqueue("I said 2.")

    verdict = judged(model, item("The sky is blue."))

    assert (verdict.outcome, verdict.usage.calls) == (Outcome.UNPARSABLE, 2)


def test_model_failure_is_a_typed_verdict() -> None:
    """A timeout of the judge is a timeout of the verdict."""
    model = FakeModel()
    model.enqueue(ModelError(ModelFailure.TIMED_OUT, "no reply in 60 s"))

    assert judged(model, item("The sky is blue.")).outcome is Outcome.TIMED_OUT


def test_the_reason_of_a_model_failure_ends_with_the_next_step() -> None:
    """Whoever reads one row knows what to mend."""
    model = FakeModel()
    model.enqueue(ModelError(ModelFailure.REFUSED, "HTTP 401", hint="check judges.fake.api_key"))

    verdict = judged(model, item("The sky is blue."))

    assert verdict.reason == "refused: HTTP 401; check judges.fake.api_key"
    assert verdict.unreached


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (item(""), Outcome.NOT_APPLICABLE),
        (item("", outcome=AnswerOutcome.REFUSED), Outcome.REFUSED),
        (item("a" * 8001), Outcome.ERROR),
        (item("x", question="q" * 4001), Outcome.ERROR),
    ],
)
def test_rows_that_need_no_call(row: Item, outcome: Outcome) -> None:
    """Empty, failed and oversized rows."""
    model = FakeModel()

    assert judged(model, row).outcome is outcome
    assert model.requests == []
