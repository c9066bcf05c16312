"""The chat client: what it asks, what it reads, and which failure it makes of everything else."""

import asyncio
from decimal import Decimal

import pytest

from assay.kernel import ConfigurationError
from evaluation.llm import EndpointOptions, ModelError, ModelFailure
from tests.evaluation.llm.conftest import Bench, question
from tests.fakes.openai_server import Behaviour, FakeOpenAI

SCHEMA = {"type": "object", "properties": {"verdict": {"enum": ["yes", "no"]}}}


def test_a_reply_carries_text_tokens_and_cost(bench: Bench) -> None:
    """Tokens are priced per million, as a decimal."""

    async def act() -> None:
        async with bench(price_prompt=Decimal(2), price_completion=Decimal(10)) as (model, _):
            reply = await model.chat(question())
            assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("supported", 100, 10)
            assert reply.cost == Decimal("0.0003")

    asyncio.run(act())


def test_a_second_identical_question_is_answered_from_the_cache_for_nothing(bench: Bench) -> None:
    """The endpoint sees one call, and the second reply costs zero."""

    async def act() -> None:
        async with bench(price_prompt=Decimal(2)) as (model, fake):
            await model.chat(question())
            again = await model.chat(question())
            assert again.cached
            assert again.cost == 0
            assert len(fake.calls) == 1

    asyncio.run(act())


def test_identical_questions_in_flight_are_one_call(bench: Bench) -> None:
    """Ten that ask the same at once pay once."""

    async def act() -> None:
        async with bench(FakeOpenAI(latency_ms=30)) as (model, fake):
            replies = await asyncio.gather(*(model.chat(question()) for _ in range(10)))
            assert len(fake.calls) == 1
            assert sum(not reply.cached for reply in replies) == 1

    asyncio.run(act())


def test_each_repeat_is_a_draw_of_its_own(bench: Bench) -> None:
    """The repeat is part of the key and is sent as the seed."""

    async def act() -> None:
        async with bench() as (model, fake):
            for repeat in range(3):
                await model.chat(question(repeat=repeat))
            assert [call.seed for call in fake.calls] == [0, 1, 2]

    asyncio.run(act())


@pytest.mark.parametrize(
    ("behaviour", "failure", "words"),
    [
        ("html", ModelFailure.UNREADABLE, "<!DOCTYPE html>"),
        ("401", ModelFailure.REFUSED, "HTTP 401"),
        ("403", ModelFailure.REFUSED, "HTTP 403"),
        ("404:no such model", ModelFailure.UNAVAILABLE, "no such model"),
        ("500", ModelFailure.UNAVAILABLE, "after 2 attempts"),
        ("slow:5", ModelFailure.TIMED_OUT, "0.3 s"),
        ("close", ModelFailure.UNAVAILABLE, "gave no reply after 2 attempts"),
    ],
)
def test_every_failure_has_its_kind_and_its_words(
    bench: Bench, behaviour: str, failure: ModelFailure, words: str
) -> None:
    """What is no reply becomes a typed failure that says what was seen and what to do."""

    async def act() -> None:
        fake = FakeOpenAI(behaviour=Behaviour.parse(behaviour))
        async with bench(fake, timeout_s=0.3, max_retries=1) as (model, _):
            with pytest.raises(ModelError) as caught:
                await model.chat(question())
            assert caught.value.failure is failure
            assert words in caught.value.message
            assert "fake" in caught.value.hint or "later" in caught.value.hint

    asyncio.run(act())


def test_a_closed_port_is_unavailable(bench: Bench) -> None:
    """Nobody listens there: the message names the address and how to look."""

    async def act() -> None:
        async with bench(base_url="http://127.0.0.1:9/v1", max_retries=0) as (model, _):
            with pytest.raises(ModelError, match=r"127\.0\.0\.1:9") as caught:
                await model.chat(question())
            assert caught.value.failure is ModelFailure.UNAVAILABLE
            assert "assay doctor" in caught.value.hint

    asyncio.run(act())


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        ('{"choices":[{"finish_reason":"content_filter","message":{"content":""}}]}', ModelFailure.REFUSED),
        ('{"choices":[{"message":{"content":null,"refusal":"I will not."}}]}', ModelFailure.REFUSED),
        ('{"choices":[]}', ModelFailure.UNREADABLE),
        ('{"choices":[{"message":{"content":7}}]}', ModelFailure.UNREADABLE),
        ('{"error":{"message":"quota"}}', ModelFailure.UNREADABLE),
        ("[]", ModelFailure.UNREADABLE),
    ],
)
def test_a_200_that_says_nothing_is_a_failure(bench: Bench, raw: str, failure: ModelFailure) -> None:
    """A status of 200 alone makes no reply."""

    async def act() -> None:
        async with bench(FakeOpenAI(behaviour=Behaviour(raw=raw))) as (model, _):
            with pytest.raises(ModelError) as caught:
                await model.chat(question())
            assert caught.value.failure is failure

    asyncio.run(act())


def test_reasoning_is_left_aside(bench: Bench) -> None:
    """What a model thinks aloud is not what it says."""

    async def act() -> None:
        async with bench(FakeOpenAI(lambda _: "<think>hm, yes</think>\nno")) as (model, _):
            assert (await model.chat(question())).text == "no"

    asyncio.run(act())


def test_an_endpoint_that_refuses_a_schema_is_asked_without_and_that_is_remembered(bench: Bench) -> None:
    """One refusal is enough; the next question goes without the schema at once."""

    async def act() -> None:
        async with bench(FakeOpenAI(refused_fields=["response_format"])) as (model, fake):
            await model.chat(question("first", schema=SCHEMA))
            await model.chat(question("second", schema=SCHEMA))
            assert not model.supports_schema
            assert ["response_format" in call.body for call in fake.calls] == [True, False, False]

    asyncio.run(act())


def test_a_schema_that_was_configured_is_not_dropped(bench: Bench) -> None:
    """Who says that the endpoint can, hears that it refused."""

    async def act() -> None:
        async with bench(FakeOpenAI(refused_fields=["response_format"]), supports_schema=True) as (model, fake):
            with pytest.raises(ModelError, match="unknown field response_format"):
                await model.chat(question(schema=SCHEMA))
            assert len(fake.calls) == 1

    asyncio.run(act())


def test_the_fields_of_a_schema_are_sent_in_their_order(bench: Bench) -> None:
    """A model that is bound by a schema writes in its order: a quote that is named first is written first."""
    fields = {"quote": {"type": "string"}, "answer": {"type": "string"}}

    async def act() -> None:
        async with bench() as (model, fake):
            await model.chat(question(schema={"type": "object", "properties": fields}))
            await model.chat(question(schema={"type": "object", "properties": dict(reversed(fields.items()))}))
            sent = [call.body["response_format"]["json_schema"]["schema"]["properties"] for call in fake.calls]
            assert [list(each) for each in sent] == [["quote", "answer"], ["answer", "quote"]]

    asyncio.run(act())


def test_alternatives_come_with_their_position(bench: Bench) -> None:
    """Log probabilities are read where they were asked for."""

    async def act() -> None:
        async with bench() as (model, _):
            reply = await model.chat(question(top_logprobs=2))
            assert [(item.position, item.token, item.logprob) for item in reply.alternatives] == [
                (0, "s", -0.25),
                (0, "?", -1.5),
            ]

    asyncio.run(act())


def test_a_lone_surrogate_in_a_text_can_be_asked(bench: Bench) -> None:
    """Texts of an application may hold what UTF-8 cannot carry."""

    async def act() -> None:
        async with bench() as (model, _):
            assert (await model.chat(question("odd \ud800 mark"))).text == "supported"

    asyncio.run(act())


def test_an_echoed_key_is_not_repeated(bench: Bench) -> None:
    """An endpoint that quotes the key back does not get it into our messages."""

    async def act() -> None:
        echo = Behaviour(status=401, raw='{"error":"wrong key sk-canary-77"}')
        async with bench(FakeOpenAI(behaviour=echo), api_key="sk-canary-77") as (model, _):
            with pytest.raises(ModelError) as caught:
                await model.chat(question())
            assert "sk-canary-77" not in caught.value.message + caught.value.hint
            assert "[secret]" in caught.value.message

    asyncio.run(act())


@pytest.mark.parametrize("url", ["ftp://x/v1", "localhost:8000", "http://user:pw@host/v1", ""])
def test_a_base_url_that_cannot_work_is_refused_at_once(url: str) -> None:
    """Before the first call, and without repeating a password."""
    with pytest.raises(ConfigurationError) as caught:
        EndpointOptions(name="x", base_url=url, model="m")
    assert "pw" not in caught.value.message


def test_a_key_with_a_line_feed_is_refused_without_showing_it() -> None:
    """A secret read from a file often ends in a line feed."""
    with pytest.raises(ConfigurationError, match="control character") as caught:
        EndpointOptions(name="x", base_url="http://h/v1", model="m", api_key="sk-1\n")
    assert "sk-1" not in caught.value.message
