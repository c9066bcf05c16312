"""The courier's heart: which calls are under way, who waits for each, and what is done when one ends.

Rules of this place: one key is one call, however many ask; a slot is given back when the HTTP reply is in, the reply is
handed back when it is on the disk; once the run has gone, what was sent is finished and kept, what was not sent is not;
where there is a budget, no attempt leaves that it does not hold.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import aiohttp
import orjson

from evaluation.llm._budget import Budget, Price, Spending
from evaluation.llm._cache import KeptReply, ReplyCache
from evaluation.llm._http import EndpointLimits, HttpCall, HttpFailure, Keep
from evaluation.llm._limiter import Limiter, Pace
from evaluation.llm._purse import Purse, spent_by_reply
from evaluation.llm._transport import Attempt, attempt, retry_after_seconds
from evaluation.llm._wire import Header, Wire, frame

__all__ = ["Switchboard"]

_RETRIED = frozenset({408, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_THROTTLED = frozenset({429, 503, 529})
_FIRST_BACKOFF_S = 0.5
_LONGEST_BACKOFF_S = 20.0
_LONGEST_RETRY_AFTER_S = 120.0  # an endpoint that asks for more is told to the user instead
_RETRIES_WHEN_NEVER_SEEN = 2  # an endpoint that has not answered once is down rather than busy


@dataclass(eq=False, slots=True)
class _Flight:
    call: HttpCall
    waiting: list[int]
    task: asyncio.Task[None] | None = None
    sent: bool = False  # an attempt is on the network, or its reply is being kept
    result: Attempt = field(default_factory=Attempt)
    attempts: int = 0


@dataclass(eq=False, slots=True)
class _Endpoint:
    limits: EndpointLimits
    limiter: Limiter
    answered: bool = False


class Switchboard:
    """Takes the frames of one run and answers them."""

    def __init__(self, session: aiohttp.ClientSession, cache_file: Path) -> None:
        """Use the session for every call, and keep replies in the file."""
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._cache = ReplyCache(cache_file, self._on_committed_thread)
        self._endpoints: dict[str, _Endpoint] = {}
        self._prices: dict[str, Price] = {}
        self._purse: Purse | None = None
        self._keyed: dict[str, _Flight] = {}
        self._flights: set[_Flight] = set()
        self._by_waiter: dict[int, _Flight] = {}
        self._unkept: list[tuple[object, str, KeptReply]] = []
        self._wire: Wire | None = None
        self._gone = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def attach(self, wire: Wire) -> None:
        """Answer over this wire."""
        self._wire = wire

    def on_frame(self, header: Header, body: bytes) -> None:
        """Take one frame: a call, a cancellation, an endpoint's limits or prices, or a budget."""
        if "call" in header:
            self._on_call(header, body)
        elif "cancel" in header:
            self._on_cancel(header["cancel"])
        elif "limit" in header:
            name = header.pop("limit")
            self._endpoints[name] = _endpoint(EndpointLimits(**header))
        elif "price" in header:
            price = Price(prompt=Decimal(header["prompt"]), completion=Decimal(header["completion"]))
            self._prices[header["price"]] = price
        elif "budget" in header:
            self._purse = Purse(_budget(header["budget"]))

    def on_end(self) -> None:
        """Drop what was not sent; the rest goes on to its end."""
        self._gone.set()
        for flight in list(self._flights):
            if not flight.sent and flight.task is not None:
                flight.task.cancel()

    async def serve(self) -> None:
        """Return when the run has gone and every reply that was paid for is on the disk."""
        await self._gone.wait()
        await self._idle.wait()
        await asyncio.to_thread(self._cache.close)

    def _on_call(self, header: Header, body: bytes) -> None:
        number = header["call"]
        key = header["key"]
        flight = self._keyed.get(key) if key else None
        if flight is not None:
            flight.waiting.append(number)
        elif key and (kept := self._cache.find(key)) is not None:
            self._send(frame(_reply_header(number, kept, cached=True), kept.body))
            return
        else:
            flight = self._take_off(_call(header, body), number)
        self._by_waiter[number] = flight

    def _take_off(self, call: HttpCall, number: int) -> _Flight:
        flight = _Flight(call=call, waiting=[number])
        self._flights.add(flight)
        self._idle.clear()
        if call.key:
            self._keyed[call.key] = flight
        flight.task = self._loop.create_task(self._fly(flight))
        return flight

    def _on_cancel(self, number: int) -> None:
        flight = self._by_waiter.pop(number, None)
        if flight is None:
            return
        flight.waiting.remove(number)
        if not flight.waiting and not flight.sent and flight.task is not None:
            self._forget(flight)  # nobody may join a call that will not be made
            flight.task.cancel()

    async def _fly(self, flight: _Flight) -> None:
        landed = False
        try:
            await self._try_often(flight)
            flight.sent = True
            key = flight.call.key
            if key and _is_worth_keeping(flight.result, flight.call.keep):
                self._keep(flight, key)
                landed = True
        finally:
            if not landed:
                self._land(flight)

    def _keep(self, flight: _Flight, key: str) -> None:
        """Hand the reply to the disk with all others of this turn of the loop."""
        if not self._unkept:
            self._loop.call_soon(self._hand_over)
        self._unkept.append((flight, key, _kept(flight)))

    def _hand_over(self) -> None:
        unkept, self._unkept = self._unkept, []
        self._cache.keep(unkept)

    async def _try_often(self, flight: _Flight) -> None:
        endpoint = self._endpoint(flight.call.endpoint)
        while True:
            flight.sent = False
            await endpoint.limiter.acquire(flight.call.tokens)
            started = time.monotonic()
            try:
                await self._attempt(flight)
            finally:
                endpoint.limiter.release()
            pause = self._pause_before_retry(endpoint, flight, started)
            if pause is None or self._gone.is_set():
                return
            flight.sent = False
            await asyncio.sleep(pause)

    async def _attempt(self, flight: _Flight) -> None:
        """Send once, if the budget holds it; whatever becomes of the attempt is booked."""
        purse, call = self._purse, flight.call
        worst = real = Spending()
        if purse is not None:
            price, is_chat = self._prices.get(call.endpoint, Price()), call.keep is Keep.CHAT
            worst = real = Spending.worst(call.body, call.reply_tokens, price, is_chat=is_chat)
            if not await purse.reserve(worst):
                flight.result = Attempt(failure=HttpFailure.BUDGET, detail=purse.refusal(worst))
                return
        flight.sent = True
        flight.attempts += 1
        try:
            flight.result = await attempt(self._session, call)
            if purse is not None:
                real = _spent(flight.result, worst, price)
        finally:
            if purse is not None:
                purse.settle(worst, real)

    def _pause_before_retry(self, endpoint: _Endpoint, flight: _Flight, started: float) -> float | None:
        found, pace = flight.result, endpoint.limiter.pace
        endpoint.answered = endpoint.answered or found.status > 0
        if found.status not in _RETRIED and found.failure is not HttpFailure.UNREACHABLE:
            if found.failure is None:
                pace.answered()
            return None
        retry_after = retry_after_seconds(found.retry_after, time.time())
        if found.status in _THROTTLED:
            pace.throttled(time.monotonic(), started, min(retry_after, _LONGEST_RETRY_AFTER_S))
        allowed = endpoint.limits.max_retries if endpoint.answered else _RETRIES_WHEN_NEVER_SEEN
        if flight.attempts > min(allowed, endpoint.limits.max_retries) or retry_after > _LONGEST_RETRY_AFTER_S:
            return None
        if found.status in _THROTTLED and retry_after > 0:
            return 0.0  # the limiter holds every call of this endpoint until then
        longest = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2.0 ** (flight.attempts - 1))
        return longest * random.uniform(0.5, 1)  # noqa: S311 (jitter, not a secret)

    def _on_committed_thread(self, tickets: Sequence[object], problem: str) -> None:
        self._loop.call_soon_threadsafe(self._on_committed, tickets, problem)

    def _on_committed(self, tickets: Sequence[object], problem: str) -> None:
        for flight in tickets:
            assert isinstance(flight, _Flight)  # noqa: S101 (the tickets are ours)
            if problem:
                flight.result = Attempt(failure=HttpFailure.STORAGE, detail=problem)
            self._land(flight)

    def _land(self, flight: _Flight) -> None:
        self._flights.discard(flight)
        self._forget(flight)
        if not flight.result.status and flight.result.failure is None:
            flight.result = Attempt(failure=HttpFailure.INVALID, detail="the call could not be made")
        frames = []
        for position, number in enumerate(flight.waiting):
            self._by_waiter.pop(number, None)
            header = _reply_header(number, _kept(flight), cached=position > 0)
            if flight.result.failure is not None:
                header |= {"failure": flight.result.failure, "detail": flight.result.detail}
            frames.append(frame(header, flight.result.body))
        self._send(b"".join(frames))
        if not self._flights:
            self._idle.set()

    def _forget(self, flight: _Flight) -> None:
        key = flight.call.key
        if key and self._keyed.get(key) is flight:
            del self._keyed[key]

    def _send(self, data: bytes) -> None:
        if self._wire is not None and data:
            self._wire.send(data)

    def _endpoint(self, name: str) -> _Endpoint:
        if name not in self._endpoints:
            self._endpoints[name] = _endpoint(EndpointLimits())
        return self._endpoints[name]


def _endpoint(limits: EndpointLimits) -> _Endpoint:
    return _Endpoint(limits=limits, limiter=Limiter(Pace(limits), time.monotonic))


def _call(header: Header, body: bytes) -> HttpCall:
    return HttpCall(
        key=header["key"],
        endpoint=header["endpoint"],
        method=header["method"],
        url=header["url"],
        headers=tuple((name, value) for name, value in header["headers"]),
        body=body,
        timeout_s=header["timeout_s"],
        keep=Keep(header["keep"]),
        tokens=header["tokens"],
        reply_tokens=header["reply_tokens"],
    )


def _budget(header: Header) -> Budget:
    money = header["money"]
    return Budget(money=None if money is None else Decimal(money), tokens=header["tokens"], calls=header["calls"])


def _spent(found: Attempt, worst: Spending, price: Price) -> Spending:
    """Book what an attempt cost, all of its reservation where nobody knows."""
    if found.unsent:
        return Spending()
    if 200 <= found.status < 300:  # noqa: PLR2004 (RFC 9110 §15.3)
        return spent_by_reply(found.body, worst, price) if worst.tokens else worst
    declined = 300 <= found.status < 500 or found.status in _THROTTLED  # noqa: PLR2004 (RFC 9110 §15)
    return Spending(calls=1) if declined or found.failure is HttpFailure.REDIRECTED else worst


def _kept(flight: _Flight) -> KeptReply:
    found = flight.result
    return KeptReply(
        status=found.status,
        content_type=found.content_type,
        body=found.body,
        attempts=flight.attempts,
        latency_ms=found.latency_ms,
    )


def _reply_header(number: int, reply: KeptReply, *, cached: bool) -> Header:
    return {
        "reply": number,
        "status": reply.status,
        "content_type": reply.content_type,
        "attempts": reply.attempts,
        "latency_ms": reply.latency_ms,
        "cached": cached,
    }


def _is_worth_keeping(found: Attempt, keep: Keep) -> bool:
    if not 200 <= found.status < 300:  # noqa: PLR2004 (RFC 9110 §15.3)
        return False
    if keep is Keep.ANY:
        return True
    try:
        document = orjson.loads(found.body)
    except orjson.JSONDecodeError:
        return False
    return keep is Keep.JSON or _is_completion(document)


def _is_completion(document: object) -> bool:
    choices = document.get("choices") if isinstance(document, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and isinstance(first.get("message"), dict)
