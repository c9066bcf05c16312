"""Faithfulness by a model, with a fake one."""

import asyncio

import pytest

from evaluation.answers import AnswerOutcome, Item
from evaluation.judges import build_judge
from evaluation.llm import ModelError, ModelFailure
from evaluation.verdicts import Outcome, Support, Verdict
from tests.evaluation.judges.fakes import FakeModel, finding, item

BLUE = "The sky is blue."


def judged(model: FakeModel, row: Item, repeat: int = 0) -> Verdict:
    """Judge one row."""
    return asyncio.run(build_judge("faithfulness", "fake", model).judge(row, repeat=repeat))


def test_value_is_the_share_of_sentences_sent_that_are_supported() -> None:
    """Courtesies are not sent; each sentence has its span and its quote."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))
    model.enqueue(finding("absent"))
    row = item(f"Sure! {BLUE} Grass is red.", "Today the sky is blue.")

    verdict = judged(model, row)

    assert (verdict.outcome, verdict.value) == (Outcome.SCORED, 0.5)
    assert [row.answer.text[unit.start : unit.end] for unit in verdict.units] == [BLUE, "Grass is red."]
    quote = verdict.units[0].quote
    assert quote is not None
    assert "Today the sky is blue."[quote.start : quote.end] == "sky is blue"
    assert (verdict.usage.calls, verdict.usage.latency_ms, str(verdict.usage.cost)) == (2, 14, "0.02")


def test_contexts_are_held_in_order_and_support_stops_the_search() -> None:
    """A contradiction stands until a later block supports; what is supported is not asked again."""
    model = FakeModel()
    long = ["The sky is green. " + "a " * 2900, "The sky is blue. " + "b " * 2900, "c " * 2900]
    model.enqueue(finding("contradicted", "sky is green"))
    model.enqueue(finding("supported", "sky is blue"))

    verdict = judged(model, item(BLUE, *long))

    assert verdict.value == 1
    assert [quote.context for unit in verdict.units if (quote := unit.quote)] == [1]
    assert ["sky is green" in model.last_words(call) for call in (0, 1)] == [True, False]


def test_contradiction_stays_when_no_later_context_supports() -> None:
    """Absent in a later block does not take a contradiction back."""
    model = FakeModel()
    model.enqueue(finding("contradicted", "sky is green"))
    model.enqueue(finding("absent"))

    verdict = judged(model, item(BLUE, "The sky is green. " + "a " * 2900, "b " * 2900))

    assert (verdict.value, verdict.units[0].support) == (0, Support.CONTRADICTED)


def test_one_block_is_asked_for_all_sentences_before_the_next() -> None:
    """The opening (rules, contexts, question) is the same, and the sentence stands last."""
    model = FakeModel()
    for _ in range(2):
        model.enqueue(finding("absent"))

    judged(model, item(f"{BLUE} Grass is red.", "One.", "Two."))

    first, second = model.last_words(0), model.last_words(1)
    assert first[: first.index(BLUE)] == second[: second.index("Grass")]
    assert len(second) - second.index("Grass") < 50


def test_supported_without_a_quote_in_the_contexts_is_asked_once_again() -> None:
    """The second quote counts when it is there."""
    model = FakeModel()
    model.enqueue(finding("supported", "the heavens are azure"))
    model.enqueue(finding("supported", "sky is blue"))

    verdict = judged(model, item(BLUE, "Today the sky is blue."))

    assert verdict.value == 1
    assert "does not stand in the source" in model.last_words()


@pytest.mark.parametrize("again", [finding("supported", "azure heavens"), "I am sure of it."])
def test_supported_that_never_shows_its_quote_is_absent(again: str) -> None:
    """A judge that invents its evidence has none."""
    model = FakeModel()
    model.enqueue(finding("supported", "the heavens are azure"))
    model.enqueue(again)

    verdict = judged(model, item(BLUE, "Today the sky is blue."))

    assert (verdict.value, verdict.units[0].support, verdict.units[0].quote) == (0, Support.ABSENT, None)
    assert verdict.usage.calls == 2


def test_a_row_has_one_second_chance_for_each_sentence() -> None:
    """After a repair of the form there is no further call for the quote."""
    model = FakeModel()
    model.enqueue("prose")
    model.enqueue(finding("supported", "azure heavens"))

    verdict = judged(model, item(BLUE, "Today the sky is blue."))

    assert (verdict.value, verdict.usage.calls) == (0, 2)


def test_cached_replies_are_counted_as_such() -> None:
    """The log tells calls that were paid from calls that were remembered."""
    model = FakeModel()
    model.enqueue(finding("absent"), cached=True)

    assert judged(model, item(BLUE, "x")).usage.cached_calls == 1


def test_prose_is_repaired_once() -> None:
    """The second reply in the right form counts."""
    model = FakeModel()
    model.enqueue("The sentence is supported.")
    model.enqueue(finding("supported", "sky is blue"))

    assert judged(model, item(BLUE, "The sky is blue.")).value == 1


def test_prose_twice_is_unparsable_and_leaves_the_row_unscored() -> None:
    """A judge that cannot be read is an outcome, with what it cost."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))
    model.enqueue("No; yesterday it was supported.")
    model.enqueue("Yes, supported.")

    verdict = judged(model, item(f"{BLUE} Grass is red.", "The sky is blue."))

    assert (verdict.outcome, verdict.value, verdict.usage.calls) == (Outcome.UNPARSABLE, None, 3)
    assert "Yes, supported." in verdict.reason


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (ModelFailure.TIMED_OUT, Outcome.TIMED_OUT),
        (ModelFailure.REFUSED, Outcome.REFUSED),
        (ModelFailure.UNAVAILABLE, Outcome.ERROR),
        (ModelFailure.UNREADABLE, Outcome.ERROR),
    ],
)
def test_model_failure_is_a_typed_verdict(failure: ModelFailure, outcome: Outcome) -> None:
    """No exception leaves a judge for what an endpoint does."""
    model = FakeModel()
    model.enqueue(ModelError(failure, "the endpoint is down"))

    verdict = judged(model, item(BLUE, "The sky is blue."))

    assert verdict.outcome is outcome
    assert "the endpoint is down" in verdict.reason


def test_filtered_reply_is_refused() -> None:
    """A content filter on the judge's side is not a verdict on the answer."""
    model = FakeModel()
    model.enqueue("", finish="content_filter")

    assert judged(model, item(BLUE, "The sky is blue.")).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("row", "outcome", "value"),
    [
        (item(BLUE, blind=True), Outcome.NOT_APPLICABLE, None),
        (item(BLUE), Outcome.SCORED, 0.0),
        (item(BLUE, "  "), Outcome.SCORED, 0.0),
        (item("  ", "x"), Outcome.NOT_APPLICABLE, None),
        (item("I don't know."), Outcome.NOT_APPLICABLE, None),
        (item("Is it?", "x"), Outcome.NOT_APPLICABLE, None),
        (item("", outcome=AnswerOutcome.TIMED_OUT), Outcome.TIMED_OUT, None),
        (item("", outcome=AnswerOutcome.REFUSED), Outcome.REFUSED, None),
        (item("", outcome=AnswerOutcome.UNPARSABLE), Outcome.UNPARSABLE, None),
        (item("", outcome=AnswerOutcome.ERROR), Outcome.ERROR, None),
        (item(f"{BLUE} " * 65, "x"), Outcome.ERROR, None),
        (item("a" * 4001, "x"), Outcome.ERROR, None),
        (item(BLUE, "x" * 60_001), Outcome.ERROR, None),
        (item(BLUE, "x", question="q" * 4001), Outcome.ERROR, None),
    ],
)
@pytest.mark.parametrize("name", ["fake", "local"])
def test_rows_that_need_no_call(row: Item, outcome: Outcome, value: float | None, name: str) -> None:
    """Contracts on missing contexts, empty and failed answers, and bounds: the same with and without a model."""
    model = FakeModel()

    verdict = asyncio.run(build_judge("faithfulness", name, model).judge(row, repeat=0))

    assert (verdict.outcome, verdict.value, model.requests) == (outcome, value, [])
    assert verdict.reason


def test_line_protocol_where_no_schema_binds() -> None:
    """The prompt asks for a line, the request carries no schema, and the line is read."""
    model = FakeModel(schema=False)
    model.enqueue("VERDICT: supported | QUOTE: sky is blue")

    verdict = judged(model, item(BLUE, "The sky is blue."))

    assert verdict.value == 1
    assert model.requests[0].schema is None
    assert "VERDICT:" in model.last_words(0)


def test_repeat_is_a_draw_of_its_own() -> None:
    """The repeat is part of every request, and so of the cache's key."""
    model = FakeModel()
    model.enqueue("prose")
    model.enqueue(finding("absent"))

    judged(model, item(BLUE, "x"), repeat=3)

    assert [request.repeat for request in model.requests] == [3, 3]


def test_a_model_outside_the_cascade_gives_no_probability() -> None:
    """An uncalibrated number is not called a probability, and none is asked for."""
    model = FakeModel()
    model.enqueue(finding("supported", "sky is blue"))

    verdict = judged(model, item(BLUE, "The sky is blue."))

    assert verdict.probability is None
    assert model.requests[0].top_logprobs == 0
