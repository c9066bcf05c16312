"""A budget is a hard stop: what a fake server counted never costs more, whatever is under way at once."""

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.llm import Budget, BudgetSpentError, ChatReply, ChatRequest, Message, OpenAIChat, Price
from evaluation.llm._budget import Spending
from evaluation.llm._purse import Purse, spent_by_reply
from tests.evaluation.llm.conftest import Bench
from tests.fakes.openai_server import Behaviour, FakeOpenAI

PRICED = {"price_prompt": Decimal(3), "price_completion": Decimal(15), "concurrency": 16}
PRICE = Price(prompt=Decimal(3), completion=Decimal(15))


def completion(prompt_tokens: int, completion_tokens: int) -> Behaviour:
    """Return a good reply with this usage."""
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}
    return Behaviour(raw=json.dumps({"model": "m", "choices": [choice], "usage": usage}), delay_s=0.02)


def asked(number: int) -> ChatRequest:
    """Return a request of its own."""
    return ChatRequest(messages=(Message(role="user", content=f"question {number} " * 20),), max_tokens=50)


async def ask_many(model: OpenAIChat, count: int) -> list[ChatReply | BaseException]:
    """Ask all at once."""
    return list(await asyncio.gather(*(model.chat(asked(n)) for n in range(count)), return_exceptions=True))


def refusals(results: list[ChatReply | BaseException]) -> list[BudgetSpentError]:
    """Return the calls that were not sent."""
    return [one for one in results if isinstance(one, BudgetSpentError)]


@pytest.mark.parametrize("limit", [0, 1, 16, 23])
def test_no_more_calls_leave_than_the_budget_holds(bench: Bench, limit: int) -> None:
    """Forty asked at once, sixteen under way: the server sees exactly as many as are allowed."""

    async def act() -> None:
        async with bench(FakeOpenAI(latency_ms=20), concurrency=16) as (model, fake):
            model._courier.spend_at_most(Budget(calls=limit))
            results = await ask_many(model, 40)
            assert len(fake.calls) == limit
            assert len(refusals(results)) == 40 - limit

    asyncio.run(act())


@pytest.mark.parametrize("budget", [Budget(money=Decimal("0.0100")), Budget(tokens=3000)])
def test_what_the_server_charged_is_within_the_budget_and_most_of_it(bench: Bench, budget: Budget) -> None:
    """Reservations are larger than the real cost, and are settled: the rest goes to further calls."""

    async def act() -> None:
        fake = FakeOpenAI(behaviour=completion(90, 10))
        async with bench(fake, **PRICED) as (model, fake):
            model._courier.spend_at_most(budget)
            results = await ask_many(model, 60)
            calls = len(fake.calls)
            money, tokens = PRICE.of(90, 10) * calls, 100 * calls
            assert money <= (budget.money or money)
            assert tokens <= (budget.tokens or tokens)
            worst = Spending.worst(json.dumps(fake.calls[0].body).encode(), 50, PRICE, is_chat=True)
            assert (money + worst.money > budget.money) if budget.money else (tokens + worst.tokens > 3000)
            assert "are spent, and the next call may take" in refusals(results)[0].message

    asyncio.run(act())


def test_repeats_after_a_failure_are_paid_from_the_same_budget(bench: Bench) -> None:
    """A server that fails once may have worked: three attempts are three calls."""

    async def act() -> None:
        fake = FakeOpenAI()
        fake.enqueue(Behaviour.parse("500"), Behaviour.parse("500"))
        async with bench(fake) as (model, fake):
            model._courier.spend_at_most(Budget(calls=2))
            results = await ask_many(model, 1)
            assert len(fake.calls) == 2
            assert len(refusals(results)) == 1

    asyncio.run(act())


def test_a_reply_that_was_paid_for_before_costs_nothing(bench: Bench) -> None:
    """With nothing left to spend, what is kept is still found."""

    async def act() -> None:
        async with bench() as (model, fake):
            await model.chat(asked(1))
            model._courier.spend_at_most(Budget(calls=0, money=Decimal(0), tokens=0))
            assert (await model.chat(asked(1))).cached
            assert len(fake.calls) == 1

    asyncio.run(act())


@pytest.mark.parametrize(
    ("behaviour", "tokens"),
    [("429:0", 0), ("401", 0), ("500", 1), ("close", 1), ("html", 1)],
)
def test_what_nobody_knows_is_booked_whole_and_what_was_declined_costs_no_tokens(
    bench: Bench, behaviour: str, tokens: int
) -> None:
    """A budget for just one worst case: after a loss nothing is left, after a refusal one call still fits."""

    async def act() -> None:
        fake = FakeOpenAI()
        fake.enqueue(Behaviour.parse(behaviour))
        async with bench(fake, max_retries=0) as (model, fake):
            model._courier.spend_at_most(Budget(tokens=800))
            await ask_many(model, 1)
            result = (await asyncio.gather(model.chat(asked(2)), return_exceptions=True))[0]
            assert isinstance(result, BudgetSpentError) == bool(tokens)

    asyncio.run(act())


def test_an_endpoint_that_is_down_spends_nothing(bench: Bench) -> None:
    """No connection, no charge: the one call that is allowed is still there when it is up again."""

    async def act() -> None:
        async with bench(base_url="http://127.0.0.1:9/v1") as (model, _):
            model._courier.spend_at_most(Budget(calls=1))
            (first,) = await ask_many(model, 1)
            assert not isinstance(first, BudgetSpentError)
            assert "gave no reply after" in str(first)

    asyncio.run(act())


@pytest.mark.parametrize(
    "usage", [{}, {"usage": None}, {"usage": {"prompt_tokens": -5, "completion_tokens": 1}}, {"usage": {"a": 1}}, []]
)
def test_a_reply_without_usage_keeps_its_whole_reservation(usage: Mapping[str, Any]) -> None:
    """Unknown is not zero."""
    worst = Spending(calls=1, tokens=99, money=Decimal(1))

    assert spent_by_reply(json.dumps(usage).encode(), worst, PRICE) == worst
    assert spent_by_reply(b"<html>", worst, PRICE) == worst


@given(
    limit=st.integers(0, 60),
    calls=st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=30),
)
def test_spent_and_reserved_never_exceed_the_budget_and_nobody_waits_for_ever(
    limit: int, calls: list[tuple[int, float, int]]
) -> None:
    """Whatever is asked in whatever order: the sum holds at every step, and every call is sent or refused."""

    async def one(purse: Purse, worst: int, share: float, turns: int) -> bool:
        most = Spending(calls=1, tokens=worst)
        if not await purse.reserve(most):
            assert purse.spent.tokens + worst > limit
            return False
        assert purse.spent.tokens + purse.reserved.tokens <= limit
        for _ in range(turns):
            await asyncio.sleep(0)
        purse.settle(most, Spending(calls=1, tokens=int(worst * share)))
        return True

    async def act() -> Purse:
        purse = Purse(Budget(tokens=limit))
        async with asyncio.timeout(10):
            await asyncio.gather(*(one(purse, *call) for call in calls))
        return purse

    purse = asyncio.run(act())
    assert purse.spent.tokens <= limit
    assert purse.reserved == Spending()


@given(text=st.text(max_size=200), reply=st.integers(0, 1000))
def test_a_reservation_holds_a_token_for_every_byte(text: str, reply: int) -> None:
    """No tokenizer makes more of a text than it has bytes."""
    body = text.encode("utf-8", "replace")

    worst = Spending.worst(body, reply, PRICE, is_chat=True)

    assert worst.tokens >= len(body) + reply
    assert worst.money >= PRICE.of(len(body), reply)
