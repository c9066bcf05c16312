"""How many calls may be under way at one endpoint, and when the next may start.

Rules of this place: never more in flight than configured; a throttled endpoint (429, 503) is halved once for all the
calls that were already out, and climbs back by one for each round of good replies (additive increase, multiplicative
decrease, as TCP: Chiu and Jain 1989); nothing starts before a Retry-After has passed; first come, first served.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable

from evaluation.llm._http import EndpointLimits

__all__ = ["Limiter", "Pace"]

_MINUTE = 60.0
_BURST = 0.1  # share of a minute's allowance that may go at once; the rest is spread, so no minute holds more than all


class Pace:
    """The state of one endpoint, without clock or waiting: times are seconds of any monotonic clock."""

    def __init__(self, limits: EndpointLimits) -> None:
        """Start with the full concurrency."""
        self._limits = limits
        self._running = 0
        self._allowed = float(limits.concurrency)
        self._not_before = -math.inf
        self._last_cut = -math.inf
        self._requests = _Allowance(limits.requests_per_minute)
        self._tokens = _Allowance(limits.tokens_per_minute)

    @property
    def running(self) -> int:
        """Calls in flight."""
        return self._running

    @property
    def allowed(self) -> int:
        """Calls that may be in flight at present, from 1 to the configured concurrency."""
        return int(self._allowed)

    def wait(self, now: float, tokens: int) -> float:
        """Seconds until a call may start: 0 for now, infinity for when another call ends."""
        if self._running >= self.allowed:
            return math.inf
        return max(0.0, self._not_before - now, self._requests.wait(now, 1), self._tokens.wait(now, tokens))

    def start(self, now: float, tokens: int) -> None:
        """Count a call as started."""
        self._running += 1
        self._requests.take(now, 1)
        self._tokens.take(now, tokens)

    def end(self) -> None:
        """Count a call as ended."""
        self._running -= 1

    def answered(self) -> None:
        """Climb: after as many good replies as are allowed at once, one more is allowed."""
        self._allowed = min(float(self._limits.concurrency), self._allowed + 1 / self._allowed)

    def throttled(self, now: float, started: float, retry_after: float) -> None:
        """Halve, unless the call was sent before the last halving; hold everything for `retry_after` seconds."""
        if started >= self._last_cut:
            self._allowed = max(1.0, self._allowed / 2)
            self._last_cut = now
        if retry_after > 0:
            self._not_before = max(self._not_before, now + retry_after)


class Limiter:
    """A queue before a `Pace`, on the running event loop."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        """Queue before `pace`; `clock` gives seconds, monotonic."""
        self.pace = pace
        self._clock = clock
        self._queue: deque[tuple[asyncio.Future[None], int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, tokens: int = 0) -> None:
        """Wait for a slot; a cancelled wait takes none."""
        if not self._queue and self.pace.wait(self._clock(), tokens) == 0:
            self.pace.start(self._clock(), tokens)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((turn, tokens))
        self._pump()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Give the slot to the next in the queue."""
        self.pace.end()
        self._pump()

    def _pump(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue:
            turn, tokens = self._queue[0]
            if turn.done():  # its caller gave up
                self._queue.popleft()
                continue
            now = self._clock()
            wait = self.pace.wait(now, tokens)
            if wait > 0:
                if wait < math.inf:
                    self._timer = asyncio.get_running_loop().call_later(wait, self._pump)
                return
            self._queue.popleft()
            self.pace.start(now, tokens)
            turn.set_result(None)


class _Allowance:
    """At most `per_minute` units in any minute: a tenth may go at once, the rest is spread evenly (GCRA)."""

    def __init__(self, per_minute: int | None) -> None:
        self._per_minute = per_minute
        rate = (per_minute or 1) * (1 - _BURST) / _MINUTE
        self._seconds_each = 1 / rate
        self._tolerance = max(0.0, (per_minute or 1) * _BURST - 1) / rate
        self._due = -math.inf

    def wait(self, now: float, units: int) -> float:
        if self._per_minute is None or units == 0:
            return 0.0
        return max(0.0, self._due - self._tolerance - now)

    def take(self, now: float, units: int) -> None:
        self._due = max(self._due, now) + units * self._seconds_each
