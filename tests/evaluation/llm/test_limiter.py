"""The laws of the limiter, on a clock of the test's own."""

import asyncio
import math

from hypothesis import given
from hypothesis import strategies as st

from evaluation.llm import EndpointLimits
from evaluation.llm._limiter import Limiter, Pace
from evaluation.llm._transport import retry_after_seconds
from tests.evaluation.llm.conftest import Bench, question
from tests.fakes.openai_server import Behaviour, FakeOpenAI

STEPS = st.lists(
    st.tuples(st.sampled_from(["start", "good", "throttled"]), st.floats(0, 30), st.floats(0, 60)), max_size=200
)


@given(limit=st.integers(1, 20), steps=STEPS)
def test_there_are_never_more_calls_than_allowed(limit: int, steps: list[tuple[str, float, float]]) -> None:
    """Whatever the endpoint does, the calls in flight stay within the limit, and one is always possible again."""
    pace, now = Pace(EndpointLimits(concurrency=limit)), 0.0
    for kind, passed, retry_after in steps:
        now += passed
        if kind == "start" and pace.wait(now, 0) == 0:
            pace.start(now, 0)
        elif kind != "start" and pace.running:
            pace.end()
            pace.answered() if kind == "good" else pace.throttled(now, now, retry_after)
        assert 0 <= pace.running <= limit
        assert 1 <= pace.allowed <= limit


@given(retry_after=st.floats(0.01, 100), tried=st.floats(0, 1, exclude_max=True))
def test_nothing_starts_before_a_retry_after_has_passed(retry_after: float, tried: float) -> None:
    """The whole endpoint waits, not only the call that was told."""
    pace = Pace(EndpointLimits())
    pace.throttled(now=0.0, started=0.0, retry_after=retry_after)
    assert pace.wait(retry_after * tried, 0) > 0
    assert pace.wait(retry_after, 0) == 0


def test_calls_that_were_already_out_cut_the_limit_once() -> None:
    """Sixteen refusals of one moment halve once; a refusal of a later call halves again; good replies climb back."""
    pace = Pace(EndpointLimits(concurrency=16))
    for _ in range(16):
        pace.throttled(now=1.0, started=0.5, retry_after=0)
    assert pace.allowed == 8
    pace.throttled(now=3.0, started=2.0, retry_after=0)
    assert pace.allowed == 4
    for _ in range(200):
        pace.answered()
    assert pace.allowed == 16


@given(per_minute=st.integers(1, 100), gaps=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_no_minute_holds_more_requests_than_allowed(per_minute: int, gaps: list[float]) -> None:
    """Count the starts of every window of sixty seconds."""
    pace, now, starts = Pace(EndpointLimits(concurrency=10_000, requests_per_minute=per_minute)), 0.0, []
    for number in range(2 * per_minute + 2):
        now += gaps[number % len(gaps)]
        now += pace.wait(now, 0)
        pace.start(now, 0)
        starts.append(now)
    for first in starts:
        assert sum(first <= other < first + 59.9 for other in starts) <= per_minute


def test_a_wait_that_was_given_up_takes_no_slot() -> None:
    """Cancelled in the queue or at the very moment of its turn: the next one still comes through."""

    async def act() -> None:
        limiter = Limiter(Pace(EndpointLimits(concurrency=1)), lambda: 0.0)
        await limiter.acquire()
        second, third = (asyncio.ensure_future(limiter.acquire()) for _ in range(2))
        await asyncio.sleep(0)
        limiter.release()  # the second one's turn has come, and it gives up before it runs
        second.cancel()
        await third
        assert limiter.pace.running == 1

    asyncio.run(act())


def test_the_endpoint_never_sees_more_than_the_limit_and_gets_its_pause(bench: Bench) -> None:
    """Counted at the endpoint: three at a time, and after a 429 with Retry-After nothing for that long."""

    async def act() -> None:
        fake = FakeOpenAI(latency_ms=10)
        fake.enqueue(Behaviour.parse("429:1"))
        async with bench(fake, concurrency=3) as (model, _):
            await model.chat(question("first"))
            await asyncio.gather(*(model.chat(question(f"{number}")) for number in range(30)))
        assert fake.most_at_once <= 3
        assert fake.calls[1].at - fake.calls[0].at >= 1.0
        assert len(fake.calls) == 32

    asyncio.run(act())


def test_a_retry_after_may_be_a_date_or_nonsense() -> None:
    """RFC 9110 allows seconds and dates; anything else is no pause."""
    assert retry_after_seconds("7", 0) == 7
    assert retry_after_seconds("Thu, 01 Jan 1970 00:01:00 GMT", 0) == 60
    assert retry_after_seconds("soon", 0) == 0
    assert retry_after_seconds("", 0) == 0
    assert math.isfinite(retry_after_seconds("-5", 0))
